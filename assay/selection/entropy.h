#pragma once

#include "assay/selection/registry.h"

namespace assay::selection {

/// The item whose labels differ most comes first. n_c labels of class c, n in all:
///
///   score = - sum_c n_c/n log(n_c/n)  nats,   log K for an item without labels
///
/// Not with noisy labels: a set of equal labels has entropy 0 and is never looked at again, however wrong it is. O(K)
/// an item. Source: Sheng, Provost and Ipeirotis 2008, section 4, where it is shown to fail.
[[nodiscard]] StrategyInfo entropy_info();

}  // namespace assay::selection
