#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::io {

/// Some rows of labels as every format hands them on: texts by column, ready to be numbered. The texts live as long as
/// the block that they were parsed from.
struct RowBatch {
  std::vector<std::string_view> workers;
  std::vector<std::string_view> items;
  std::vector<std::string_view> labels;
  // Each is empty or as long as the others; NaN: not given.
  std::vector<float> weights;
  std::vector<double> times;
  std::vector<float> seconds;
  /// Known truths of the items, empty text: none.
  std::vector<std::string_view> golden;
  /// "file:line:column" of a row's text, for messages.
  std::function<std::string(std::size_t row, std::string_view text)> place;

  [[nodiscard]] std::size_t size() const { return labels.size(); }
  void clear();
};

}  // namespace assay::io
