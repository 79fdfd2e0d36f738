#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "assay/base/options.h"
#include "assay/base/progress.h"
#include "assay/base/threads.h"
#include "assay/core/cost_matrix.h"
#include "assay/core/label_table.h"
#include "assay/sim/ability_crowd.h"

namespace assay::engine {

/// Strategies side by side where the truth is known.
struct SelectTrialRequest {
  std::vector<std::string> strategies;  ///< names of the registry
  std::string model = "dawid_skene";    ///< that judges the labels, for all strategies alike
  OptionValues model_options = {};
  CostMatrix costs;            ///< K x K
  std::uint64_t repeats = 20;  ///< fresh crowds, or fresh orders of the same labels
  std::uint64_t seed = 1;
};

/// How good decisions are by the number of labels bought: means over the repeats.
struct TrialCurve {
  std::string strategy;
  std::vector<double> labels;      ///< bought so far, of all items together
  std::vector<double> cost;        ///< mean true cost of an item's decision
  std::vector<double> cost_error;  ///< standard error of that mean over the repeats; 0 for one
  std::vector<double> accuracy;    ///< share of right decisions
};

/// The simulation of Wang, Ipeirotis and Provost 2017: every `steps_per_worker` steps a worker comes; in each step
/// every worker present labels the item that the strategy chooses for him, until he has given his labels. A point after
/// every `items` labels. Throws Error{bad_input} for strategies that need a model, Error{interrupted} when asked to
/// stop.
[[nodiscard]] std::vector<TrialCurve> simulate_selection(const SelectTrialRequest& request,
                                                         const sim::AbilityCrowdOptions& crowd, ThreadPool& threads,
                                                         Progress* progress = nullptr, const StopFlag* stop = nullptr);

struct ReplayResult {
  double full_accuracy = 0;  ///< of the model on all labels, over items with truth
  double full_cost = 0;
  std::uint64_t label_count = 0;
  std::uint64_t item_count = 0;
  std::vector<TrialCurve> curves;
};

/// Labels that exist, given out one by one: the strategy chooses an item, and the worker among those whose label on it
/// is still hidden; without a view on workers the next in an order drawn at random. `truth` judges only. One label a
/// worker and item. A point after every 40th part of the labels.
[[nodiscard]] ReplayResult replay_selection(const SelectTrialRequest& request, const LabelTable& table,
                                            const GoldLabels& truth, ThreadPool& threads, Progress* progress = nullptr,
                                            const StopFlag* stop = nullptr);

/// Labels bought when the curve's accuracy first reaches `accuracy` (by straight lines between points); NaN when it
/// never does.
[[nodiscard]] double labels_to_reach(const TrialCurve& curve, double accuracy);

}  // namespace assay::engine
