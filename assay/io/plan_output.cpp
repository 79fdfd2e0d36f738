#include "assay/io/plan_output.h"

#include <nlohmann/json.hpp>

#include "assay/io/records.h"

namespace assay::io {
namespace {

namespace columns = records::columns;
using Json = nlohmann::ordered_json;

std::string key(std::string_view name) { return std::string(name); }

Json row_json(const engine::PlanRow& row) {
  Json out;
  out[key(columns::kLabelsPerItem)] = row.quality.labels_per_item;
  out[key(columns::kAccuracy)] = row.quality.accuracy;
  out[key(columns::kAccuracyLow)] = row.quality.accuracy_low;
  out[key(columns::kAccuracyHigh)] = row.quality.accuracy_high;
  out[key(columns::kExpectedCost)] = row.quality.expected_cost;
  out[key(columns::kTotalPrice)] = row.total_price ? Json(row.total_price->units()) : Json();
  out[key(columns::kHours)] = row.hours ? Json(*row.hours) : Json();
  return out;
}

ChartLine line_of(const std::string& name, const std::vector<engine::PlanRow>& rows) {
  ChartLine line{name, {}, {}, {}, {}};
  for (const auto& row : rows) {
    line.x.push_back(row.total_price ? row.total_price->units() : row.quality.labels_per_item);
    line.y.push_back(row.quality.accuracy);
    line.low.push_back(row.quality.accuracy_low);
    line.high.push_back(row.quality.accuracy_high);
  }
  return line;
}

}  // namespace

std::string plan_json(const engine::PlanRequest& request, const engine::PlanResult& result) {
  Json out;
  out[key(columns::kCurrency)] = request.price ? Json(request.currency) : Json();
  for (const auto& [name, rows] : {std::pair{"fixed", &result.fixed}, std::pair{"adaptive", &result.adaptive}}) {
    out[name] = Json::array();
    for (const auto& row : *rows) out[name].push_back(row_json(row));
  }
  if (request.target_cost) {
    Json& target = out["target"];
    target[key(records::name(records::Role::cost))] = *request.target_cost;
    target["fixed_" + key(columns::kLabelsPerItem)] = result.fixed_target->labels_per_item;
    target["adaptive_" + key(columns::kLabelsPerItem)] =
        result.adaptive_target->reached ? Json(result.adaptive_target->labels_per_item) : Json();
  }
  if (request.at_hand) {
    Json& at_hand = out["at_hand"];
    at_hand[key(columns::kLabelsPerItem)] = request.at_hand->labels_per_item;
    at_hand[key(columns::kAccuracy)] = request.at_hand->accuracy;
    at_hand["planned_" + key(columns::kAccuracy)] = *result.at_hand_planned;
  }
  return out.dump(2) + "\n";
}

std::string total_price_title(const engine::PlanRequest& request) {
  return request.price ? "total price, " + request.currency : "total price";
}

LineChart plan_chart(const engine::PlanRequest& request, const engine::PlanResult& result) {
  return {"Quality by what it costs",
          request.price ? total_price_title(request) : "labels an item",
          "accuracy",
          {line_of("fixed: as many labels for every item", result.fixed),
           line_of("adaptive: labels where they are needed most", result.adaptive)},
          false};
}

std::string curve_json(const std::vector<NamedCurve>& curves) {
  Json out;
  out["curve"] = Json::array();
  for (const auto& curve : curves) {
    for (const auto& point : curve.points) {
      Json row;
      row[key(records::measures::kModel)] = curve.model;
      row[key(columns::kLabelsPerItem)] = point.labels_per_item;
      row[key(columns::kMeanLabels)] = point.mean_labels;
      row[key(columns::kAccuracy)] = point.accuracy;
      row[key(columns::kAccuracyDeviation)] = point.accuracy_deviation;
      out["curve"].push_back(std::move(row));
    }
  }
  return out.dump(2) + "\n";
}

LineChart curve_chart(const std::vector<NamedCurve>& curves, const std::string& y_label) {
  LineChart chart{"Fewer labels an item", "labels an item", y_label, {}, false};
  for (const auto& curve : curves) {
    ChartLine line{curve.model, {}, {}, {}, {}};
    for (const auto& point : curve.points) {
      line.x.push_back(point.mean_labels);
      line.y.push_back(point.accuracy);
      line.low.push_back(point.accuracy - point.accuracy_deviation);
      line.high.push_back(point.accuracy + point.accuracy_deviation);
    }
    chart.lines.push_back(std::move(line));
  }
  return chart;
}

}  // namespace assay::io
