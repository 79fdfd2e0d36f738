#include "assay/io/parquet.h"

#include <filesystem>
#include <fstream>
#include <optional>

#include "assay/io/columns.h"
#include "assay/io/duckdb.h"
#include "assay/io/label_rows.h"
#include "assay/io/records.h"

namespace assay::io {
namespace {

std::string all_as_text(const std::string& path) {
  return "SELECT COLUMNS(*)::VARCHAR FROM read_parquet(" + sql_text(path) + ")";
}

std::vector<std::string> column_names(DuckDb& database, const std::string& path) {
  std::vector<std::string> names;
  database.query(
      all_as_text(path) + " LIMIT 0", path, [&](const std::vector<std::string>& header) { names = header; },
      [](std::span<const std::string_view>) {}, [] {});
  return names;
}

}  // namespace

bool is_parquet(const std::string& path) {
  // A pipe can be read only once: what is looked at here would be lost.
  std::error_code failed;
  if (path == "-" || !std::filesystem::is_regular_file(path, failed)) return false;
  std::ifstream file(path, std::ios::binary);
  char magic[4] = {};
  file.read(magic, sizeof magic);
  return std::string_view(magic, sizeof magic) == "PAR1";
}

void read_parquet_labels(const std::string& path, const ReadingOptions& options, LabelCollector& to,
                         const BlockDone& block_done) {
  DuckDb database;
  const auto header = column_names(database, path);
  LabelRows rows(path, header, find_columns(header, options, records::kParquet, path), options, to,
                 [&](std::uint64_t number) { return path + ":row " + std::to_string(number); });
  // Only the columns in use are read.
  std::string wanted;
  std::vector<std::size_t> field_of;
  for (std::size_t f = 0; f < LabelRows::kFieldCount; ++f) {
    if (!rows.column(f)) continue;
    wanted += (wanted.empty() ? "" : ", ") + sql_name(header[*rows.column(f)]) + "::VARCHAR";
    field_of.push_back(f);
  }
  std::uint64_t row_number = 0;
  const auto take = [&](std::span<const std::string_view> texts) {
    LabelRows::Fields fields;
    for (std::size_t i = 0; i < texts.size(); ++i) fields[field_of[i]] = texts[i];
    rows.take(fields, ++row_number);
  };
  database.query(
      "SELECT " + wanted + " FROM read_parquet(" + sql_text(path) + ")", path, [](const std::vector<std::string>&) {},
      take,
      [&] {
        rows.flush();
        block_done();
      });
  rows.finish();
}

TextTable read_parquet_table(const std::string& path) {
  DuckDb database;
  std::optional<TextTable> table;
  std::vector<std::string_view> fields;
  database.query(
      all_as_text(path), path, [&](const std::vector<std::string>& header) { table.emplace(path, header); },
      [&](std::span<const std::string_view> texts) {
        fields.assign(texts.begin(), texts.end());
        table->add(fields, 0);
      },
      [] {});
  return std::move(*table);
}

void write_parquet(const Table& table, const std::string& path) {
  DuckDb database;
  database.fill(table, table.name, path);
  database.run("COPY " + sql_name(table.name) + " TO " + sql_text(path) + " (FORMAT parquet, COMPRESSION zstd)", path);
}

}  // namespace assay::io
