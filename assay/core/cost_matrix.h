#pragma once

#include <span>

#include "assay/base/matrix.h"
#include "assay/core/ids.h"

namespace assay {

/// Misclassification costs: `cost(true_class, decided_class)` >= 0, finite. The default is 0 on the diagonal, 1 off it.
class CostMatrix {
 public:
  CostMatrix() = default;
  /// 0/1 costs.
  explicit CostMatrix(std::size_t class_count);
  /// |true - decided| in class order, for ordered classes.
  static CostMatrix ordinal(std::size_t class_count);

  [[nodiscard]] std::size_t class_count() const { return costs_.rows(); }
  double& operator()(std::size_t true_class, std::size_t decided_class) { return costs_(true_class, decided_class); }
  double operator()(std::size_t true_class, std::size_t decided_class) const {
    return costs_(true_class, decided_class);
  }
  bool operator==(const CostMatrix&) const = default;

 private:
  Matrix<double> costs_;
};

}  // namespace assay
