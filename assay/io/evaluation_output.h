#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "assay/core/label_table.h"
#include "assay/engine/estimate.h"
#include "assay/io/measures.h"
#include "assay/quality/data_quality.h"

namespace assay::io {

/// An evaluation with the names that it is about.
struct EvaluationOutput {
  const LabelTable& table;
  const engine::EstimateResult& result;
  const quality::Evaluation& evaluation;
  std::uint64_t unknown_count = 0;  ///< items of the truth that the estimate lacks
};

/// Every figure as JSON, null where not defined: those of the data, `claimed` and `actual` quality, and lists of
/// `classes`, `calibration` (bins that hold items) and `workers` (best rank first; those with labels on items whose
/// truth is known).
[[nodiscard]] std::string evaluation_json(const EvaluationOutput& output);
/// The same as rows measure,of,value.
[[nodiscard]] std::vector<Measure> evaluation_measures(const EvaluationOutput& output);

}  // namespace assay::io
