#include "assay/selection/registry.h"

#include "assay/base/error.h"
#include "assay/base/options.h"
#include "assay/base/text.h"
#include "assay/selection/entropy.h"
#include "assay/selection/expected_cost.h"
#include "assay/selection/expected_gain.h"
#include "assay/selection/glad_cost.h"
#include "assay/selection/glad_cost_gain.h"
#include "assay/selection/label_and_model_uncertainty.h"
#include "assay/selection/label_uncertainty.h"
#include "assay/selection/model_uncertainty.h"
#include "assay/selection/new_label_uncertainty.h"
#include "assay/selection/reliability.h"
#include "assay/selection/round_robin.h"
#include "assay/selection/worker_routing.h"

namespace assay::selection {

const std::vector<StrategyInfo>& registry() {
  static const std::vector<StrategyInfo> rows = {
      worker_routing_info(),
      expected_cost_info(),
      expected_gain_info(),
      glad_cost_info(),
      glad_cost_gain_info(),
      reliability_info(),
      new_label_uncertainty_info(),
      label_uncertainty_info(),
      label_and_model_uncertainty_info(),
      model_uncertainty_info(),
      entropy_info(),
      round_robin_info(),
  };
  return rows;
}

std::vector<std::string> strategy_names() {
  std::vector<std::string> names;
  for (const auto& row : registry()) names.push_back(row.name);
  return names;
}

const StrategyInfo& find_strategy(std::string_view name) {
  for (const auto& row : registry()) {
    if (row.name == name) return row;
  }
  const auto names = strategy_names();
  throw bad_input("unknown strategy \"" + std::string(name) + "\"" + did_you_mean(name, names) + ", allowed is " +
                      option_parsing::choices_in_words(names),
                  "--strategy");
}

}  // namespace assay::selection
