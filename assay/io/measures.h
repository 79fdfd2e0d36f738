#pragma once

#include <string>
#include <vector>

#include "assay/io/table.h"

namespace assay::io {

/// One figure for programs: `measure` of `of` (a class, a worker, ...; empty: of the whole data) is `value`.
struct Measure {
  std::string measure;
  std::string of;
  double value = 0;  ///< NaN: not defined
};

/// The text of a CSV file with the columns measure,of,value.
[[nodiscard]] std::string measures_csv(const std::vector<Measure>& measures);

/// Rows as the text of a CSV file with header, or as lines of JSON.
[[nodiscard]] std::string csv_text(const Table& table);
[[nodiscard]] std::string jsonl_text(const Table& table);

}  // namespace assay::io
