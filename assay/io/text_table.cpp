#include "assay/io/text_table.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "assay/base/error.h"
#include "assay/base/text.h"
#include "assay/io/row_values.h"
#include "assay/io/text_list.h"

namespace assay::io {

TextTable::TextTable(std::string source, std::vector<std::string> header)
    : source_(std::move(source)), header_(std::move(header)), columns_(header_.size()) {}

void TextTable::add(const std::vector<std::string_view>& fields, std::uint64_t line, std::size_t width) {
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    Column& column = columns_[c];
    if (c < fields.size()) column.characters.insert(column.characters.end(), fields[c].begin(), fields[c].end());
    column.ends.push_back(column.characters.size());
  }
  lines_.push_back(line);
  widths_.push_back(width);
}

void TextTable::check_has(std::size_t row, std::size_t column) const {
  if (column < widths_[row]) return;
  throw bad_input("found " + std::to_string(widths_[row]) + (widths_[row] == 1 ? " field" : " fields") +
                      ", the column \"" + header_[column] + "\" is number " + std::to_string(column + 1),
                  place(row));
}

double TextTable::number(std::size_t row, std::size_t column) const {
  const auto found = text(row, column);
  const double value = parse_number(found);
  if (std::isnan(value) && !found.empty()) {
    throw bad_input(
        "found \"" + std::string(found) + "\" in the column \"" + header_[column] + "\", allowed is a number",
        place(row));
  }
  return value;
}

std::string TextTable::place(std::size_t row) const {
  return lines_[row] == 0 ? source_ : source_ + ":" + std::to_string(lines_[row]);
}

std::optional<std::size_t> TextTable::find(std::string_view name) const {
  const auto found = std::find(header_.begin(), header_.end(), name);
  if (found == header_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header_.begin());
}

std::size_t TextTable::column(std::string_view name) const {
  if (const auto found = find(name)) return *found;
  throw bad_input(
      "found no column \"" + std::string(name) + "\"" + did_you_mean(name, header_) + ", there are " + join(header_),
      source_);
}

}  // namespace assay::io
