#pragma once

#include <memory>
#include <string>
#include <utility>

#include "assay/io/table.h"

namespace assay::io {

/// Rows as text: `take` puts what was written since the last time into `to`, whose room the next rows get.
class TextRowSink : public RowSink {
 public:
  void take(std::string& to) {
    to.clear();
    std::swap(to, out_);
  }

 protected:
  std::string out_;
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
