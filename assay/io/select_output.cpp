#include "assay/io/select_output.h"

#include "assay/io/records.h"

namespace assay::io {
namespace {

namespace columns = records::columns;

void write_row(const LabelTable& labels, const engine::SelectRequest& request, const engine::SelectedLabel& row,
               std::uint64_t rank, RowSink& to) {
  to.integer(rank);
  to.text(labels.items.name(row.item));
  to.text(row.worker ? std::string_view(request.workers[*row.worker].name) : std::string_view());
  to.number(row.score);
  to.text(labels.classes.name(row.current_label));
  to.number(row.minimum_cost);
  to.integer(row.label_count);
  to.text(row.reason);
  to.end_row();
}

}  // namespace

Table selection_table(const LabelTable& labels, const engine::SelectRequest& request,
                      const engine::SelectResult& result) {
  Table table;
  table.name = "selection";
  const auto add = [&](std::string_view name, ColumnType type) { table.columns.push_back({std::string(name), type}); };
  add(columns::kRank, ColumnType::integer);
  add(columns::kItem, ColumnType::text);
  add(columns::kWorker, ColumnType::text);
  add(columns::kScore, ColumnType::number);
  add(columns::kCurrentLabel, ColumnType::text);
  add(columns::kMinimumCost, ColumnType::number);
  add(columns::kLabelCount, ColumnType::integer);
  add(columns::kReason, ColumnType::text);
  table.part_count = 1;
  table.rows = [&](std::size_t, RowSink& to) {
    for (std::size_t i = 0; i < result.labels.size(); ++i) write_row(labels, request, result.labels[i], i + 1, to);
  };
  return table;
}

Table trial_table(const std::vector<engine::TrialCurve>& curves) {
  Table table;
  table.name = "trial";
  const auto add = [&](std::string_view name, ColumnType type) { table.columns.push_back({std::string(name), type}); };
  add(columns::kStrategy, ColumnType::text);
  add(columns::kLabelCount, ColumnType::integer);
  add(records::name(records::Role::cost), ColumnType::number);
  add(columns::kCostError, ColumnType::number);
  add(columns::kAccuracy, ColumnType::number);
  table.part_count = 1;
  table.rows = [&](std::size_t, RowSink& to) {
    for (const auto& curve : curves) {
      for (std::size_t i = 0; i < curve.labels.size(); ++i) {
        to.text(curve.strategy);
        to.integer(static_cast<std::uint64_t>(curve.labels[i]));
        to.number(curve.cost[i]);
        to.number(curve.cost_error[i]);
        to.number(curve.accuracy[i]);
        to.end_row();
      }
    }
  };
  return table;
}

}  // namespace assay::io
