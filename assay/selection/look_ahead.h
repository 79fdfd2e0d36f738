#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "assay/base/matrix.h"
#include "assay/core/cost_matrix.h"
#include "assay/core/ids.h"

namespace assay::selection {

/// What a decision will cost after more labels. The state of an item is its class and its level (how easy it is; one
/// level where that does not matter); each label has outcome g with probability P(g | class, level), independently.
///
///   cost(h; q) = sum_n min_j sum_t cost(t, j) sum_e q(t, e) h!/prod_g n_g! prod_g P(g | t, e)^n_g
///
/// n over all counts of h labels. One label often can't flip a decision and then looks worth nothing, so that several
/// are looked at. M classes, E levels, L outcomes. Tables of M E numbers for each n are made once.
class LookAhead {
 public:
  /// `probability` has M x E rows (class by class) and L columns; rows sum to 1. Horizons are label counts >= 0.
  LookAhead(const Matrix<double>& probability, std::size_t class_count, std::size_t level_count,
            std::vector<int> horizons);
  LookAhead() = default;

  [[nodiscard]] const std::vector<int>& horizons() const { return horizons_; }
  /// Expected cost after horizons()[index] labels; q has M x E weights, costs are M x M (true, decided). O(counts M (E
  /// + M)).
  [[nodiscard]] double cost(std::size_t index, std::span<const double> q, const CostMatrix& costs) const;

 private:
  std::size_t class_count_ = 0;
  std::size_t level_count_ = 0;
  std::vector<int> horizons_;
  std::vector<Matrix<double>> tables_;  // one a horizon: counts x (M x E)
};

/// Looking ahead is for the likeliest classes of an item only, at most so many; labels of all others are one outcome.
inline constexpr std::size_t kMostFocusClasses = 4;

/// The at most kMostFocusClasses likeliest classes, in class order.
[[nodiscard]] std::vector<ClassIndex> focus_classes(std::span<const double> probability);
/// The costs among these classes.
[[nodiscard]] CostMatrix focus_costs(const CostMatrix& costs, std::span<const ClassIndex> classes);

}  // namespace assay::selection
