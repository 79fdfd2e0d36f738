#pragma once

#include <string>
#include <vector>

#include "assay/engine/plan.h"
#include "assay/io/line_chart.h"
#include "assay/planning/learning_curve.h"

namespace assay::io {

/// {"currency", "fixed": [row, ...], "adaptive": [row, ...]}, a row being {labels_per_item, accuracy, accuracy_low,
/// accuracy_high, expected_cost, total_price, hours}; null where no price or no time was given, and so the currency.
/// With a target also "target": {cost, fixed_labels_per_item, adaptive_labels_per_item}. For workers of an estimate
/// also "at_hand": {labels_per_item, accuracy, planned_accuracy}, what its labels give and what the plan would have
/// expected.
[[nodiscard]] std::string plan_json(const engine::PlanRequest& request, const engine::PlanResult& result);

/// Accuracy against the total price, or the labels an item where no price was given, with intervals.
[[nodiscard]] LineChart plan_chart(const engine::PlanRequest& request, const engine::PlanResult& result);

/// "total price, USD"; without the currency where no price was given.
[[nodiscard]] std::string total_price_title(const engine::PlanRequest& request);

/// What `--curve` found for one model.
struct NamedCurve {
  std::string model;
  std::vector<planning::LearningPoint> points;
};
/// {"curve": [{model, labels_per_item, mean_labels, accuracy, accuracy_deviation}, ...]}.
[[nodiscard]] std::string curve_json(const std::vector<NamedCurve>& curves);
[[nodiscard]] LineChart curve_chart(const std::vector<NamedCurve>& curves, const std::string& y_label);

}  // namespace assay::io
