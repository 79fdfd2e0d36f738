#pragma once

#include "assay/core/cost_matrix.h"
#include "assay/core/label_table.h"
#include "assay/engine/estimate.h"
#include "assay/quality/data_quality.h"

namespace assay::engine {

/// An estimate to be held against the truth. O items, K classes.
struct EvaluateRequest {
  const LabelTable& table;  ///< its labels may be empty: then nothing is said of workers
  const EstimateResult& result;
  GoldLabels truth;  ///< size O, kNoClass where unknown
  CostMatrix costs;  ///< K x K
};

/// Items without labels are not judged, their number is in the result.
[[nodiscard]] quality::Evaluation evaluate(const EvaluateRequest& request);

}  // namespace assay::engine
