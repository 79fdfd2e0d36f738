#pragma once

#include <memory>
#include <string>

#include "assay/io/table.h"

namespace assay::io {

/// Rows as text: what `take` gives back is what was written since the last time.
class TextRowSink : public RowSink {
 public:
  [[nodiscard]] virtual std::string take() = 0;
};

/// Comma-separated values with quotes where they are needed; an unknown number is an empty field.
[[nodiscard]] std::unique_ptr<TextRowSink> make_csv_sink(const Table& table);
/// One JSON object a line; an unknown number is null.
[[nodiscard]] std::unique_ptr<TextRowSink> make_jsonl_sink(const Table& table);
/// The header line of the CSV file.
[[nodiscard]] std::string csv_header(const Table& table);
/// A text as a field of a CSV file.
[[nodiscard]] std::string csv_field(std::string_view text);

}  // namespace assay::io
