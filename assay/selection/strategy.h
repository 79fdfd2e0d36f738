#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "assay/base/matrix.h"
#include "assay/base/threads.h"
#include "assay/core/confusions.h"
#include "assay/core/cost_matrix.h"
#include "assay/core/label_store.h"
#include "assay/core/label_table.h"

namespace assay::selection {

/// What a strategy may know of the whole. O items, W workers, K classes. All of it outlives its use.
struct Situation {
  const LabelStore& labels;
  const GoldLabels& gold;            ///< O or empty
  const Matrix<double>& posterior;   ///< O x K
  const std::vector<double>& prior;  ///< K
  bool prior_is_fixed;               ///< given by the user rather than estimated
  const CostMatrix& costs;           ///< K x K
  const Confusions& confusion;       ///< W x K x K
  const Confusions& counts;          ///< W x K x K, soft counts of labels
  /// A classifier's probabilities, O x K; empty when there are none.
  const Matrix<double>& model_probability;
  ThreadPool& threads;
};

/// What a strategy is told of one item.
struct ItemView {
  ItemIndex item = 0;
  std::span<const std::uint32_t> rows;    ///< its labels as worker * K + label, earlier ones first
  std::span<const std::uint32_t> counts;  ///< K: how often each class was given
  std::span<const double> posterior;      ///< K
};

/// A rule that says which item deserves the next label. One thread at a time.
class Strategy {
 public:
  virtual ~Strategy() = default;
  /// Registry name.
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Takes in what the scores need beyond the item itself. Comes first, and again whenever the crowd is judged anew.
  virtual void learn(const Situation& situation) = 0;
  /// The item got a label since `learn`. Only strategies that remember items care.
  virtual void item_changed(const ItemView& /*item*/) {}
  /// The larger, the sooner. Without a worker: a new one, of whom nothing is known but that he is of this crowd.
  /// Only strategies whose StrategyInfo says `worker_aware` look at the worker.
  [[nodiscard]] virtual double score(const ItemView& item, std::optional<WorkerIndex> worker) const = 0;
  /// The score in words, for people.
  [[nodiscard]] virtual std::string reason(const ItemView& item, std::optional<WorkerIndex> worker) const = 0;
};

/// The number of the item's labels.
[[nodiscard]] inline std::uint32_t label_count(const ItemView& item) {
  return static_cast<std::uint32_t>(item.rows.size());
}

/// "1 label", "3 labels".
[[nodiscard]] std::string labels_in_words(std::uint64_t count);
/// "1 label leaves", "3 labels leave".
[[nodiscard]] std::string labels_leave(std::uint64_t count);
/// Four significant digits.
[[nodiscard]] std::string digits(double value);

/// K^2 error rates [given][true] of a worker not met before: the soft counts of all workers together, and one label a
/// class of somebody halfway between chance and perfect.
[[nodiscard]] std::vector<double> new_worker(const Confusions& counts);

}  // namespace assay::selection
