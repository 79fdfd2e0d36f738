#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "assay/base/options.h"
#include "assay/core/label_table.h"
#include "assay/live/live_estimator.h"
#include "assay/selection/item_ranking.h"
#include "assay/selection/registry.h"

namespace assay::engine {

/// Labels that come one at a time where a strategy sends them: an estimator that knows all so far, and the items in the
/// strategy's order. A label updates its item at once; `settle` judges the whole crowd anew with the batch model.
/// O items, W workers, K classes; one thread.
class SelectionRun {
 public:
  struct Setup {
    std::size_t item_count = 0;
    std::size_t worker_count = 0;
    CostMatrix costs;                   ///< K x K
    std::string model = "dawid_skene";  ///< that settles
    OptionValues model_options = {};
    std::uint64_t settle_labels = 100;  ///< settles by itself after so many labels
    std::uint64_t seed = 1;
  };
  SelectionRun(const selection::StrategyInfo& strategy, const Setup& setup);

  [[nodiscard]] std::uint64_t label_count() const { return live_.label_count(); }
  [[nodiscard]] std::uint32_t label_count(ItemIndex item) const {
    return static_cast<std::uint32_t>(rows_[item].size());
  }
  /// The first item by the strategy for which `allowed` is true.
  [[nodiscard]] std::optional<ItemIndex> next_item(const std::function<bool(ItemIndex)>& allowed) const;
  /// The best item for this worker among those that he has not labelled.
  [[nodiscard]] std::optional<ItemIndex> next_item_for(WorkerIndex worker) const;
  /// The best of several workers for an item; the first where the strategy does not care.
  [[nodiscard]] WorkerIndex next_worker(ItemIndex item, std::span<const WorkerIndex> workers) const;

  void observe(WorkerIndex worker, ItemIndex item, ClassIndex label);
  void settle();

  /// The decision of minimum cost for each item, as the estimator stands.
  [[nodiscard]] std::vector<ClassIndex> decisions() const;

 private:
  [[nodiscard]] selection::ItemView view(ItemIndex item) const;
  [[nodiscard]] bool has_labelled(WorkerIndex worker, ItemIndex item) const;
  void judge(ItemIndex item);

  Setup setup_;
  bool worker_aware_;
  std::unique_ptr<selection::Strategy> strategy_;
  std::unique_ptr<ThreadPool> threads_;
  live::LiveEstimator live_;
  std::vector<std::vector<std::uint32_t>> rows_;
  Matrix<std::uint32_t> counts_;
  Matrix<double> posterior_;
  // What the situation points to.
  LabelStore labels_;
  Estimate estimate_;
  GoldLabels gold_;
  Matrix<double> no_model_;
  std::unique_ptr<selection::Situation> situation_;
  std::unique_ptr<selection::ItemRanking> ranking_;
  std::uint64_t last_settling_ = 0;
};

}  // namespace assay::engine
