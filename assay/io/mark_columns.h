#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "assay/io/dialect.h"
#include "assay/io/reading_options.h"

namespace assay::io {

/// Columns that together hold one answer, as radio buttons and checkboxes of crowd forms are written: each says true or
/// false, and the label is the name of the one that is true (several are joined by "|").
struct MarkColumns {
  std::vector<std::size_t> columns;
  std::vector<std::string> names;  ///< the class that each stands for

  [[nodiscard]] bool empty() const { return columns.empty(); }
  /// Whether a field is marked.
  [[nodiscard]] static bool is_marked(std::string_view field);
};

/// The columns that --label-column names with a star at the end ("Answer.emotion.*"), or, in MTurk batch results
/// without
/// --label-column, all Answer columns when there are several and the first rows hold nothing but true and false in
/// them.
[[nodiscard]] MarkColumns find_marks(const std::vector<std::string>& header, const ReadingOptions& options,
                                     const Dialect& dialect, std::string_view first_bytes, const std::string& where);

}  // namespace assay::io
