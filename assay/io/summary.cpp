#include "assay/io/summary.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "assay/base/version.h"

namespace assay::io {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json options_json(const OptionValues& options) {
  Json out = Json::object();
  for (const auto& [name, value] : options) out[name] = value;
  return out;
}

Json numbers(const std::vector<double>& values) {
  Json out = Json::array();
  for (const double value : values) out.push_back(number(value));
  return out;
}

Json data_json(const LabelTable& labels, const LabelShape& shape, const GoldLabels& gold) {
  const ReadingReport& reading = labels.reading;
  const auto known = std::count_if(gold.begin(), gold.end(), [](ClassIndex c) { return c != kNoClass; });
  return {{"sources", reading.sources},
          {"format", reading.format},
          {"row_count", reading.row_count},
          {"label_count", shape.label_count},
          {"item_count", shape.item_count},
          {"worker_count", labels.workers.size()},
          {"class_count", labels.classes.size()},
          {"gold_count", known},
          {"missing_count", reading.missing_count},
          {"rejected_count", reading.rejected_count},
          {"repeated_count", reading.repeated_count},
          {"contradicting_count", reading.contradicting_count}};
}

Json model_json(const FitSummary& fit) {
  return {{"name", fit.model},
          {"options", options_json(fit.options)},
          {"termination", name(fit.termination)},
          {"iterations", fit.iterations},
          {"objective_name", fit.objective_name},
          {"objective", numbers(fit.objective)},
          {"seed", fit.seed},
          {"notes", fit.notes}};
}

Json costs_json(const CostMatrix& costs) {
  Json rows = Json::array();
  for (ClassIndex t = 0; t < costs.class_count(); ++t) {
    Json row = Json::array();
    for (ClassIndex d = 0; d < costs.class_count(); ++d) row.push_back(number(costs(t, d)));
    rows.push_back(row);
  }
  return rows;
}

Json quality_json(const quality::DataQuality& data) {
  return {{"quality_expected", number(data.quality_expected)},
          {"quality_minimum", number(data.quality_minimum)},
          {"expected_cost", number(data.expected_cost)},
          {"minimum_cost", number(data.minimum_cost)},
          {"accuracy", number(data.accuracy)}};
}

}  // namespace

std::string summary_json(const LabelTable& labels, const GoldLabels& gold, const engine::EstimateResult& result,
                         const RunFacts& facts) {
  constexpr std::size_t kLargestCosts = 64;
  std::vector<std::string> warnings = labels.reading.warnings;
  warnings.insert(warnings.end(), result.warnings.begin(), result.warnings.end());
  Json out = {{"product", "assay"},
              {"version", version()},
              {"command", facts.command},
              {"options", options_json(facts.options)},
              {"data", data_json(labels, result.shape, gold)},
              {"model", model_json(result.estimate.summary)},
              {"data_quality", quality_json(result.data_quality)},
              {"interval", result.interval}};
  if (result.costs.class_count() <= kLargestCosts) out["costs"] = costs_json(result.costs);
  out["worker_notes"] = result.workers.notes;
  out["warnings"] = warnings;
  out["threads"] = facts.threads;
  out["seconds"] = {{"fit", number(result.estimate.summary.seconds)}, {"total", number(facts.seconds)}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace assay::io
