#include "assay/io/report_parts.h"

namespace assay::io::report {
namespace {

Json flag_names(const quality::WorkerFlags& flags) {
  Json names = Json::array();
  for (const quality::WorkerFlag flag : quality::kAllWorkerFlags) {
    if (flags.has(flag)) names.push_back(name(flag));
  }
  return names;
}

void put(Json& columns, const std::string& name, const quality::Measured& measured) {
  columns[name].push_back(measured.value);
  columns[name + "_low"].push_back(measured.low);
  columns[name + "_high"].push_back(measured.high);
}

// One worker's cells [true][given] over the shown classes.
Json cells(const Confusions& table, WorkerIndex worker, const std::vector<ClassIndex>& classes) {
  Json out = Json::array();
  if (table.empty()) return out;
  for (const ClassIndex t : classes) {
    for (const ClassIndex g : classes) out.push_back(rounded(table.at(worker, t, g), 4));
  }
  return out;
}

}  // namespace

Json flags(const ReportRequest& request) {
  Json out{{"flag", Json::array()}, {"worker_count", Json::array()}, {"label_count", Json::array()}};
  for (const quality::WorkerFlag flag : quality::kAllWorkerFlags) {
    std::uint64_t worker_count = 0;
    std::uint64_t label_count = 0;
    for (const auto& worker : request.result.workers.workers) {
      if (!worker.flags.has(flag)) continue;
      ++worker_count;
      label_count += worker.label_count;
    }
    if (worker_count == 0) continue;
    out["flag"].push_back(name(flag));
    out["worker_count"].push_back(worker_count);
    out["label_count"].push_back(label_count);
  }
  return out;
}

Json workers(const ReportRequest& request, const Shown& shown) {
  Json out = Json::object();
  for (const char* name : {"worker", "rank", "label_count", "gold_count", "quality_expected", "quality_expected_low",
                           "quality_expected_high", "quality_minimum", "quality_minimum_low", "quality_minimum_high",
                           "expected_cost", "minimum_cost", "accuracy", "accuracy_low", "accuracy_high", "flags"}) {
    out[name] = Json::array();
  }
  for (const WorkerIndex w : shown.workers) {
    const quality::WorkerQuality& worker = request.result.workers.workers[w];
    out["worker"].push_back(shown.names[w]);
    out["rank"].push_back(worker.rank);
    out["label_count"].push_back(worker.label_count);
    out["gold_count"].push_back(worker.gold_count);
    put(out, "quality_expected", worker.quality_expected);
    put(out, "quality_minimum", worker.quality_minimum);
    out["expected_cost"].push_back(worker.expected_cost);
    out["minimum_cost"].push_back(worker.minimum_cost);
    put(out, "accuracy", worker.accuracy);
    out["flags"].push_back(flag_names(worker.flags));
  }
  return out;
}

Json worker_points(const ReportRequest& request, const Shown& shown) {
  if (shown.workers.size() == shown.ranked.size()) return nullptr;
  const std::size_t step = (shown.ranked.size() + request.limits.point_count - 1) / request.limits.point_count;
  Json out{
      {"step", step}, {"label_count", Json::array()}, {"quality_expected", Json::array()}, {"accuracy", Json::array()}};
  for (std::size_t at = 0; at < shown.ranked.size(); at += step) {
    const quality::WorkerQuality& worker = request.result.workers.workers[shown.ranked[at]];
    out["label_count"].push_back(worker.label_count);
    out["quality_expected"].push_back(rounded(worker.quality_expected.value, 3));
    out["accuracy"].push_back(rounded(worker.accuracy.value, 3));
  }
  return out;
}

Json confusions(const ReportRequest& request, const Shown& shown) {
  const quality::WorkerAssessment& assessment = request.result.workers;
  Json out{{"worker_index", shown.with_matrix},
           {"probability", Json::array()},
           {"low", Json::array()},
           {"high", Json::array()},
           {"count", Json::array()}};
  const Confusions& rates = assessment.confusion.empty() ? request.result.estimate.confusion : assessment.confusion;
  for (const std::size_t at : shown.with_matrix) {
    const WorkerIndex w = shown.workers[at];
    out["probability"].push_back(cells(rates, w, shown.matrix_classes));
    out["low"].push_back(cells(assessment.low, w, shown.matrix_classes));
    out["high"].push_back(cells(assessment.high, w, shown.matrix_classes));
    out["count"].push_back(cells(request.result.estimate.counts, w, shown.matrix_classes));
  }
  return out;
}

}  // namespace assay::io::report
