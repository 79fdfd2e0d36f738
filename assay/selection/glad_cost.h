#pragma once

#include "assay/selection/registry.h"

namespace assay::selection {

/// The item whose best decision is expected to cost most comes first, as glad sees it (GLAD-Cost):
///
///   score = min_j sum_t p(t) cost(t, j),  p glad's posterior (glad_belief.h)
///
/// Each `learn` fits glad anew, whatever model judges the labels; a label since then changes the item's posterior by
/// the abilities and easinesses of that fit. The view's posterior is not looked at, nor who would give the next label.
/// O(labels of the item + K^2) an item. Source: Wang, Ipeirotis and Provost 2017, Cost-effective quality
/// assurance in crowd labeling, section 6; the model is of Whitehill et al. 2009.
[[nodiscard]] StrategyInfo glad_cost_info();

}  // namespace assay::selection
