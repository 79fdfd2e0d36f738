#pragma once

#include "assay/selection/registry.h"

namespace assay::selection {

/// The item whose best decision is expected to cost most comes first (EM-Cost):
///
///   score = min_j sum_i p(i) cost(i, j),  p the item's posterior
///
/// Looks at costs, and through the posterior at workers and priors. Goes on asking about items that no label can
/// settle. O(K^2) an item. Source: Wang, Ipeirotis and Provost 2017, Cost-effective quality assurance in crowd
/// labeling, section 6.
[[nodiscard]] StrategyInfo expected_cost_info();

}  // namespace assay::selection
