#include "assay/io/results.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <span>

#include <nlohmann/json.hpp>

#include "assay/base/error.h"
#include "assay/base/text.h"
#include "assay/io/records.h"
#include "assay/io/result_tables.h"
#include "assay/io/text_list.h"
#include "assay/io/text_table.h"

namespace assay::io {
namespace {

namespace fs = std::filesystem;
namespace columns = records::columns;
namespace tables = records::tables;

std::string file_of(const std::string& folder, std::string_view table, TableFormat format) {
  return (fs::path(folder) / (std::string(table) + "." + std::string(name(format)))).string();
}

// A folder may hold tables of an earlier run in another format: the summary says which are its own.
TableFormat format_of(const std::string& folder, const std::string& summary) {
  const auto json = nlohmann::json::parse(summary, nullptr, false);
  const nlohmann::json::json_pointer place("/options/format");
  const std::string stated = json.is_object() ? json.value(place, std::string()) : "";
  for (const auto format : {TableFormat::csv, TableFormat::jsonl, TableFormat::parquet}) {
    if (stated == name(format) && fs::exists(file_of(folder, tables::kClasses, format))) return format;
  }
  for (const auto format : {TableFormat::csv, TableFormat::jsonl, TableFormat::parquet}) {
    if (fs::exists(file_of(folder, tables::kClasses, format))) return format;
  }
  throw bad_input(
      "found no results (classes.csv, .jsonl or .parquet); a folder written by assay estimate --out is needed", folder);
}

ClassIndex class_at(const TextTable& table, std::size_t row, std::size_t column, const ClassSet& classes) {
  const auto found = table.text(row, column);
  if (const auto index = classes.find(found)) return *index;
  throw bad_input("found the unknown class \"" + std::string(found) + "\"" + did_you_mean(found, classes.names()) +
                      ", allowed are " + some_of(classes.names()),
                  table.place(row));
}

std::uint64_t count_at(const TextTable& table, std::size_t row, std::size_t column) {
  const double value = table.number(row, column);
  if (value >= 0 && value <= 1e18) return static_cast<std::uint64_t>(value);
  throw bad_input("found \"" + std::string(table.text(row, column)) + "\", allowed is a whole number",
                  table.place(row));
}

void read_classes_table(const std::string& folder, Results& to) {
  const TextTable table = read_table(file_of(folder, tables::kClasses, to.format));
  const auto name = table.column(columns::kClass);
  const auto prior = table.column(columns::kPrior);
  const auto share = table.column(columns::kShare);
  std::vector<std::string> names;
  for (std::size_t row = 0; row < table.row_count(); ++row) {
    names.emplace_back(table.text(row, name));
    to.prior.push_back(table.number(row, prior));
    to.share.push_back(table.number(row, share));
  }
  to.classes = ClassSet(std::move(names));
}

void read_items(const std::string& folder, Results& to) {
  const TextTable table = read_table(file_of(folder, tables::kItems, to.format));
  const auto item = table.column(columns::kItem);
  const auto label = table.column(columns::kLabel);
  const auto most_likely = table.column(columns::kMostLikelyLabel);
  const auto expected = table.column(columns::kExpectedCost);
  const auto minimum = table.column(columns::kMinimumCost);
  const auto entropy = table.column(columns::kEntropy);
  const auto labels = table.column(columns::kLabelCount);
  std::vector<std::size_t> probability;
  for (const auto& name : to.classes.names()) {
    probability.push_back(table.column(std::string(columns::kProbabilityOf) + name));
  }
  to.posterior = Matrix<double>(table.row_count(), to.classes.size());
  for (std::size_t row = 0; row < table.row_count(); ++row) {
    to.items.intern(table.text(row, item));
    engine::ItemEstimate out;
    out.label = class_at(table, row, label, to.classes);
    out.most_likely_label = class_at(table, row, most_likely, to.classes);
    out.expected_cost = table.number(row, expected);
    out.minimum_cost = table.number(row, minimum);
    out.entropy = table.number(row, entropy);
    out.label_count = static_cast<std::uint32_t>(count_at(table, row, labels));
    to.item_rows.push_back(out);
    for (std::size_t c = 0; c < probability.size(); ++c) to.posterior(row, c) = table.number(row, probability[c]);
  }
}

// "biased,drifting"; unknown names are passed over.
quality::WorkerFlags flags_of(std::string_view text) {
  quality::WorkerFlags out;
  for (const auto& word : split_list(text)) {
    for (const auto flag : quality::kAllWorkerFlags) {
      if (word == quality::name(flag)) out.set(flag);
    }
  }
  return out;
}

void read_workers(const std::string& folder, Results& to) {
  using namespace columns;
  const TextTable table = read_table(file_of(folder, tables::kWorkers, to.format));
  const auto number = [&](std::size_t row, std::string_view name) { return table.number(row, table.column(name)); };
  const auto measured = [&](std::size_t row, std::string_view value, std::string_view low, std::string_view high) {
    return quality::Measured{number(row, value), number(row, low), number(row, high)};
  };
  for (std::size_t row = 0; row < table.row_count(); ++row) {
    to.workers.intern(table.text(row, table.column(kWorker)));
    quality::WorkerQuality out;
    out.rank = static_cast<std::uint32_t>(count_at(table, row, table.column(kRank)));
    out.label_count = count_at(table, row, table.column(kLabelCount));
    out.gold_count = count_at(table, row, table.column(kGoldCount));
    out.quality_expected = measured(row, kQualityExpected, kQualityExpectedLow, kQualityExpectedHigh);
    out.quality_minimum = measured(row, kQualityMinimum, kQualityMinimumLow, kQualityMinimumHigh);
    out.expected_cost = number(row, kExpectedCost);
    out.minimum_cost = number(row, kMinimumCost);
    out.accuracy = measured(row, kAccuracy, kAccuracyLow, kAccuracyHigh);
    out.flags = flags_of(table.text(row, table.column(kFlags)));
    to.worker_rows.push_back(out);
  }
}

// A table that was cut short or lost a worker would make every number that follows another one.
void check_rows_of_all(const NameTable& workers, std::span<const NameTable::Index> worker_of, std::size_t needed,
                       const std::string& where) {
  std::vector<std::size_t> rows(workers.size());
  for (const auto worker : worker_of) ++rows[worker];
  for (std::size_t w = 0; w < rows.size(); ++w) {
    if (rows[w] == needed) continue;
    throw bad_input("found " + std::to_string(rows[w]) + " rows of the worker " +
                        std::string(workers.name(static_cast<NameTable::Index>(w))) + ", needed are " +
                        std::to_string(needed) + ", one for each pair of classes",
                    where);
  }
}

void read_confusions(const std::string& folder, Results& to) {
  const TextTable table = read_table(file_of(folder, tables::kConfusions, to.format));
  const auto worker = table.column(columns::kWorker);
  const auto truth = table.column(columns::kTrue);
  const auto given = table.column(columns::kGiven);
  const std::pair<Confusions*, std::size_t> parts[] = {{&to.confusion, table.column(columns::kProbability)},
                                                       {&to.low, table.column(columns::kLow)},
                                                       {&to.high, table.column(columns::kHigh)},
                                                       {&to.counts, table.column(columns::kCount)}};
  const std::size_t k = to.classes.size();
  std::vector<NameTable::Index> worker_of;
  for (std::size_t row = 0; row < table.row_count(); ++row)
    worker_of.push_back(to.workers.intern(table.text(row, worker)));
  check_rows_of_all(to.workers, worker_of, k * k, table.source());
  for (const auto& [confusions, column] : parts) {
    const double absent = confusions == &to.counts ? 0 : std::numeric_limits<double>::quiet_NaN();
    *confusions = Confusions(to.workers.size(), k, absent);
    for (std::size_t row = 0; row < table.row_count(); ++row) {
      confusions->at(worker_of[row], class_at(table, row, truth, to.classes), class_at(table, row, given, to.classes)) =
          table.number(row, column);
    }
  }
}

std::string read_whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

Results read_results(const std::string& folder, const ResultParts& parts) {
  Results out;
  out.summary = read_whole((fs::path(folder) / std::string(tables::kSummary)).string());
  out.format = format_of(folder, out.summary);
  read_classes_table(folder, out);
  if (parts.items) read_items(folder, out);
  if (parts.workers) read_workers(folder, out);
  if (parts.confusions) read_confusions(folder, out);
  return out;
}

Confusions read_worker_priors(const std::string& folder, const NameTable& workers, const ClassSet& classes,
                              std::vector<std::string>& warnings) {
  const Results earlier = read_results(folder, {.items = false, .workers = false, .confusions = true});
  std::vector<std::optional<ClassIndex>> class_of;
  std::vector<std::string> lacking;
  for (const auto& name : earlier.classes.names()) {
    class_of.push_back(classes.find(name));
    if (!class_of.back()) lacking.push_back(name);
  }
  if (lacking.size() == earlier.classes.size()) {
    throw bad_input("is of the classes " + some_of(earlier.classes.names()) +
                        ", allowed are those of the labels: " + some_of(classes.names()),
                    folder);
  }
  if (!lacking.empty())
    warnings.push_back(folder + ": the classes " + some_of(lacking) +
                       " are not among those of the labels and left out");
  std::size_t known = 0;
  Confusions out(workers.size(), classes.size());
  const std::size_t k = earlier.classes.size();
  for (NameTable::Index from = 0; from < earlier.workers.size(); ++from) {
    const auto to = workers.find(earlier.workers.name(from));
    if (!to) continue;
    ++known;
    for (std::size_t t = 0; t < k; ++t) {
      for (std::size_t g = 0; g < k; ++g) {
        if (class_of[t] && class_of[g]) out.at(*to, *class_of[t], *class_of[g]) = earlier.counts.at(from, t, g);
      }
    }
  }
  if (known == 0) warnings.push_back(folder + ": has none of the workers of the labels, so nothing is known of them");
  return out;
}

std::vector<std::string> result_file_names(TableFormat format) {
  std::vector<std::string> names;
  for (const auto table :
       {tables::kItems, tables::kWorkers, tables::kConfusions, tables::kSoftLabels, tables::kClasses})
    names.push_back(file_of("", table, format));
  names.emplace_back(tables::kSummary);
  return names;
}

void write_results(OutputFolder& folder, TableFormat format, const LabelTable& labels, const GoldLabels& gold,
                   const engine::EstimateResult& result, const RunFacts& facts, ThreadPool& threads) {
  for (const auto& table : result_tables(labels, result)) folder.write(table, format, threads);
  folder.write_text(std::string(tables::kSummary), summary_json(labels, gold, result, facts));
}

void write_results(OutputFolder& folder, TableFormat format, const NamedLabels& labels, const LabelTable& known,
                   const GoldLabels& gold, const engine::BlockEstimateResult& estimate, const RunFacts& facts,
                   ThreadPool& threads, Progress* progress) {
  for (const auto& table : result_tables(labels, known, estimate)) folder.write(table, format, threads, progress);
  folder.write_text(std::string(tables::kSummary), summary_json(known, gold, estimate.result, facts));
}

}  // namespace assay::io
