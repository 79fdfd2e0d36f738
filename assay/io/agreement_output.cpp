#include "assay/io/agreement_output.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "assay/io/records.h"

namespace assay::io {
namespace {

namespace measures = records::measures;
using Json = nlohmann::ordered_json;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

std::vector<Measure> worker_measures(const quality::WorkerAgreement& worker, const std::string& name) {
  return {{std::string(measures::kComparedCount), name, static_cast<double>(worker.compared_count)},
          {std::string(measures::kMajorityShare), name, worker.majority_share},
          {std::string(measures::kPartnerCount), name, static_cast<double>(worker.partner_count)},
          {std::string(measures::kMeanKappa), name, worker.mean_kappa}};
}

std::vector<Measure> data_measures(const LabelTable& table, const engine::AgreeResult& result) {
  return {{std::string(measures::kAlpha), "", result.alpha.value},
          {std::string(measures::kAlphaLow), "", result.alpha.low},
          {std::string(measures::kAlphaHigh), "", result.alpha.high},
          {std::string(measures::kFleissKappa), "", result.fleiss_kappa},
          {std::string(measures::kMeanKappa), "", result.pairs.mean_kappa},
          {std::string(measures::kPairCount), "", static_cast<double>(result.pairs.pair_count)},
          {std::string(measures::kItemCount), "", static_cast<double>(table.items.size())},
          {std::string(measures::kWorkerCount), "", static_cast<double>(table.workers.size())},
          {std::string(measures::kComparedItemCount), "", static_cast<double>(result.alpha.item_count)},
          {std::string(measures::kComparedLabelCount), "", static_cast<double>(result.alpha.label_count)}};
}

// Counts are whole numbers in JSON.
Json value_of(const Measure& measure) {
  if (measure.measure.ends_with("_count")) return static_cast<std::uint64_t>(measure.value);
  return number(measure.value);
}

}  // namespace

std::vector<Measure> agreement_measures(const LabelTable& table, const engine::AgreeResult& result) {
  std::vector<Measure> out = data_measures(table, result);
  for (std::size_t w = 0; w < result.pairs.workers.size(); ++w) {
    const auto rows =
        worker_measures(result.pairs.workers[w], std::string(table.workers.name(static_cast<WorkerIndex>(w))));
    out.insert(out.end(), rows.begin(), rows.end());
  }
  return out;
}

std::string agreement_json(const LabelTable& table, const engine::AgreeResult& result) {
  Json out = {{"scale", quality::name(result.scale)}};
  for (const auto& measure : data_measures(table, result)) out[measure.measure] = value_of(measure);
  Json workers = Json::array();
  for (std::size_t w = 0; w < result.pairs.workers.size(); ++w) {
    Json row = {{std::string(records::columns::kWorker), table.workers.name(static_cast<WorkerIndex>(w))}};
    for (const auto& measure : worker_measures(result.pairs.workers[w], "")) row[measure.measure] = value_of(measure);
    workers.push_back(row);
  }
  out["workers"] = workers;
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace assay::io
