#pragma once

#include <vector>

#include "assay/engine/compare.h"
#include "assay/io/table.h"

namespace assay::io {

/// One row a model: model, seconds, iterations, termination, claimed_accuracy, claimed_quality_expected,
/// claimed_quality_minimum, vote_share, item_count, accuracy, accuracy_ties_split, macro_f1, log_loss, brier,
/// expected_calibration_error, failure. Figures against the truth are empty without one. `rows` must outlive the table.
[[nodiscard]] Table comparison_table(const std::vector<engine::ComparedModel>& rows);

}  // namespace assay::io
