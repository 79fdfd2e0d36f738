#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace assay::learn {

/// The features of one item: `columns` ascending, `values` parallel to them. A column that is not there counts as 0 for
/// linear models and as missing for trees.
struct FeatureRow {
  std::span<const std::uint32_t> columns;
  std::span<const float> values;
};

/// N items x D columns in compressed rows.
class Features {
 public:
  explicit Features(std::size_t column_count = 0) : column_count_(column_count) {}

  /// Appends an item; columns are ascending and below column_count.
  void add(const FeatureRow& row);

  [[nodiscard]] std::size_t row_count() const { return offsets_.size() - 1; }
  [[nodiscard]] std::size_t column_count() const { return column_count_; }
  [[nodiscard]] FeatureRow row(std::size_t i) const {
    const std::size_t begin = offsets_[i], count = offsets_[i + 1] - begin;
    return {{columns_.data() + begin, count}, {values_.data() + begin, count}};
  }
  [[nodiscard]] std::span<const std::size_t> offsets() const { return offsets_; }
  [[nodiscard]] std::span<const std::uint32_t> columns() const { return columns_; }
  [[nodiscard]] std::span<const float> values() const { return values_; }

  /// The given rows, in the given order; a row may come more than once.
  [[nodiscard]] Features take(std::span<const std::uint32_t> rows) const;

 private:
  std::size_t column_count_;
  std::vector<std::size_t> offsets_{0};
  std::vector<std::uint32_t> columns_;
  std::vector<float> values_;
};

}  // namespace assay::learn
