#pragma once

#include <span>

#include "assay/selection/registry.h"

namespace assay::selection {

/// The item whose labels leave most doubt which class gets most labels in the long run. With a uniform prior on the
/// label rates q, n_c labels of class c:
///
///   q ~ Dirichlet(1 + n),   score = 1 - Pr(q_j is the largest),  j the class with most labels
///   two classes: I_1/2(n_max + 1, n_min + 1), the tail of a Beta distribution below 1/2;  1 - 1/K without labels
///
/// It knows neither workers nor their errors. O(1) an item for two classes and for label counts met before; else an
/// integral of O(K) terms at 400 points. Source: Sheng, Provost and Ipeirotis 2008, section 4.2 (two classes); the
/// Dirichlet for more is Assay's.
[[nodiscard]] StrategyInfo label_uncertainty_info();

/// The score for the given label counts (K >= 1 numbers); exact for two classes, within 1e-6 for more.
[[nodiscard]] double label_uncertainty(std::span<const std::uint32_t> counts);

}  // namespace assay::selection
