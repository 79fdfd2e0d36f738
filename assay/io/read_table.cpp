#include <algorithm>
#include <cmath>

#include "assay/base/error.h"
#include "assay/io/csv_rows.h"
#include "assay/io/csv_scanner.h"
#include "assay/io/dialect.h"
#include "assay/io/json_lines.h"
#include "assay/io/parquet.h"
#include "assay/io/records.h"
#include "assay/io/row_values.h"
#include "assay/io/text_blocks.h"
#include "assay/io/text_table.h"

namespace assay::io {
namespace {

constexpr std::size_t kMaxRowBytes = 1 << 26;

std::string_view view(std::span<char> bytes) { return {bytes.data(), bytes.size()}; }

// Whether the first row is data.
bool is_headerless(const std::vector<std::string>& row, char delimiter, const Headerless& headerless) {
  if (headerless.columns == 0 || row.size() < headerless.columns) return false;
  if (headerless.ends_in_number) return !std::isnan(parse_number(row[headerless.columns - 1]));
  const bool is_header = records::find(records::Role::item, row) && records::find(records::Role::gold, row);
  return delimiter == '\t' && !is_header && row.size() == headerless.columns;
}

// Adds the rows of a scanned block, from `skip` rows on.
void add_rows(TextBlocks& text, const CsvIndex& index, CsvRows& rows, bool skip_first, TextTable& to) {
  text.check_utf8(index.row_bytes);
  const auto block = text.bytes();
  std::vector<std::string_view> fields;
  const char* counted = block.data();
  std::uint64_t line = text.line();
  rows.each(block, index, [&](const CsvRow& row) {
    line += static_cast<std::uint64_t>(std::count(counted, row.start, '\n'));
    counted = row.start;
    if (std::exchange(skip_first, false)) return;
    fields.assign(row.fields.begin(), row.fields.end());
    const bool is_blank = std::all_of(fields.begin(), fields.end(), [](auto field) { return field.empty(); });
    if (!is_blank) to.add(fields, line, row.field_count);
  });
  text.consume(index.row_bytes, index.lines);
}

TextTable read_delimited_table(TextBlocks& text, char delimiter, const Headerless& headerless) {
  CsvIndex index;
  const auto scan = [&] {
    scan_csv(view(text.bytes()), delimiter, index);
    return index.row_bytes > 0;
  };
  while (!scan() && text.fill()) {
  }
  text.check_utf8(index.row_bytes);
  auto header = first_row(view(text.bytes()), delimiter);
  if (header.empty()) throw bad_input("found no row, at least one is needed", text.name());
  const bool without_names = is_headerless(header, delimiter, headerless);
  if (without_names) header = headerless.names;
  TextTable table(text.name(), header);
  std::vector<std::size_t> wanted(header.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) wanted[i] = i;
  CsvRows rows(wanted);
  bool skip_first = !without_names;
  do {
    while (scan()) add_rows(text, index, rows, std::exchange(skip_first, false), table);
  } while (text.fill());
  if (index.open_quote) throw bad_input("a quoted field begins here and is never closed", text.line_place(text.line()));
  return table;
}

void skip_comments(TextBlocks& text) {
  while (true) {
    const auto block = view(text.bytes());
    if (!block.empty() && block.front() != '#') return;
    const auto end = block.find('\n');
    if (end != std::string_view::npos) {
      text.consume(end + 1, 1);
    } else if (!text.fill()) {
      return;
    }
  }
}

TextTable read_text(TextBlocks& text, const Headerless& headerless) {
  if (headerless.comments) skip_comments(text);
  const Dialect dialect = detect_dialect(view(text.bytes()), records::kAuto, headerless.columns);
  if (dialect.format == records::kJsonl) return read_json_table(text);
  return read_delimited_table(text, dialect.delimiter, headerless);
}

}  // namespace

TextTable read_table(const std::string& path, const Headerless& headerless) {
  if (is_parquet(path)) return read_parquet_table(path);
  TextBlocks text(open_bytes(path), display_name(path), kMaxRowBytes);
  return read_text(text, headerless);
}

TextTable read_table_text(const std::string& bytes, const std::string& name, const Headerless& headerless) {
  TextBlocks text(open_memory(bytes, name), name, kMaxRowBytes);
  return read_text(text, headerless);
}

}  // namespace assay::io
