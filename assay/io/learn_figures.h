#pragma once

#include <vector>

#include "assay/io/svg_figure.h"
#include "assay/planning/guided.h"
#include "assay/planning/labeller_curves.h"

namespace assay::io {

/// AUC above accuracy by the number of items, a column a number of labels an item, a line a labeller accuracy.
[[nodiscard]] Figure curves_figure(const std::vector<planning::CurvePoint>& points, const std::string& title);
/// AUC and examples found by money spent, a line a way of gathering.
[[nodiscard]] Figure gathering_figure(const std::vector<planning::GuidedPoint>& points, const std::string& title);

}  // namespace assay::io
