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
  void set(std::size_t true_class, std::size_t decided_class, double cost) {
    const double usual = true_class == decided_class ? 0 : 1;
    double& cell = costs_(true_class, decided_class);
    if (cell != usual) --unusual_cells_;
    if (cost != usual) ++unusual_cells_;
    cell = cost;
  }
  double operator()(std::size_t true_class, std::size_t decided_class) const {
    return costs_(true_class, decided_class);
  }
  bool operator==(const CostMatrix&) const = default;
  /// Whether the costs are 0 on the diagonal and 1 off it: sums over classes are shorter then.
  [[nodiscard]] bool is_zero_one() const { return unusual_cells_ == 0; }

 private:
  Matrix<double> costs_;
  std::size_t unusual_cells_ = 0;  // those that 0/1 costs have otherwise
};

}  // namespace assay
