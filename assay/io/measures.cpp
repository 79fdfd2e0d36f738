#include "assay/io/measures.h"

#include "assay/io/row_writers.h"

namespace assay::io {
namespace {

std::string rows_of(const Table& table, TextRowSink& sink) {
  for (std::size_t part = 0; part < table.part_count; ++part) table.rows(part, sink);
  std::string out;
  sink.take(out);
  return out;
}

}  // namespace

std::string measures_csv(const std::vector<Measure>& measures) {
  Table table;
  table.columns = {{"measure", ColumnType::text}, {"of", ColumnType::text}, {"value", ColumnType::number}};
  table.part_count = 1;
  table.rows = [&](std::size_t, RowSink& to) {
    for (const auto& row : measures) {
      to.text(row.measure);
      to.text(row.of);
      to.number(row.value);
      to.end_row();
    }
  };
  return csv_text(table);
}

std::string csv_text(const Table& table) { return csv_header(table) + rows_of(table, *make_csv_sink(table)); }

std::string jsonl_text(const Table& table) { return rows_of(table, *make_jsonl_sink(table)); }

}  // namespace assay::io
