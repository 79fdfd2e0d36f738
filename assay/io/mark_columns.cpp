#include "assay/io/mark_columns.h"

#include <algorithm>
#include <utility>

#include "assay/base/error.h"
#include "assay/io/csv_rows.h"
#include "assay/io/csv_scanner.h"
#include "assay/io/records.h"
#include "assay/io/text_list.h"

namespace assay::io {
namespace {

constexpr std::size_t kSampleBytes = 1 << 16;
constexpr std::string_view kCheckboxEnd = ".on";

// "Answer.cat.on" and "Answer.cat.cat" both stand for cat.
std::string class_of(std::string_view column, std::string_view prefix) {
  column.remove_prefix(prefix.size());
  if (column.ends_with(kCheckboxEnd) && column.size() > kCheckboxEnd.size()) column.remove_suffix(kCheckboxEnd.size());
  const std::size_t half = column.size() / 2;
  const bool is_twice =
      column.size() % 2 == 1 && column[half] == '.' && column.substr(0, half) == column.substr(half + 1);
  return std::string(is_twice ? column.substr(0, half) : column);
}

MarkColumns with_prefix(const std::vector<std::string>& header, std::string_view prefix) {
  MarkColumns out;
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (!header[i].starts_with(prefix) || header[i].size() == prefix.size()) continue;
    out.columns.push_back(i);
    out.names.push_back(class_of(header[i], prefix));
  }
  return out;
}

bool is_mark(std::string_view field) {
  return field.empty() || MarkColumns::is_marked(field) || records::normalized(field) == "false";
}

// Whether the first rows hold nothing but marks, one at least.
bool hold_marks(const MarkColumns& marks, std::string_view first_bytes, char delimiter) {
  std::string sample(first_bytes.substr(0, kSampleBytes));
  CsvIndex index;
  scan_csv_plain(sample, delimiter, index);
  bool all = true;
  bool any = false;
  bool is_header = true;
  CsvRows rows(marks.columns);
  rows.each({sample.data(), sample.size()}, index, [&](const CsvRow& row) {
    if (std::exchange(is_header, false)) return;
    all = all && std::all_of(row.fields.begin(), row.fields.end(), is_mark);
    any = any || std::any_of(row.fields.begin(), row.fields.end(), MarkColumns::is_marked);
  });
  return all && any;
}

}  // namespace

bool MarkColumns::is_marked(std::string_view field) { return records::normalized(field) == "true"; }

MarkColumns find_marks(const std::vector<std::string>& header, const ReadingOptions& options, const Dialect& dialect,
                       std::string_view first_bytes, const std::string& where) {
  const std::string& wanted = options.label_column;
  const bool is_column = std::find(header.begin(), header.end(), wanted) != header.end();
  if (wanted.ends_with('*') && !is_column) {
    MarkColumns marks = with_prefix(header, std::string_view(wanted).substr(0, wanted.size() - 1));
    if (marks.empty())
      throw bad_input("found no column \"" + wanted + "\" (--label-column), there are " + join(header), where);
    return marks;
  }
  if (!wanted.empty() || dialect.format != records::kMturkBatch) return {};
  MarkColumns marks = with_prefix(header, records::kMturkAnswer);
  if (marks.columns.size() < 2 || !hold_marks(marks, first_bytes, dialect.delimiter)) return {};
  return marks;
}

}  // namespace assay::io
