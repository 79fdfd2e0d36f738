#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "assay/core/label_source.h"
#include "assay/models/aggregator.h"
#include "assay/models/counts.h"
#include "assay/models/label_tiles.h"

namespace assay::models {

/// What one E-step looks up. `table` holds, for every (worker, given) row, a factor for each true class: an error rate
/// Pr(given | true), or exp of its expected logarithm. Factors are >= 0; those under 1e-30 count as 1e-30.
struct Factors {
  std::vector<double> prior;  ///< K factors of the classes
  Confusions table;           ///< [worker][given][true]
};

/// How many runs a LabelPass makes of labels in so many blocks: enough to share out the work, few enough that zeroing
/// and merging their tables stays a small part of a pass. Rank r of R keeps the tables of its own runs, n / R of them.
[[nodiscard]] std::size_t run_count(const LabelShape& shape, std::size_t block_count);

/// The blocks whose labels rank r of R counts.
struct BlockRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};
[[nodiscard]] BlockRange blocks_of_rank(const LabelSource& labels, const Communicator& ranks);

/// Bytes that a LabelPass keeps beside labels in memory, on so many threads: the labels once more, where worker tables
/// exceed a core's cache.
[[nodiscard]] std::uint64_t tile_bytes(const LabelShape& shape, std::size_t threads);

/// The one loop over labels that all EM-like models share.
///
/// For an item with labels l of workers w:  p(t) ~ prior(t) prod table[w][l][t];  evidence = sum of it over t.
/// Gold items have p(t) = [t = gold]; their evidence is prod table[w][l][gold], times prior(gold) only when gold takes
/// part in the prior. The posteriors p are added to Counts: labels[w][l][t] += p(t), classes[t] += p(t).
///
/// Products are kept as mantissa and power of two, so thousands of labels an item neither underflow nor need a
/// logarithm each. Labels come from a LabelSource, in memory or on disk. Its blocks are taken together in up to 128
/// runs that depend on the labels alone; a run's blocks are counted in order and runs merge in order, so that the
/// result has the same bits for any number of threads, from memory and from disk. Time O(N K), memory O(runs at once x
/// W K^2). Labels that the source holds in memory, where worker tables exceed a core's cache, are kept a second time in
/// an order that walks through the tables (label_tiles.h), 4 bytes a label, with the same bits again.
///
/// Where the context has more than one rank, all of them make the same pass: rank r of R counts the runs
/// [r runs / R, (r + 1) runs / R), the sum goes through the ranks in order, and all ranks get it, with the same bits.
/// Each call that counts is a collective call then, and so are the constructors that take a context.
class LabelPass {
 public:
  /// Over problem.labels.
  LabelPass(const Problem& problem, ThreadPool& threads);
  /// Over `labels`, of which problem.labels holds no item; all other parts of the problem count.
  LabelPass(const Problem& problem, const LabelSource& labels, ThreadPool& threads);
  /// With the threads and ranks of a fit.
  LabelPass(const Problem& problem, const Context& context);
  LabelPass(const Problem& problem, const LabelSource& labels, const Context& context);
  ~LabelPass();
  LabelPass(const LabelPass&) = delete;
  LabelPass& operator=(const LabelPass&) = delete;

  /// Counts of the vote shares (gold clamped), the usual start of EM. log_evidence is 0.
  [[nodiscard]] Counts votes();

  /// Counts of posteriors that something else has made, gold rows already clamped: O x K, on ranks other than 0 the
  /// rows of their own items at least, the first of them at row 0. log_evidence is 0.
  [[nodiscard]] Counts observe(const Matrix<double>& posterior);
  /// The same for posteriors that are made block by block.
  [[nodiscard]] Counts observe(const ChunkPosterior& posterior);

  /// What a model's own pass does: adds the labels of a chunk to the counts of its run. `part` is the chunk's problem
  /// (chunk_problem.h).
  using CountChunk = std::function<void(const Problem& part, const LabelChunk& chunk, Counts& counts)>;
  /// A pass that counts in a model's own way, with `extra_count` further sums in Counts::extra. `out` is replaced.
  /// `key` stands for what `count` looks up; ranks compare theirs.
  void count(const CountChunk& count, std::size_t extra_count, std::uint64_t key, Counts& out);

  /// One E-step. `out` is replaced. When `posterior` is given (on all ranks or none, only where gives_posterior()) it
  /// becomes O x K, on ranks other than 0 only the rows of their own runs; items without labels get the prior.
  void run(const Factors& factors, Counts& out, Matrix<double>* posterior = nullptr);

  /// Makes the posteriors of any one block, with the same bits as those of `run`. Outlives the pass, not its problem.
  [[nodiscard]] ChunkPosterior posteriors_by(const Factors& factors) const;

  /// Gold is left out of the class counts unless every labelled item is gold.
  [[nodiscard]] bool gold_takes_part_in_prior() const { return gold_in_prior_; }
  [[nodiscard]] const Problem& problem() const { return problem_; }
  /// Whether the labels that this rank counts are in memory.
  [[nodiscard]] bool holds_labels() const { return holds_labels_; }
  /// Whether rank 0 holds its labels in memory and so wants the posteriors of all items.
  [[nodiscard]] bool gives_posterior() const { return gives_posterior_; }
  /// Whether the user asked to stop, on any rank, before the last pass.
  [[nodiscard]] bool stopping(const Context& context) const { return ranks_ ? stopping_ : context.stopping(); }
  [[nodiscard]] const LabelSource& labels() const { return *source_; }
  [[nodiscard]] ThreadPool& threads() const { return threads_; }
  /// Does the work of this rank; an error on any rank is thrown on all. `key` as for `count`. A collective call.
  void on_all_ranks(std::uint64_t key, const std::function<void()>& work);
  /// Rank 0 gets what the other ranks have of their own items: `values` holds so many numbers an item, of all items on
  /// rank 0, of its own on others. A collective call.
  void collect(std::span<double> values, std::size_t of_item) const;
  /// Makes `values` their sum over all ranks, in rank order, on each of them. A collective call.
  void add_over_ranks(std::span<double> values) const;
  /// Items of which this rank gives what it collects: all on rank 0, its own on others.
  [[nodiscard]] std::size_t collected_items() const;
  /// Whether this rank is the first, or the only one.
  [[nodiscard]] bool is_first_rank() const { return ranks_ == nullptr || ranks_->rank() == 0; }
  /// Whether the labels are shared out over ranks.
  [[nodiscard]] bool on_ranks() const { return ranks_ != nullptr; }
  /// Calls act(chunk's problem, chunk) for the blocks of this rank, on all threads.
  void for_each_own_chunk(const std::function<void(const Problem& part, const LabelChunk& chunk)>& act) const;
  /// The items that this rank counts: [first_item(), end_item()).
  [[nodiscard]] ItemIndex first_item() const { return borders_[first_run_]; }
  [[nodiscard]] ItemIndex end_item() const { return borders_[end_run_]; }
  /// The number of runs of blocks.
  [[nodiscard]] std::size_t block_count() const { return borders_.size() - 1; }
  /// Run b holds the items [borders[b], borders[b + 1]); the borders depend on the labels alone.
  [[nodiscard]] std::span<const ItemIndex> borders() const { return borders_; }

 private:
  struct Tables;
  class Pairs;
  LabelPass(const Problem& problem, std::unique_ptr<LabelSource> own, const LabelSource* labels,
            const Context& context);
  [[nodiscard]] bool every_labelled_item_is_gold() const;
  /// What is counted: the labels of a run are added to its counts, or to its pairs where they are used.
  struct Task {
    std::function<void(std::size_t run, Counts&, double* pairs)> count;
    const Tables* pairs_of = nullptr;  // what pairs are made of, where they are used
    std::size_t extra_count = 0;
    std::uint64_t key = 0;
  };
  void for_each_chunk(std::size_t run, const std::function<void(const LabelChunk&)>& act) const;
  void count_tiles(std::size_t run, const Tables& tables, Counts& counts, Matrix<double>* posterior) const;
  [[nodiscard]] bool kernel_counts() const;
  void for_each_block(Counts& out, const Task& task);
  void make_room(std::size_t runs, bool pairs);
  void for_own_blocks(Counts& out, const Task& task);
  void count_runs(std::size_t first, std::size_t n, const Task& task);
  void add_counted(std::size_t first, std::size_t n, std::size_t begin, std::size_t end, std::span<double> to);
  void merge(std::size_t begin, std::size_t end, Counts& out);
  [[nodiscard]] std::size_t first_run(int rank) const;

  const Problem& problem_;
  ThreadPool& threads_;
  std::unique_ptr<LabelSource> own_source_;
  const LabelSource* source_;
  Communicator* ranks_;  // null: one rank
  const StopFlag* stop_;
  bool stopping_ = false;
  bool gives_posterior_ = false;
  bool holds_labels_ = false;
  bool gold_in_prior_ = false;
  std::vector<std::size_t> runs_;  // block numbers at which runs begin, and the end
  std::vector<ItemIndex> borders_;
  std::size_t first_run_ = 0;  // of this rank
  std::size_t end_run_ = 0;
  std::vector<Counts> counts_;  // of the runs at hand
  std::vector<Pairs> pairs_;    // theirs, where worker tables exceed the caches
  std::unique_ptr<LabelTiles> tiles_;
};

}  // namespace assay::models
