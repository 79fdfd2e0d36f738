#pragma once

#include "assay/base/matrix.h"
#include "assay/selection/registry.h"

namespace assay::selection {

/// Doubt of an item's class by its label counts alone, where all workers share one unknown quality an item. n_c labels
/// of class c:
///
///   q | true t ~ Dirichlet(a_t),   Pr(n | t) = Dirichlet-multinomial(n; a_t),   Pr(t | n) ~ prior_t Pr(n | t)
///   score = 1 - max_t Pr(t | n)                                              (two classes: 1/2 - |Pr(t | n) - 1/2|)
///
/// a_t and the prior are fitted to all items by EM with Minka's fixed point as M-step, from a_t(t) = 3, others 1.
/// a_t(t) stays the largest of a_t: were qualities below chance allowed, the counts would say nothing. O(K^2) an item.
/// Source: Ipeirotis, Provost, Sheng and Wang 2014, Repeated labeling using multiple noisy labelers; its beta-binomial
/// form as Wang, Ipeirotis and Provost 2017 sum it up (the exact parameters of 2014 were not available).
[[nodiscard]] StrategyInfo new_label_uncertainty_info();

/// What new_label_uncertainty fits.
struct LabelQuality {
  std::vector<double> prior;  ///< K
  Matrix<double> alpha;       ///< [true][given], all > 0
};

/// Fits it to the labels; items without labels don't count.
[[nodiscard]] LabelQuality fit_label_quality(const LabelStore& labels);

/// Pr(t | n) for every class t, K numbers.
[[nodiscard]] std::vector<double> class_probability(const LabelQuality& quality, std::span<const std::uint32_t> counts);

}  // namespace assay::selection
