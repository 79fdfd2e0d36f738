#include "assay/io/report_stored.h"

#include <array>
#include <limits>
#include <nlohmann/json.hpp>

#include "assay/base/error.h"
#include "assay/core/label_store_builder.h"

namespace assay::io {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::string_view kFile = "summary.json";

double number(const Json& json) {
  return json.is_number() ? json.get<double>() : std::numeric_limits<double>::quiet_NaN();
}

Termination termination(const std::string& text) {
  for (const Termination value : std::array{Termination::closed_form, Termination::converged,
                                            Termination::max_iterations, Termination::interrupted}) {
    if (name(value) == text) return value;
  }
  throw bad_input("no such termination: \"" + text + "\"", std::string(kFile));
}

OptionValues options(const Json& json) {
  OptionValues out;
  for (const auto& [key, value] : json.items()) {
    out.emplace_back(key, value.is_string() ? value.get<std::string>() : value.dump());
  }
  return out;
}

ReadingReport reading(const Json& data) {
  ReadingReport out;
  out.sources = data.at("sources").get<std::vector<std::string>>();
  out.format = data.at("format").get<std::string>();
  out.row_count = data.at("row_count").get<std::uint64_t>();
  out.missing_count = data.at("missing_count").get<std::uint64_t>();
  out.rejected_count = data.at("rejected_count").get<std::uint64_t>();
  out.repeated_count = data.at("repeated_count").get<std::uint64_t>();
  out.contradicting_count = data.at("contradicting_count").get<std::uint64_t>();
  return out;
}

FitSummary fit(const Json& json) {
  FitSummary out;
  const Json& model = json.at("model");
  out.model = model.at("name").get<std::string>();
  out.options = options(model.at("options"));
  out.termination = termination(model.at("termination").get<std::string>());
  out.iterations = model.at("iterations").get<std::uint64_t>();
  out.objective_name = model.at("objective_name").get<std::string>();
  for (const Json& value : model.at("objective")) out.objective.push_back(number(value));
  out.seed = model.at("seed").get<std::uint64_t>();
  out.notes = model.at("notes").get<std::vector<std::string>>();
  out.seconds = number(json.at("seconds").at("fit"));
  return out;
}

CostMatrix costs(const Json& json, std::size_t class_count) {
  CostMatrix out(class_count);
  if (!json.contains("costs")) return out;
  for (std::size_t t = 0; t < class_count; ++t) {
    for (std::size_t d = 0; d < class_count; ++d) out.set(t, d, number(json.at("costs").at(t).at(d)));
  }
  return out;
}

quality::DataQuality data_quality(const Json& json) {
  quality::DataQuality out;
  out.quality_expected = number(json.at("quality_expected"));
  out.quality_minimum = number(json.at("quality_minimum"));
  out.expected_cost = number(json.at("expected_cost"));
  out.minimum_cost = number(json.at("minimum_cost"));
  out.accuracy = number(json.at("accuracy"));
  return out;
}

void fill_from_summary(StoredEstimate& out, const Json& json, std::size_t class_count) {
  out.table.reading = reading(json.at("data"));
  out.gold_count = json.at("data").at("gold_count").get<std::uint64_t>();
  out.result.estimate.summary = fit(json);
  out.result.costs = costs(json, class_count);
  out.result.data_quality = data_quality(json.at("data_quality"));
  out.result.interval = json.at("interval").get<double>();
  out.result.warnings = json.at("warnings").get<std::vector<std::string>>();
  out.result.workers.notes = json.at("worker_notes").get<std::vector<std::string>>();
  out.options = options(json.at("options"));
  for (const auto& [key, value] : out.options) {
    if (key == "model") out.requested_model = value;
  }
}

LabelStore no_labels(const Results& results) {
  LabelStoreBuilder builder;
  return builder.finish(results.items.size(), results.workers.size(), results.classes.size());
}

}  // namespace

StoredEstimate stored_estimate(const Results& results) {
  StoredEstimate out;
  out.table.items = results.items;
  out.table.workers = results.workers;
  out.table.classes = results.classes;
  out.table.labels = no_labels(results);
  out.result.estimate.posterior = results.posterior;
  out.result.estimate.prior = results.prior;
  out.result.estimate.confusion = results.confusion;
  out.result.estimate.counts = results.counts;
  out.result.items = results.item_rows;
  out.result.workers.workers = results.worker_rows;
  out.result.workers.confusion = results.confusion;
  out.result.workers.low = results.low;
  out.result.workers.high = results.high;
  try {
    fill_from_summary(out, Json::parse(results.summary), results.classes.size());
  } catch (const Json::exception& problem) {
    throw bad_input(std::string("not a summary of an estimate: ") + problem.what(), std::string(kFile));
  }
  return out;
}

std::uint64_t add_labels(StoredEstimate& stored, const LabelTable& labels) {
  LabelStoreBuilder builder;
  std::uint64_t unknown_count = 0;
  for (std::size_t o = 0; o < labels.items.size(); ++o) {
    const auto item = stored.table.items.find(labels.items.name(static_cast<ItemIndex>(o)));
    for (const std::uint32_t row : labels.labels.rows(static_cast<ItemIndex>(o))) {
      const auto worker = stored.table.workers.find(labels.workers.name(labels.labels.worker_of(row)));
      const auto label = stored.table.classes.find(labels.classes.name(labels.labels.label_of(row)));
      if (item && worker && label) {
        builder.add(*item, *worker, *label);
      } else {
        ++unknown_count;
      }
    }
  }
  stored.table.labels =
      builder.finish(stored.table.items.size(), stored.table.workers.size(), stored.table.classes.size());
  return unknown_count;
}

}  // namespace assay::io
