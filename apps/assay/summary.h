#pragma once

#include <string>

#include "assay/core/label_table.h"
#include "assay/engine/estimate.h"
#include "terminal.h"

namespace assay::app {

/// What the terminal says of an estimate: the data, its quality, the best and worst workers, what to look at first.
void print_summary(const LabelTable& table, const engine::EstimateResult& result, Terminal& terminal);

}  // namespace assay::app
