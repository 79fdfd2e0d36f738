#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "assay/base/threads.h"
#include "assay/core/confusions.h"
#include "assay/core/estimate.h"
#include "assay/core/ids.h"
#include "assay/core/label_source.h"

namespace assay::quality {

/// What a worker is judged by: labels, error rates that come from all of them, posteriors that are products of the
/// prior and those rates, so that one worker's labels can be taken out again, gold (one class an item, or empty), how
/// common each class is among the labels (K, sum 1, none of them 0), and how many witnessed labels each worker gave.
struct Evidence {
  const LabelSource& labels;
  const Confusions& confusion;
  const ChunkPosterior& posterior;
  std::span<const ClassIndex> gold;
  std::span<const double> label_shares;
  std::span<const std::uint64_t> witnessed;
};

/// Whether somebody else can speak for or against the labels of the chunk's i-th item: it is gold, or two workers
/// labelled it. Repeated labels of one worker don't witness each other.
[[nodiscard]] bool is_witnessed(const LabelChunk& chunk, std::size_t i, std::span<const ClassIndex> gold);

/// Which labels a worker is judged by: all, or, of one with 4,096 and more that are witnessed, those on a random half,
/// quarter, eighth ... of the items, which leaves him 2,048 to 4,096.
class Heard {
 public:
  explicit Heard(std::span<const std::uint64_t> witnessed);

  /// How many halvings leave the item.
  [[nodiscard]] static unsigned halvings_of(std::size_t item);
  [[nodiscard]] bool hears(std::size_t worker, unsigned item_halvings) const {
    return halvings_[worker] <= item_halvings;
  }

 private:
  std::vector<std::uint8_t> halvings_;  // by worker
};

/// What everybody but one worker says of an item; gold says it for certain. An item at a time: `look_at`, then ask by
/// row (worker * K + label) of one of its labels. O(labels of the item x log of it) an item, O(K) a question.
class Others {
 public:
  explicit Others(const Evidence& evidence);

  /// `posterior` is that of the item and must stay while questions are asked.
  void look_at(const LabelChunk& chunk, std::size_t i, std::span<const double> posterior);

  /// False when nobody else labelled the item and it is not gold: then there is nothing to ask.
  [[nodiscard]] bool is_witnessed() const { return witnessed_; }
  /// As the model has it: posterior(t) / prod over the worker's labels g of C(t, g), normalised.
  [[nodiscard]] std::span<const double> by_rates(std::uint32_t row);
  /// `rates_part` of that, the rest the vote of the others with one and a half votes more, spread as all
  /// labels are: one vote for a rare class makes nothing likely.
  [[nodiscard]] std::span<const double> by_rates_and_vote(std::uint32_t row, double rates_part);

 private:
  [[nodiscard]] std::span<const std::uint32_t> labels_of_worker(std::uint32_t row) const;

  const Evidence& evidence_;
  std::size_t k_;
  bool witnessed_ = false;
  bool is_gold_ = false;
  std::span<const double> posterior_;
  std::vector<std::uint32_t> rows_;  // sorted, so that a worker's stand together
  std::vector<double> votes_, likelihood_, out_;
};

/// Calls use(others, chunk, row, at) for each label of a block that is heard, witnessed and wanted(chunk, worker, at):
/// `others` looks at its item, `at` is its place in the columns of the chunk's store. `room` as LabelSource::chunk has
/// it.
template <typename Wanted, typename Use>
void for_each_heard(const Evidence& evidence, const Heard& heard, std::size_t block, LabelStore& room,
                    const Wanted& wanted, const Use& use) {
  const LabelChunk chunk = evidence.labels.chunk(block, room);
  Matrix<double> posterior;
  evidence.posterior(chunk, posterior);
  Others others(evidence);
  for (std::size_t i = 0; i < chunk.size(); ++i) {
    const unsigned halvings = Heard::halvings_of(chunk.first_item + i);
    bool looked = false;
    std::uint64_t at = chunk.offset(i);
    for (const auto row : chunk.rows(i)) {
      const auto worker = chunk.store.worker_of(row);
      const std::uint64_t place = at++;
      if (!heard.hears(worker, halvings) || !wanted(chunk, worker, place)) continue;
      if (!looked) others.look_at(chunk, i, posterior.row(i));
      looked = true;
      if (!others.is_witnessed()) break;
      use(others, chunk, row, place);
    }
  }
}

/// How far the rates can be trusted beside the vote, in [0, 1]: the part that predicts the labels best,
///   max over part, A of sum over labels log(A p(g) + (1 - A) s(g)),
/// p what the others say of the item (by_rates_and_vote), g the label, s the label shares. Where rates were learned
/// from too little, classes have changed their meaning and the part is small. From 50,000 labels at most, out of blocks
/// evenly spaced.
[[nodiscard]] double trusted_rates_part(const Evidence& evidence, ThreadPool& threads);

}  // namespace assay::quality
