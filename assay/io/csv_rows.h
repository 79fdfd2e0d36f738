#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "assay/io/csv_scanner.h"

namespace assay::io {

/// The fields of one row that somebody asked for.
struct CsvRow {
  std::span<const std::string_view> fields;  ///< by wanted column; unquoted, without blanks around plain ones
  std::size_t field_count = 0;               ///< in the file
  const char* start = nullptr;
};

/// Takes rows out of scanned blocks: hands on only the columns wanted. Blank rows are passed over.
class CsvRows {
 public:
  /// `wanted[i]` (all different) is the column whose text becomes field i.
  explicit CsvRows(std::span<const std::size_t> wanted);

  /// Calls use(row) for each row of the block; a row too short for a wanted column has an empty text there.
  template <typename Use>
  void each(std::span<char> block, const CsvIndex& index, Use&& use);

  /// The number of fields of every whole row of the block; 0 when rows differ, or there is none. Blank rows differ.
  [[nodiscard]] static std::size_t even_width(std::span<const char> block, const CsvIndex& index);
  /// Adds field `column` of each whole row of a block in which every row has `width` fields. At most once a column,
  /// since quotes are taken off in place.
  static void take_column(std::span<char> block, const CsvIndex& index, std::size_t width, std::size_t column,
                          std::vector<std::string_view>& out);

 private:
  static std::string_view field(char* begin, char* end) {
    if (begin == end) return {begin, 0};
    if (*begin == '"') return unquote(begin, static_cast<std::size_t>(end - begin));
    while (begin != end && (*begin == ' ' || *begin == '\t')) ++begin;
    while (begin != end && (end[-1] == ' ' || end[-1] == '\t')) --end;
    return {begin, static_cast<std::size_t>(end - begin)};
  }
  // Nothing to take off at either end: no quote, no blank, no carriage return.
  static bool is_plain(const char* begin, const char* end) {
    return begin != end && static_cast<unsigned char>(*begin) > '"' && static_cast<unsigned char>(end[-1]) > ' ';
  }
  static constexpr std::int32_t kUnwanted = -1;
  std::vector<std::int32_t> place_of_column_;
  std::vector<std::string_view> fields_;
};

template <typename Use>
void CsvRows::each(std::span<char> block, const CsvIndex& index, Use&& use) {
  char* const text = block.data();
  const std::uint32_t* end = index.ends.data();
  const std::size_t columns = place_of_column_.size();
  char* start = text;
  char* const stop = text + index.row_bytes;
  while (start < stop) {
    const bool is_blank = *start == '\n' || (*start == '\r' && start[1] == '\n');
    if (is_blank) {
      start = text + *end++ + 1;
      continue;
    }
    CsvRow row;
    row.start = start;
    bool is_last = false;
    while (!is_last) {
      char* field_end = text + *end++;
      char* const next = field_end + 1;
      is_last = *field_end == '\n';
      if (is_last && field_end != start && field_end[-1] == '\r') --field_end;
      const std::size_t column = row.field_count++;
      if (column < columns && place_of_column_[column] != kUnwanted) {
        fields_[static_cast<std::size_t>(place_of_column_[column])] = field(start, field_end);
      }
      start = next;
    }
    for (std::size_t column = row.field_count; column < columns; ++column) {
      if (place_of_column_[column] != kUnwanted)
        fields_[static_cast<std::size_t>(place_of_column_[column])] = {start - 1, 0};
    }
    row.fields = fields_;
    use(row);
  }
}

}  // namespace assay::io
