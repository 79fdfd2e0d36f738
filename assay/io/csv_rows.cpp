#include "assay/io/csv_rows.h"

namespace assay::io {

CsvRows::CsvRows(std::span<const std::size_t> wanted) : fields_(wanted.size()) {
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (place_of_column_.size() <= wanted[i]) place_of_column_.resize(wanted[i] + 1, kUnwanted);
    place_of_column_[wanted[i]] = static_cast<std::int32_t>(i);
  }
}

}  // namespace assay::io
