#pragma once

#include "assay/core/label_table.h"
#include "assay/engine/select.h"
#include "assay/engine/select_trial.h"
#include "assay/io/table.h"

namespace assay::io {

/// The labels to ask for, one a row: rank (1 is first), item, worker (empty: somebody new), score, current_label,
/// minimum_cost, label_count, reason. The arguments must outlive the table.
[[nodiscard]] Table selection_table(const LabelTable& labels, const engine::SelectRequest& request,
                                    const engine::SelectResult& result);

/// Trials of strategies, one point a row: strategy, label_count, cost, cost_error, accuracy. `curves` must outlive it.
[[nodiscard]] Table trial_table(const std::vector<engine::TrialCurve>& curves);

}  // namespace assay::io
