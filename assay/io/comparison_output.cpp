#include "assay/io/comparison_output.h"

#include <limits>

#include "assay/io/records.h"

namespace assay::io {
namespace {

namespace measures = records::measures;
namespace columns = records::columns;

std::string claimed(std::string_view column) { return std::string(measures::kClaimed) + "_" + std::string(column); }

void write_row(const engine::ComparedModel& row, RowSink& to) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  const bool has_figures = row.failure.empty();
  const bool has_truth = has_figures && row.evaluation.item_count > 0;
  const auto figure = [&](double value) { to.number(has_figures ? value : none); };
  const auto against_truth = [&](double value) { to.number(has_truth ? value : none); };
  to.text(row.model);
  figure(row.seconds);
  to.integer(row.iterations);
  to.text(row.termination);
  figure(row.claimed.accuracy);
  figure(row.claimed.quality_expected);
  figure(row.claimed.quality_minimum);
  figure(row.vote_share);
  to.integer(row.evaluation.item_count);
  against_truth(row.evaluation.accuracy);
  against_truth(row.evaluation.accuracy_ties_split);
  against_truth(row.evaluation.macro_f1);
  against_truth(row.evaluation.log_loss);
  against_truth(row.evaluation.brier);
  against_truth(row.evaluation.calibration_error);
  to.text(row.failure);
  to.end_row();
}

}  // namespace

Table comparison_table(const std::vector<engine::ComparedModel>& rows) {
  Table table;
  table.name = "comparison";
  const auto add = [&](std::string_view name, ColumnType type) { table.columns.push_back({std::string(name), type}); };
  add(measures::kModel, ColumnType::text);
  add(measures::kFitSeconds, ColumnType::number);
  add(measures::kIterations, ColumnType::integer);
  add(measures::kTermination, ColumnType::text);
  add(claimed(columns::kAccuracy), ColumnType::number);
  add(claimed(columns::kQualityExpected), ColumnType::number);
  add(claimed(columns::kQualityMinimum), ColumnType::number);
  add(measures::kVoteShare, ColumnType::number);
  add(measures::kItemCount, ColumnType::integer);
  for (const auto name : {measures::kAccuracy, measures::kTiesSplit, measures::kMacroF1, measures::kLogLoss,
                          measures::kBrier, measures::kCalibrationError}) {
    add(name, ColumnType::number);
  }
  add(measures::kFailure, ColumnType::text);
  table.part_count = 1;
  table.rows = [&rows](std::size_t, RowSink& to) {
    for (const auto& row : rows) write_row(row, to);
  };
  return table;
}

}  // namespace assay::io
