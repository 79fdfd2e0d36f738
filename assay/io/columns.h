#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/io/reading_options.h"
#include "assay/io/records.h"

namespace assay::io {

/// Which column of a file of labels means what.
struct Columns {
  using Index = std::optional<std::size_t>;
  Index worker, item, label;                    // always there
  Index weight, time, seconds, status, golden;  // if the file has them
  bool is_form = false;                         ///< the label column holds a crowd form's answers as JSON
  std::string form_field;                       ///< which of them is the label; empty: the only one
};

/// Finds the columns of a header by the names that options give, else by the format's own rules and the synonyms.
/// Throws Error{bad_input} at `where` naming what was found and what is allowed.
[[nodiscard]] Columns find_columns(const std::vector<std::string>& header, const ReadingOptions& options,
                                   std::string_view format, const std::string& where);

/// The column called `wanted` (exactly, else but for case, spaces, '_' and '-'). `option` names who asked for it.
[[nodiscard]] std::size_t named_column(const std::vector<std::string>& header, const std::string& wanted,
                                       std::string_view option, const std::string& where);

/// The column with this role by name; throws Error{bad_input} at `where` when there is none.
[[nodiscard]] std::size_t needed_column(const std::vector<std::string>& header, records::Role role,
                                        const std::string& where);

}  // namespace assay::io
