#pragma once

#include <cstddef>
#include <span>

#include "assay/base/huge_pages.h"

namespace assay {

/// A dense row-major matrix; `row(r)` is contiguous. A large one lies in large pages.
template <typename T>
class Matrix {
 public:
  Matrix() = default;
  Matrix(std::size_t rows, std::size_t columns, T value = T{})
      : rows_(rows), columns_(columns), data_(rows * columns, value) {}

  /// Of rows x columns values, row by row.
  Matrix(std::size_t rows, std::size_t columns, std::span<const T> values)
      : rows_(rows), columns_(columns), data_(values.begin(), values.end()) {}

  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t columns() const { return columns_; }
  [[nodiscard]] bool empty() const { return data_.empty(); }

  T& operator()(std::size_t r, std::size_t c) { return data_[r * columns_ + c]; }
  const T& operator()(std::size_t r, std::size_t c) const { return data_[r * columns_ + c]; }

  [[nodiscard]] std::span<T> row(std::size_t r) { return {data_.data() + r * columns_, columns_}; }
  [[nodiscard]] std::span<const T> row(std::size_t r) const { return {data_.data() + r * columns_, columns_}; }

  [[nodiscard]] std::span<T> values() { return data_; }
  [[nodiscard]] std::span<const T> values() const { return data_; }

  bool operator==(const Matrix&) const = default;

 private:
  std::size_t rows_ = 0;
  std::size_t columns_ = 0;
  LineVector<T> data_;
};

}  // namespace assay
