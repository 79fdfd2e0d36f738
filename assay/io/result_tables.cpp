#include "assay/io/result_tables.h"

#include <algorithm>
#include <memory>
#include <numeric>

#include "assay/io/records.h"
#include "assay/quality/expected_cost.h"

namespace assay::io {
namespace {

using engine::EstimateResult;
namespace columns = records::columns;

constexpr std::size_t kRowsPerPart = 4096;
constexpr std::size_t kManyCells = 4'000'000;
constexpr double kNoCount = 1e-6;

// Cuts `unit_count` units of about `rows_per_unit` rows each into parts; `unit(u, sink)` writes one.
Table cut_into_parts(std::string_view name, std::vector<TableColumn> header, std::size_t unit_count,
                     std::size_t rows_per_unit, std::function<void(std::size_t, RowSink&)> unit) {
  const std::size_t units = std::max<std::size_t>(1, kRowsPerPart / std::max<std::size_t>(1, rows_per_unit));
  Table table{std::string(name), std::move(header), (unit_count + units - 1) / units, {}};
  table.rows = [=](std::size_t part, RowSink& to) {
    const std::size_t end = std::min(unit_count, (part + 1) * units);
    for (std::size_t u = part * units; u < end; ++u) unit(u, to);
  };
  return table;
}

TableColumn text(std::string_view name) { return {std::string(name), ColumnType::text}; }
TableColumn integer(std::string_view name) { return {std::string(name), ColumnType::integer}; }
TableColumn number(std::string_view name) { return {std::string(name), ColumnType::number}; }

std::vector<TableColumn> items_header(const ClassSet& classes) {
  std::vector<TableColumn> header{text(columns::kItem), text(columns::kLabel), text(columns::kMostLikelyLabel)};
  for (const auto& name : classes.names()) header.push_back(number(std::string(columns::kProbabilityOf) + name));
  for (const auto name : {columns::kExpectedCost, columns::kMinimumCost, columns::kEntropy})
    header.push_back(number(name));
  header.push_back(integer(columns::kLabelCount));
  return header;
}

void write_item(const ClassSet& classes, std::string_view name, const engine::ItemEstimate& item,
                std::span<const double> posterior, RowSink& to) {
  to.text(name);
  to.text(classes.name(item.label));
  to.text(classes.name(item.most_likely_label));
  for (const double p : posterior) to.number(p);
  to.number(item.expected_cost);
  to.number(item.minimum_cost);
  to.number(item.entropy);
  to.integer(item.label_count);
  to.end_row();
}

Table items_table(const LabelTable& labels, const EstimateResult& result) {
  return cut_into_parts(records::tables::kItems, items_header(labels.classes), labels.items.size(), 1,
                        [&](std::size_t o, RowSink& to) {
                          write_item(labels.classes, labels.items.name(static_cast<ItemIndex>(o)), result.items[o],
                                     result.estimate.posterior.row(o), to);
                        });
}

Table items_table(const NamedLabels& labels, const engine::BlockEstimateResult& estimate) {
  Table table{std::string(records::tables::kItems), items_header(labels.classes), labels.labels.block_count(), {}};
  table.rows = [labels, &estimate](std::size_t part, RowSink& to) {
    LabelStore room;
    Matrix<double> posterior;
    std::vector<std::string_view> names;
    const auto items = engine::describe_block(estimate, labels.labels.chunk(part, room), posterior);
    labels.item_names(part, names);
    for (std::size_t i = 0; i < items.size(); ++i) write_item(labels.classes, names[i], items[i], posterior.row(i), to);
    labels.release(part);
  };
  return table;
}

// Workers by rank; equal ranks keep their order.
std::vector<std::size_t> by_rank(const EstimateResult& result) {
  std::vector<std::size_t> order(result.workers.workers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return result.workers.workers[a].rank < result.workers.workers[b].rank;
  });
  return order;
}

void write(const quality::Measured& measured, RowSink& to) {
  to.number(measured.value);
  to.number(measured.low);
  to.number(measured.high);
}

Table workers_table(const LabelTable& labels, const EstimateResult& result) {
  using namespace columns;
  std::vector<TableColumn> header{text(kWorker), integer(kRank), integer(kLabelCount), integer(kGoldCount)};
  for (const auto name :
       {kQualityExpected, kQualityExpectedLow, kQualityExpectedHigh, kQualityMinimum, kQualityMinimumLow,
        kQualityMinimumHigh, kExpectedCost, kMinimumCost, kAccuracy, kAccuracyLow, kAccuracyHigh}) {
    header.push_back(number(name));
  }
  header.push_back(text(kFlags));
  return cut_into_parts(records::tables::kWorkers, std::move(header), labels.workers.size(), 1,
                        [&, order = by_rank(result)](std::size_t i, RowSink& to) {
                          const auto& worker = result.workers.workers[order[i]];
                          to.text(labels.workers.name(static_cast<WorkerIndex>(order[i])));
                          to.integer(worker.rank);
                          to.integer(worker.label_count);
                          to.integer(worker.gold_count);
                          write(worker.quality_expected, to);
                          write(worker.quality_minimum, to);
                          to.number(worker.expected_cost);
                          to.number(worker.minimum_cost);
                          write(worker.accuracy, to);
                          to.text(quality::to_text(worker.flags));
                          to.end_row();
                        });
}

Table confusions_table(const LabelTable& labels, const EstimateResult& result) {
  std::vector<TableColumn> header{text(columns::kWorker),        text(columns::kTrue),  text(columns::kGiven),
                                  number(columns::kProbability), number(columns::kLow), number(columns::kHigh),
                                  number(columns::kCount)};
  const std::size_t k = labels.classes.size();
  const bool leaves_out = result.workers.confusion.values().size() > kManyCells;
  return cut_into_parts(records::tables::kConfusions, std::move(header), labels.workers.size(), k * k,
                        [&, order = by_rank(result), k, leaves_out](std::size_t i, RowSink& to) {
                          const std::size_t w = order[i];
                          for (ClassIndex t = 0; t < k; ++t) {
                            for (ClassIndex g = 0; g < k; ++g) {
                              const double count = result.estimate.counts.at(w, t, g);
                              if (leaves_out && count < kNoCount) continue;
                              to.text(labels.workers.name(static_cast<WorkerIndex>(w)));
                              to.text(labels.classes.name(t));
                              to.text(labels.classes.name(g));
                              to.number(result.workers.confusion.at(w, t, g));
                              to.number(result.workers.low.at(w, t, g));
                              to.number(result.workers.high.at(w, t, g));
                              to.number(count);
                              to.end_row();
                            }
                          }
                        });
}

Table soft_labels_table(const LabelTable& labels, const EstimateResult& result) {
  std::vector<TableColumn> header{text(columns::kWorker), text(columns::kGiven), text(columns::kTrue),
                                  number(columns::kProbability), number(columns::kShare)};
  const std::size_t k = labels.classes.size();
  const bool leaves_out = result.workers.confusion.values().size() > kManyCells;
  return cut_into_parts(records::tables::kSoftLabels, std::move(header), labels.workers.size(), k * k,
                        [&, order = by_rank(result), k, leaves_out](std::size_t i, RowSink& to) {
                          const std::size_t w = order[i];
                          std::vector<double> soft(k);
                          for (ClassIndex g = 0; g < k; ++g) {
                            double count = 0;
                            for (ClassIndex t = 0; t < k; ++t) count += result.estimate.counts.at(w, t, g);
                            if (leaves_out && count < kNoCount) continue;
                            const double share = quality::soft_label(result.estimate.prior,
                                                                     result.workers.confusion.row(w * k + g), soft);
                            for (ClassIndex t = 0; t < k; ++t) {
                              to.text(labels.workers.name(static_cast<WorkerIndex>(w)));
                              to.text(labels.classes.name(g));
                              to.text(labels.classes.name(t));
                              to.number(soft[t]);
                              to.number(share);
                              to.end_row();
                            }
                          }
                        });
}

Table classes_table(const LabelTable& labels, const EstimateResult& result) {
  const std::size_t k = labels.classes.size();
  const auto share = result.class_share.empty() ? engine::class_shares(result.estimate.posterior) : result.class_share;
  return cut_into_parts(records::tables::kClasses,
                        {text(columns::kClass), number(columns::kPrior), number(columns::kShare)}, k, 1,
                        [&, share](std::size_t c, RowSink& to) {
                          to.text(labels.classes.name(static_cast<ClassIndex>(c)));
                          to.number(result.estimate.prior[c]);
                          to.number(share[c]);
                          to.end_row();
                        });
}

}  // namespace

std::vector<Table> result_tables(const NamedLabels& labels, const LabelTable& known,
                                 const engine::BlockEstimateResult& estimate) {
  const EstimateResult& result = estimate.result;
  return {items_table(labels, estimate), workers_table(known, result), confusions_table(known, result),
          soft_labels_table(known, result), classes_table(known, result)};
}

std::vector<Table> result_tables(const LabelTable& labels, const EstimateResult& result) {
  return {items_table(labels, result), workers_table(labels, result), confusions_table(labels, result),
          soft_labels_table(labels, result), classes_table(labels, result)};
}

}  // namespace assay::io
