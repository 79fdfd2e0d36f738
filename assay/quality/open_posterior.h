#pragma once

#include <span>

#include "assay/base/matrix.h"
#include "assay/core/estimate.h"
#include "assay/core/ids.h"
#include "assay/core/label_store.h"

namespace assay::quality {

/// The posteriors, those of gold items as if their truth had not been told:
///   p_o(i) = prior_i prod_{labels l of workers k} C_k(i, l) / sum over i.
/// The error rates C have seen the gold, so with few labels a worker this is a little too kind. Other items keep their
/// row. `gold` has one class an item, kNoClass where unknown. O(items K + labels of gold items K).
[[nodiscard]] Matrix<double> open_posterior(const Estimate& estimate, const LabelStore& labels,
                                            std::span<const ClassIndex> gold);

}  // namespace assay::quality
