#pragma once

#include "assay/selection/registry.h"

namespace assay::selection {

/// The item with the fewest labels comes first: fixed redundancy, whatever the labels say. Score: minus the number of
/// labels. O(1) an item. Source: Sheng, Provost and Ipeirotis 2008, section 4 (generalised round-robin).
[[nodiscard]] StrategyInfo round_robin_info();

}  // namespace assay::selection
