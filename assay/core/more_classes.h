#pragma once

#include <algorithm>

#include "assay/base/matrix.h"
#include "assay/core/cost_matrix.h"

/// Room for classes that came up only after an estimate was made, such as one that only the truth names.
namespace assay {

/// The same rows with `columns` >= from.columns() columns, the new ones 0.
template <typename T>
[[nodiscard]] Matrix<T> with_columns(const Matrix<T>& from, std::size_t columns) {
  Matrix<T> out(from.rows(), columns);
  for (std::size_t r = 0; r < from.rows(); ++r) std::copy(from.row(r).begin(), from.row(r).end(), out.row(r).begin());
  return out;
}

/// The same costs, 0/1 where a new class takes part.
[[nodiscard]] inline CostMatrix with_classes(const CostMatrix& from, std::size_t class_count) {
  CostMatrix out(class_count);
  for (std::size_t t = 0; t < from.class_count(); ++t) {
    for (std::size_t d = 0; d < from.class_count(); ++d) out.set(t, d, from(t, d));
  }
  return out;
}

}  // namespace assay
