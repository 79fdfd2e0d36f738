#pragma once

#include "assay/selection/registry.h"

namespace assay::selection {

/// The item whose minimum cost one more label is expected to change most comes first, as glad sees it (GLAD-CostV):
///
///   score = sum_l Pr(l) | mincost(p) - mincost(p given l) |,   mincost(p) = min_j sum_t p(t) cost(t, j)
///   Pr(l) = sum_t p(t) Pr(l | t),  p glad's posterior and Pr(l | t) of a worker of mean ability (glad_belief.h)
///
/// The absolute value is the paper's way around its Proposition 3: mincost does not change on average unless the label
/// can flip the decision. The paper's score is of an item, not of a pair, so the label is a worker's of mean ability,
/// whoever will be asked. Labels since the last `learn` change p. O(labels of the item + K^2) an item.
/// Source: Wang, Ipeirotis and Provost 2017, Cost-effective quality assurance in crowd labeling, section 6.
[[nodiscard]] StrategyInfo glad_cost_gain_info();

/// The score of a posterior (K) where a label is right with this probability and wrong labels are spread evenly.
/// O(K^2).
[[nodiscard]] double expected_cost_change(std::span<const double> posterior, double right, const CostMatrix& costs);

}  // namespace assay::selection
