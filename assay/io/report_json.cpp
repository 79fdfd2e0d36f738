#include <cmath>
#include <map>

#include "assay/base/version.h"
#include "assay/io/report_parts.h"
#include "assay/models/registry.h"

namespace assay::io {
namespace report {

double rounded(double value, int digits) {
  const double scale = std::pow(10.0, digits);
  return std::round(value * scale) / scale;
}

Json data_counts(const ReportRequest& request) {
  const ReadingReport& reading = request.table.reading;
  std::uint64_t gold_count = request.gold_count;
  for (const ClassIndex label : request.gold) gold_count += label != kNoClass ? 1 : 0;
  std::uint64_t label_count_total = 0;
  std::map<std::uint32_t, std::uint64_t> labels_per_item;
  for (const auto& item : request.result.items) {
    ++labels_per_item[item.label_count];
    label_count_total += item.label_count;
  }
  Json label_count = Json::array();
  Json item_count = Json::array();
  for (const auto& [labels, items] : labels_per_item) {
    label_count.push_back(labels);
    item_count.push_back(items);
  }
  return {{"item_count", request.table.items.size()},
          {"worker_count", request.table.workers.size()},
          {"label_count", label_count_total},
          {"class_count", request.table.classes.size()},
          {"gold_count", gold_count},
          {"duplicate_count", reading.repeated_count},
          {"contradiction_count", reading.contradicting_count},
          {"missing_count", reading.missing_count},
          {"rejected_count", reading.rejected_count},
          {"labels_per_item", {{"label_count", label_count}, {"item_count", item_count}}}};
}

Json model(const ReportRequest& request) {
  const FitSummary& summary = request.result.estimate.summary;
  Json notes = Json::array();
  for (const auto& note : summary.notes) notes.push_back(note);
  return {{"name", summary.model},
          {"requested", request.requested_model},
          {"citation", models::find_model(summary.model).citation},
          {"notes", notes}};
}

Json fit(const ReportRequest& request) {
  const FitSummary& summary = request.result.estimate.summary;
  const bool settled = summary.termination == Termination::converged || summary.termination == Termination::closed_form;
  return {{"termination", name(summary.termination)},
          {"converged", settled},
          {"iterations", summary.iterations},
          {"objective_name", summary.objective_name},
          {"objective", summary.objective},
          {"seed", summary.seed},
          {"seconds", summary.seconds}};
}

Json costs(const ReportRequest& request) {
  const CostMatrix& matrix = request.result.costs;
  const std::size_t k = matrix.class_count();
  if (matrix == CostMatrix(k) || k > request.limits.class_count) return nullptr;
  Json rows = Json::array();
  for (std::size_t t = 0; t < k; ++t) {
    Json row = Json::array();
    for (std::size_t d = 0; d < k; ++d) row.push_back(matrix(t, d));
    rows.push_back(row);
  }
  return rows;
}

Json data_quality(const ReportRequest& request) {
  const quality::DataQuality& q = request.result.data_quality;
  return {{"accuracy", q.accuracy},
          {"expected_cost", q.expected_cost},
          {"minimum_cost", q.minimum_cost},
          {"quality_expected", q.quality_expected},
          {"quality_minimum", q.quality_minimum}};
}

namespace {

// Soft counts summed over true classes are how often each class was given.
std::vector<double> label_shares(const Confusions& counts) {
  std::vector<double> share(counts.class_count(), 0.0);
  double total = 0;
  for (std::size_t row = 0; row < counts.worker_count() * counts.class_count(); ++row) {
    for (const double count : counts.row(row)) {
      share[row % counts.class_count()] += count;
      total += count;
    }
  }
  for (double& value : share) value /= total;
  return share;
}

std::vector<double> item_shares(const Matrix<double>& posterior) {
  std::vector<double> share(posterior.columns(), 0.0);
  for (std::size_t o = 0; o < posterior.rows(); ++o) {
    const auto row = posterior.row(o);
    for (std::size_t c = 0; c < share.size(); ++c) share[c] += row[c];
  }
  for (double& value : share) value /= static_cast<double>(posterior.rows());
  return share;
}

}  // namespace

Json classes(const ReportRequest& request) {
  const Estimate& estimate = request.result.estimate;
  return {{"class", class_names(request)},
          {"prior", estimate.prior},
          {"share", item_shares(estimate.posterior)},
          {"label_share", label_shares(estimate.counts)}};
}

}  // namespace report

std::string report_json(const ReportRequest& request) {
  using namespace report;
  const Shown shown = choose(request);
  Json warnings = Json::array();
  for (const auto& warning : request.table.reading.warnings) warnings.push_back(warning);
  for (const auto& warning : request.result.warnings) warnings.push_back(warning);
  for (const auto& note : request.result.workers.notes) warnings.push_back(note);
  Json options = Json::object();
  for (const auto& [name, value] : request.options) options[name] = value;
  for (const auto& [name, value] : request.result.estimate.summary.options) options[name] = value;

  Json json;
  json["format"] = "assay-report";
  json["version"] = 1;
  json["title"] = request.title;
  json["program"] = "assay " + std::string(version());
  json["created"] = request.created.empty() ? Json(nullptr) : Json(request.created);
  json["pseudonyms"] = request.pseudonyms;
  json["data"] = data_counts(request);
  json["warnings"] = warnings;
  json["model"] = model(request);
  json["fit"] = fit(request);
  json["options"] = options;
  json["interval"] = request.result.interval;
  json["costs"] = costs(request);
  json["zero_one_costs"] = request.result.costs.is_zero_one();
  json["data_quality"] = data_quality(request);
  json["classes"] = classes(request);
  json["flags"] = flags(request);
  json["workers"] = workers(request, shown);
  json["worker_points"] = worker_points(request, shown);
  json["confusion_classes"] = shown.matrix_classes;
  json["confusions"] = confusions(request, shown);
  json["items"] = items(request, shown);
  json["item_cost"] = item_cost(request);
  json["doubtful"] = doubtful(request);
  json["agreement"] = agreement(request);
  json["evaluation"] = evaluation(request, shown);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace assay::io
