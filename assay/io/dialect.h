#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay::io {

/// How a text of labels is written.
struct Dialect {
  std::string_view format;  ///< one of records' input formats
  char delimiter = ',';     ///< of delimited text
  bool has_header = true;
};

/// Tells the format from the first bytes of a text, unless `wanted` names it. `expected_columns` is how many a
/// header-less file (Get-Another-Label's) of this kind has.
[[nodiscard]] Dialect detect_dialect(std::string_view first_bytes, std::string_view wanted,
                                     std::size_t expected_columns = 3);

/// The fields of the first row.
[[nodiscard]] std::vector<std::string> first_row(std::string_view text, char delimiter);

}  // namespace assay::io
