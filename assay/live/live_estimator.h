#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "assay/base/options.h"
#include "assay/core/cost_matrix.h"
#include "assay/core/estimate.h"
#include "assay/core/label_store.h"
#include "assay/core/label_table.h"
#include "assay/live/label_lists.h"
#include "assay/live/worker_rates.h"
#include "assay/models/aggregator.h"
#include "assay/quality/expected_cost.h"

namespace assay::live {

struct LiveOptions {
  std::string model = "dawid_skene";     ///< the model of `settle`, by its registry name
  OptionValues model_options = {};       ///< and its options
  std::vector<double> prior = {};        ///< K fixed class priors that sum to 1; empty: estimated
  double lean_labels = 4;                ///< m of worker_rates.h
  std::uint64_t max_items = 1ULL << 28;  ///< more are an Error
  std::uint64_t max_cells = 1ULL << 28;  ///< workers x K^2; more are an Error; 16 bytes each
};
/// Fields of LiveOptions but model_options and prior.
[[nodiscard]] const OptionTable<LiveOptions>& live_options();

/// What is known of a worker at once, by the formulas of quality/expected_cost.h.
struct LiveQuality {
  std::uint64_t label_count = 0;
  quality::BothConventions cost;     ///< of his average label
  quality::BothConventions quality;  ///< 1 - cost / cost of a spammer; NaN while the prior is all on one class
  double accuracy = 0;               ///< sum_t prior[t] C[t][t]
};

/// Labels that come, change and go one at a time, and at any moment the posterior of any item and the quality of any
/// worker. `settle` gives what the batch model gives for the same labels; between settlings a label updates its item
/// and the counts of the item's workers, nothing else: incremental EM, one item at a time (Neal and Hinton 1998, A view
/// of the EM algorithm that justifies incremental, sparse, and other variants), each judged by what the other items say
/// of its workers (the zero-order collapsed update of Asuncion, Welling, Smyth and Teh 2009).
///
///   p_o(t) ~ prior[t] prod_{(w,g) on o} C[w][t][g],   prior and C without o's own part;   gold: p_o(t) = [t = gold]
///   n[w][t][g] = sum of p_o(t) over w's labels g,  always, over all items: the old part of an item is taken out when
///                its new one goes in, in whole units (soft_units.h), so every label counts once and nothing drifts
///   C[w]       from n and the last settling as in worker_rates.h
///   prior[t]   ~ c[t] + max(0, (M0 + K) prior0[t] - c0[t]),  c soft counts of items without gold, c0 and M0 = sum c0
///                those of the last settling, prior0 its prior; before the first: uniform, K items' worth. Or fixed
///
/// At most one label a worker and item: a further one replaces it. Items, workers and classes are indices; the index
/// after the last adds an item or worker (named_estimator.h has names). O items, W workers, K classes, n labels on the
/// item: a change takes O(n K), a settling what its model takes. Memory O(O K + W K^2 + labels).
/// One thread at a time may change it; the const functions may run beside each other.
/// Errors: bad_input for an index beyond the next one, limit_exceeded by the options; the state is as before then.
class LiveEstimator {
 public:
  explicit LiveEstimator(std::size_t class_count, LiveOptions options = {});

  [[nodiscard]] const LiveOptions& options() const { return options_; }
  [[nodiscard]] std::size_t item_count() const { return gold_.size(); }
  [[nodiscard]] std::size_t worker_count() const { return rates_.worker_count(); }
  [[nodiscard]] std::size_t class_count() const { return class_count_; }
  [[nodiscard]] std::uint64_t label_count() const { return label_count_; }
  /// Labels and gold labels given, changed or taken back since the last settling (or the start).
  [[nodiscard]] std::uint64_t changes_since_settling() const { return changes_; }

  /// At least so many items and workers from now on.
  void grow(std::size_t item_count, std::size_t worker_count);

  /// The worker's label on the item is `label`. Returns the one that it replaces; the same one again changes nothing.
  std::optional<ClassIndex> observe(WorkerIndex worker, ItemIndex item, ClassIndex label);
  /// Takes the worker's label on the item back, as if it had never been; returns it, or nothing when there is none.
  std::optional<ClassIndex> forget(WorkerIndex worker, ItemIndex item);
  /// The truth of the item is `gold`, whatever it was before.
  void add_gold(ItemIndex item, ClassIndex gold);
  /// The truth of the item is not known any more; returns what it was.
  std::optional<ClassIndex> drop_gold(ItemIndex item);
  /// Judges the next `count` items once more, round and round in index order: items that got no label for long keep the
  /// posterior of their last one until then. A settling makes it needless.
  void refresh(std::size_t count);

  [[nodiscard]] std::optional<ClassIndex> label(WorkerIndex worker, ItemIndex item) const;
  /// kNoClass where none is known.
  [[nodiscard]] ClassIndex gold(ItemIndex item) const;
  /// K probabilities: of the settling, or of the item's last change since. The prior for an item without labels.
  [[nodiscard]] std::vector<double> posterior(ItemIndex item) const;
  [[nodiscard]] std::vector<double> prior() const;
  /// K^2 error rates [given][true], as Confusions::worker gives them.
  [[nodiscard]] std::vector<double> confusion(WorkerIndex worker) const;
  /// K^2 soft counts [given][true]; their sum is the worker's number of labels.
  [[nodiscard]] std::vector<double> counts(WorkerIndex worker) const;
  [[nodiscard]] LiveQuality quality(WorkerIndex worker, const CostMatrix& costs) const;
  /// All of the above at once, as a model returns it; the summary says only how many changes came since the settling.
  [[nodiscard]] Estimate estimate() const;

  /// The labels in their canonical order: by item, within an item by worker, whatever the order they came in.
  [[nodiscard]] LabelStore labels() const;
  /// Fits the model to labels() and gold and goes on from its estimate, which it returns: bit for bit what
  /// models::find_model(model).make(model_options)->fit gives. Gold is handed over when any item has it.
  Estimate settle(const models::Context& context);

  /// All of the state, to be restored later or elsewhere: `restore` answers and goes on bit for bit as this one.
  [[nodiscard]] std::string snapshot() const;
  /// Throws Error{bad_input} for bytes that are no whole snapshot.
  [[nodiscard]] static LiveEstimator restore(std::string_view bytes);

  /// The same as a part of a larger snapshot.
  void write(SnapshotWriter& out) const;
  static LiveEstimator read(SnapshotReader& in);

 private:
  struct Place {
    std::size_t index;
    bool found;  // else where the worker's label would go
  };
  [[nodiscard]] Place find(WorkerIndex worker, ItemIndex item) const;
  [[nodiscard]] bool has_gold(ItemIndex item) const { return gold_[item] != kNoClass; }
  [[nodiscard]] std::span<double> stored(ItemIndex item) {
    return {posterior_.data() + std::size_t{item} * class_count_, class_count_};
  }
  [[nodiscard]] std::span<const double> stored(ItemIndex item) const {
    return {posterior_.data() + std::size_t{item} * class_count_, class_count_};
  }
  void check_class(ClassIndex label) const;
  void make_room(std::uint64_t item_count, std::uint64_t worker_count);
  [[nodiscard]] WorkerIndex worker_of(std::uint32_t row) const {
    return row / static_cast<std::uint32_t>(class_count_);
  }
  void wake_prior();
  void count_class(ItemIndex item, const std::vector<Units>& part, Units sign);
  void count_label(std::uint32_t row, const std::vector<Units>& part, Units sign);
  void reset_unlabelled(ItemIndex item);
  void judge(ItemIndex item);
  void judge_into_fresh(ItemIndex item);
  void move_to_fresh(ItemIndex item);
  void count_anew();
  void adopt(const Estimate& estimate);
  void read_item(SnapshotReader& in, ItemIndex item, std::uint64_t row_count);
  [[nodiscard]] bool prior_is_fixed() const { return !options_.prior.empty(); }

  std::size_t class_count_;
  LiveOptions options_;
  std::unique_ptr<models::Aggregator> model_;
  LabelLists lists_;  // row numbers worker * K + label, ascending
  std::vector<double> posterior_;
  GoldLabels gold_;
  std::size_t gold_count_ = 0;
  WorkerRates rates_;
  std::vector<Units> classes_;      // of labelled items without gold
  std::vector<double> prior_base_;  // prior0 at rest, what is added to the class counts when awake
  bool prior_awake_ = false;
  std::uint64_t label_count_ = 0;
  std::uint64_t changes_ = 0;
  std::size_t next_refresh_ = 0;
  // Room for one judgement, so that a label takes no memory: own part, its change, new posterior.
  std::vector<Units> own_, change_;
  std::vector<double> fresh_;
};

}  // namespace assay::live
