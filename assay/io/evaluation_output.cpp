#include "assay/io/evaluation_output.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "assay/base/text.h"
#include "assay/io/records.h"

namespace assay::io {
namespace {

namespace measures = records::measures;
namespace columns = records::columns;
using Json = nlohmann::ordered_json;
using Row = std::vector<std::pair<std::string, double>>;

// Counts are whole numbers in JSON.
Json value_of(const std::string& name, double value) {
  if (!std::isfinite(value)) return nullptr;
  if (name.ends_with("_count")) return static_cast<std::uint64_t>(value);
  return value;
}

Json object_of(const Row& row) {
  Json out = Json::object();
  for (const auto& [name, value] : row) out[name] = value_of(name, value);
  return out;
}

template <typename... Pairs>
Row row_of(const Pairs&... pairs) {
  return Row{{std::string(pairs.first), static_cast<double>(pairs.second)}...};
}

Row data_row(const EvaluationOutput& output) {
  const auto& e = output.evaluation;
  return row_of(
      std::pair(measures::kItemCount, e.item_count), std::pair(measures::kUnlabelledCount, e.unlabelled_count),
      std::pair(measures::kUnknownCount, output.unknown_count), std::pair(measures::kAccuracy, e.accuracy),
      std::pair(measures::kTiesSplit, e.accuracy_ties_split), std::pair(measures::kMacroPrecision, e.macro_precision),
      std::pair(measures::kMacroRecall, e.macro_recall), std::pair(measures::kMacroF1, e.macro_f1),
      std::pair(measures::kLogLoss, e.log_loss), std::pair(measures::kBrier, e.brier),
      std::pair(measures::kCalibrationError, e.calibration_error),
      std::pair(measures::kRankCorrelation, e.worker_rank_correlation),
      std::pair(measures::kRankedWorkerCount, e.ranked_worker_count));
}

Row quality_row(const quality::DataQuality& data) {
  return row_of(std::pair(columns::kAccuracy, data.accuracy), std::pair(columns::kExpectedCost, data.expected_cost),
                std::pair(columns::kMinimumCost, data.minimum_cost),
                std::pair(columns::kQualityExpected, data.quality_expected),
                std::pair(columns::kQualityMinimum, data.quality_minimum));
}

Row class_row(const quality::ClassScore& score) {
  return row_of(std::pair(measures::kTrueCount, score.true_count),
                std::pair(measures::kDecidedCount, score.decided_count),
                std::pair(measures::kPrecision, score.precision), std::pair(measures::kRecall, score.recall),
                std::pair(measures::kF1, score.f1));
}

Row bin_row(const quality::CalibrationBin& bin) {
  return row_of(std::pair(columns::kLow, bin.low), std::pair(columns::kHigh, bin.high),
                std::pair(measures::kItemCount, bin.item_count),
                std::pair(measures::kMeanProbability, bin.mean_probability),
                std::pair(measures::kAccuracy, bin.accuracy));
}

Row worker_row(const EvaluationOutput& output, std::size_t w) {
  const auto& estimated = output.result.workers.workers[w];
  const auto& worker = output.evaluation.workers[w];
  return row_of(std::pair(columns::kLabelCount, worker.label_count),
                std::pair(columns::kAccuracy, estimated.accuracy.value),
                std::pair(columns::kQualityExpected, estimated.quality_expected.value),
                std::pair(columns::kQualityMinimum, estimated.quality_minimum.value),
                std::pair(measures::kTrueAccuracy, worker.accuracy),
                std::pair(measures::kTrueQualityExpected, worker.quality_expected),
                std::pair(measures::kTrueQualityMinimum, worker.quality_minimum));
}

// Calls use(name, row) for each worker with labels on items whose truth is known.
template <typename Use>
void each_worker(const EvaluationOutput& output, Use&& use) {
  for (std::size_t w = 0; w < output.evaluation.workers.size(); ++w) {
    if (output.evaluation.workers[w].label_count == 0) continue;
    use(std::string(output.table.workers.name(static_cast<WorkerIndex>(w))), worker_row(output, w));
  }
}

}  // namespace

std::string evaluation_json(const EvaluationOutput& output) {
  const auto& e = output.evaluation;
  Json out = object_of(data_row(output));
  out[std::string(measures::kClaimed)] = object_of(quality_row(e.claimed));
  out[std::string(measures::kActual)] = object_of(quality_row(e.actual));
  Json classes = Json::array(), bins = Json::array(), workers = Json::array();
  for (std::size_t c = 0; c < e.classes.size(); ++c) {
    classes.push_back({{std::string(columns::kClass), output.table.classes.name(static_cast<ClassIndex>(c))}});
    classes.back().update(object_of(class_row(e.classes[c])));
  }
  for (const auto& bin : e.calibration) {
    if (bin.item_count > 0) bins.push_back(object_of(bin_row(bin)));
  }
  each_worker(output, [&](const std::string& name, const Row& row) {
    workers.push_back({{std::string(columns::kWorker), name}});
    workers.back().update(object_of(row));
  });
  out["classes"] = classes;
  out["calibration"] = bins;
  out["workers"] = workers;
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::vector<Measure> evaluation_measures(const EvaluationOutput& output) {
  const auto& e = output.evaluation;
  std::vector<Measure> out;
  const auto add = [&](const std::string& prefix, const std::string& of, const Row& row) {
    for (const auto& [name, value] : row) out.push_back({prefix + name, of, value});
  };
  add("", "", data_row(output));
  add(std::string(measures::kClaimed) + "_", "", quality_row(e.claimed));
  add(std::string(measures::kActual) + "_", "", quality_row(e.actual));
  for (std::size_t c = 0; c < e.classes.size(); ++c) {
    add("class_", output.table.classes.name(static_cast<ClassIndex>(c)), class_row(e.classes[c]));
  }
  for (const auto& bin : e.calibration) {
    if (bin.item_count > 0) add("calibration_", shortest(bin.low) + "-" + shortest(bin.high), bin_row(bin));
  }
  each_worker(output, [&](const std::string& name, const Row& row) { add("worker_", name, row); });
  return out;
}

}  // namespace assay::io
