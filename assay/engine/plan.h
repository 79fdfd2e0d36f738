#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "assay/base/money.h"
#include "assay/engine/estimate.h"
#include "assay/planning/redundancy.h"

namespace assay::engine {

/// What labels that an estimate was made of say of themselves.
struct LabelsAtHand {
  double labels_per_item = 0;  ///< on average over the labelled items, at least 1
  double accuracy = 0;         ///< mean posterior of their decisions
};
/// Posteriors are those of all items. Nothing when all labels are on gold, which is decided whatever they say.
[[nodiscard]] std::optional<LabelsAtHand> labels_at_hand(const EstimateResult& result);

/// "I have so many items, these classes, this price, workers like those: how many labels an item, what will it cost,
/// what quality will I get, how long will it take?"
struct PlanRequest {
  planning::PlannedCrowd crowd;
  std::uint64_t item_count = 1000;
  std::vector<std::uint64_t> labels_per_item;  ///< increasing
  std::optional<Money> price;                  ///< of one label
  std::string currency = "USD";                ///< of all amounts, as ISO 4217 has it
  std::optional<double> target_cost;           ///< of a decision
  std::uint64_t most_labels = 100;             ///< an item, in the search for the target
  std::optional<double> seconds_per_label;
  std::uint64_t active_workers = 1;  ///< at work at the same time
  double interval = 0.9;
  std::uint64_t draws = 40;
  std::uint64_t virtual_items = 2000;
  std::optional<LabelsAtHand> at_hand;  ///< those that the crowd was estimated from
};

struct PlanRow {
  planning::PlannedQuality quality;
  std::uint64_t label_count = 0;  ///< of all items together, rounded up
  std::optional<Money> total_price;
  std::optional<double> hours;
};

struct PlanResult {
  std::vector<PlanRow> fixed;     ///< as many labels for every item
  std::vector<PlanRow> adaptive;  ///< the same number of labels, each where it is needed most
  std::optional<planning::TargetOutcome> fixed_target, adaptive_target;
  /// The accuracy that the plan would have foretold of the labels at hand. Far above their own, it says that items are
  /// not equally hard, or that workers err together.
  std::optional<double> at_hand_planned;
};

/// Throws Error{bad_input} when no number of labels up to most_labels meets the target, saying how near one gets, and
/// Error{limit_exceeded} for a total price beyond what Money holds.
/// `progress` may be null.
[[nodiscard]] PlanResult plan(const PlanRequest& request, ThreadPool& threads, std::uint64_t seed,
                              Progress* progress = nullptr);

/// Everybody right with probability `accuracy`, errors even over the other classes.
[[nodiscard]] planning::PlannedCrowd alike_crowd(double accuracy, std::vector<double> prior, CostMatrix costs);

/// What an estimate says of its workers. W workers, K classes.
struct EstimatedWorkers {
  const Confusions& confusion;
  const Confusions& low;  ///< credible bounds of each cell; empty or NaN where there are none
  const Confusions& high;
  const Confusions& counts;  ///< soft counts
  std::vector<std::uint64_t> label_counts;
  double interval = 0.9;  ///< level of the bounds
};

/// The workers of an estimate, each labelling as much as there: its error rates, as uncertain as their bounds say (by
/// the cell on the diagonal; without bounds as the soft count of the row and four labels more). Workers without labels
/// are left out.
[[nodiscard]] planning::PlannedCrowd estimated_crowd(const EstimatedWorkers& workers, std::vector<double> prior,
                                                     CostMatrix costs);

}  // namespace assay::engine
