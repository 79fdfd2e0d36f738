#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "assay/selection/strategy.h"

namespace assay::selection {

/// One row of the table of strategies: help, docs and tests are made from it.
struct StrategyInfo {
  std::string name;           ///< "expected_cost"
  std::string meaning;        ///< one line
  std::string citation;       ///< author year, title, venue
  bool needs_model = false;   ///< wants a classifier's probabilities for every item
  bool worker_aware = false;  ///< its score depends on who gives the label
  std::function<std::unique_ptr<Strategy>()> make;
};

/// Every strategy, in the order in which tables show them. The first row is the default.
[[nodiscard]] const std::vector<StrategyInfo>& registry();

[[nodiscard]] std::vector<std::string> strategy_names();

/// The row of `name`; throws Error{bad_input} that names the nearest strategy when there is none.
[[nodiscard]] const StrategyInfo& find_strategy(std::string_view name);

}  // namespace assay::selection
