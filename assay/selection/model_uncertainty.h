#pragma once

#include "assay/selection/registry.h"

namespace assay::selection {

/// The item of which a classifier is least sure comes first, whatever its labels say:
///
///   score = 1 - max_c m(c),  m the classifier's class probabilities      (two classes: 1/2 - |m - 1/2|)
///
/// The probabilities come from a file (`assay select --model-probabilities`) for every item. They should be
/// out-of-sample: a classifier that has seen an item's labels repeats them. O(K) an item.
/// Source: Sheng, Provost and Ipeirotis 2008, section 4.3; Ipeirotis, Provost, Sheng and Wang 2014.
[[nodiscard]] StrategyInfo model_uncertainty_info();

/// 1 - the largest of the item's model probabilities.
[[nodiscard]] double model_uncertainty(const Situation& situation, ItemIndex item);

}  // namespace assay::selection
