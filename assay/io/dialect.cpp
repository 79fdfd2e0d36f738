#include "assay/io/dialect.h"

#include <algorithm>
#include <set>

#include "assay/io/csv_scanner.h"
#include "assay/io/records.h"
#include "assay/io/text_list.h"

namespace assay::io {
namespace {

using records::Role;

constexpr std::size_t kRowsLookedAt = 20;
constexpr char kDelimiters[] = {'\t', ',', ';', '|'};

// Scans the beginning of a text, all of it when that holds no whole row.
void scan_first_rows(std::string_view text, char delimiter, CsvIndex& index) {
  constexpr std::size_t kEnough = 1 << 16;
  scan_csv_plain(text.substr(0, kEnough), delimiter, index);
  if (index.row_bytes == 0 && text.size() > kEnough) scan_csv_plain(text, delimiter, index);
}

// Number of fields of each of the first rows, blank ones left out.
std::vector<std::size_t> field_counts(std::string_view text, char delimiter) {
  CsvIndex index;
  scan_first_rows(text, delimiter, index);
  std::vector<std::size_t> counts;
  std::size_t fields = 0;
  std::size_t row_start = 0;
  for (const std::size_t end : index.ends) {
    ++fields;
    if (text[end] != '\n') continue;
    const bool is_blank = end - row_start <= 1 && fields == 1;
    if (!is_blank) counts.push_back(fields);
    fields = 0;
    row_start = end + 1;
    if (counts.size() == kRowsLookedAt) break;
  }
  return counts;
}

struct Shape {
  char delimiter = ',';
  std::size_t columns = 1;
  bool is_even = false;  // every row has the same number of fields
};

// The first delimiter that gives every row the same number of fields, at least two; else the one that gives most.
Shape shape_of(std::string_view text) {
  Shape best;
  for (const char delimiter : kDelimiters) {
    const auto counts = field_counts(text, delimiter);
    if (counts.empty()) continue;
    const bool is_even = std::all_of(counts.begin(), counts.end(), [&](std::size_t n) { return n == counts.front(); });
    const Shape shape{delimiter, counts.front(), is_even};
    if (shape.columns < 2 || best.is_even) continue;
    const bool is_better = is_even || shape.columns > best.columns;
    if (is_better) best = shape;
  }
  return best;
}

// A header names a worker or an item, or two things of any kind; a single match may be a class called "true".
bool is_header(const std::vector<std::string>& row) {
  constexpr Role kRoles[] = {Role::label, Role::gold,  Role::true_class, Role::decided_class,
                             Role::cost,  Role::prior, Role::class_name};
  if (records::find(Role::worker, row) || records::find(Role::item, row)) return true;
  std::set<std::size_t> named;
  for (const Role role : kRoles) {
    if (const auto column = records::find(role, row)) named.insert(*column);
  }
  return named.size() > 1;
}

bool has_prefix(const std::vector<std::string>& header, std::string_view prefix) {
  return std::any_of(header.begin(), header.end(), [&](const std::string& name) { return name.starts_with(prefix); });
}

std::string_view delimited_format(const std::vector<std::string>& header, char delimiter) {
  const auto has = [&](std::string_view name) { return std::find(header.begin(), header.end(), name) != header.end(); };
  if (has(records::kMturkItem) && has_prefix(header, records::kMturkAnswer)) return records::kMturkBatch;
  if (has(records::kTolokaWorker)) return records::kToloka;
  return delimiter == '\t' ? records::kTsv : records::kCsv;
}

}  // namespace

std::vector<std::string> first_row(std::string_view text, char delimiter) {
  CsvIndex index;
  scan_first_rows(text, delimiter, index);
  std::vector<std::string> fields;
  std::size_t start = 0;
  for (const std::size_t end : index.ends) {
    const bool is_last = text[end] == '\n';
    std::string field(text.substr(start, end - start));
    if (is_last && field.ends_with('\r')) field.pop_back();
    fields.emplace_back(trimmed(unquote(field.data(), field.size())));
    if (is_last) break;
    start = end + 1;
  }
  return fields;
}

Dialect detect_dialect(std::string_view text, std::string_view wanted, std::size_t expected_columns) {
  const bool is_auto = wanted.empty() || wanted == records::kAuto;
  const auto first = text.find_first_not_of(" \t\r\n");
  const char c = first == std::string_view::npos ? '\0' : text[first];
  if (is_auto && c == '{') return {records::kJsonl};
  if (is_auto && c == '[') return {records::kLabelStudio};
  if (wanted == records::kJsonl || wanted == records::kLabelStudio || wanted == records::kParquet) return {wanted};
  const Shape shape = shape_of(text);
  if (wanted == records::kTsv || wanted == records::kToloka) return {wanted, '\t'};
  if (wanted == records::kCsv || wanted == records::kMturkBatch) {
    return {wanted, shape.columns > 1 ? shape.delimiter : ','};
  }
  const auto header = first_row(text, shape.delimiter);
  if (wanted == records::kGetAnotherLabel) return {wanted, shape.columns > 1 ? shape.delimiter : '\t', false};
  const bool is_headerless =
      shape.delimiter == '\t' && shape.is_even && shape.columns == expected_columns && !is_header(header);
  if (is_headerless) return {records::kGetAnotherLabel, '\t', false};
  return {delimited_format(header, shape.delimiter), shape.delimiter};
}

}  // namespace assay::io
