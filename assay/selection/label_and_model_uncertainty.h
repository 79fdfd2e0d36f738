#pragma once

#include "assay/selection/registry.h"

namespace assay::selection {

/// Doubt of the labels and of a classifier together, their geometric mean:
///
///   score = sqrt(label_uncertainty x model_uncertainty)
///
/// Needs a classifier's probabilities, as model_uncertainty. Source: Sheng, Provost and Ipeirotis 2008, section 4.3.
[[nodiscard]] StrategyInfo label_and_model_uncertainty_info();

}  // namespace assay::selection
