#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "assay/base/money.h"

namespace assay::selection {

/// Why no more labels are asked for.
enum class StopReason {
  none,              ///< the batch is full: more would be worth asking for
  mean_cost_met,     ///< the mean minimum cost of the items is at or under the target
  every_cost_met,    ///< every item's minimum cost is at or under the target
  budget_spent,      ///< the next label costs more than is left
  nothing_worth_it,  ///< no label is expected to save what it costs
  nothing_left,      ///< every item is in the batch already, or has a label of every worker
};
[[nodiscard]] std::string_view name(StopReason reason);

/// When to stop. Rules that are not set don't apply.
///   mean    mean over items of min_j sum_i p(i) cost(i, j) <= target_cost
///   every   that cost <= target_cost, item by item: such items get no label
///   budget  sum of prices <= budget
///   worth   expected saving x money_per_cost >= price, label by label
struct StopRule {
  std::optional<double> target_cost;
  bool every_item = false;              ///< the target is for every item, not for their mean
  std::optional<Money> budget;          ///< what is left to spend
  std::optional<Money> money_per_cost;  ///< what a misclassification of cost 1 costs
};

/// Whether the mean of the items' minimum costs meets the target. False without a target for the mean, or items.
[[nodiscard]] bool mean_met(const StopRule& rule, std::span<const double> minimum_costs);
/// Whether this item's cost is at or under a target for every item.
[[nodiscard]] bool item_met(const StopRule& rule, double minimum_cost);
/// Whether a label at `price` fits what is left after `spent`.
[[nodiscard]] bool affordable(const StopRule& rule, Money spent, Money price);
/// Whether a label that is expected to save `gain` (in units of cost) is worth `price`.
[[nodiscard]] bool worth(const StopRule& rule, double gain, Money price);

}  // namespace assay::selection
