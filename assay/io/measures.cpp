#include "assay/io/measures.h"

#include "assay/io/row_writers.h"

namespace assay::io {

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

std::string csv_text(const Table& table) {
  std::string out = csv_header(table);
  const auto sink = make_csv_sink(table);
  for (std::size_t part = 0; part < table.part_count; ++part) {
    table.rows(part, *sink);
    out += sink->take();
  }
  return out;
}

std::string jsonl_text(const Table& table) {
  std::string out;
  const auto sink = make_jsonl_sink(table);
  for (std::size_t part = 0; part < table.part_count; ++part) {
    table.rows(part, *sink);
    out += sink->take();
  }
  return out;
}

}  // namespace assay::io
