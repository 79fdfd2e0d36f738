#include "assay/selection/stop_rule.h"

#include <numeric>

namespace assay::selection {

std::string_view name(StopReason reason) {
  switch (reason) {
    case StopReason::none:
      return "none";
    case StopReason::mean_cost_met:
      return "mean_cost_met";
    case StopReason::every_cost_met:
      return "every_cost_met";
    case StopReason::budget_spent:
      return "budget_spent";
    case StopReason::nothing_worth_it:
      return "nothing_worth_it";
    case StopReason::nothing_left:
      return "nothing_left";
  }
  return "";
}

bool mean_met(const StopRule& rule, std::span<const double> minimum_costs) {
  if (!rule.target_cost || rule.every_item || minimum_costs.empty()) return false;
  const double sum = std::accumulate(minimum_costs.begin(), minimum_costs.end(), 0.0);
  return sum / static_cast<double>(minimum_costs.size()) <= *rule.target_cost;
}

bool item_met(const StopRule& rule, double minimum_cost) {
  return rule.target_cost && rule.every_item && minimum_cost <= *rule.target_cost;
}

bool affordable(const StopRule& rule, Money spent, Money price) {
  return !rule.budget || spent + price <= *rule.budget;
}

bool worth(const StopRule& rule, double gain, Money price) {
  return !rule.money_per_cost || gain * rule.money_per_cost->units() >= price.units();
}

}  // namespace assay::selection
