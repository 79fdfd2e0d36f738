#pragma once

#include <cstdint>

#include "assay/learn/classifier.h"

namespace assay::learn {

/// Multinomial logistic regression with an L2 penalty, fitted by L-BFGS.
///
/// p_k(x) = exp(b_k + w_k . x) / sum_j exp(b_j + w_j . x); with targets q the objective, which never rises, is
///   sum_i sum_k q_ik (-log p_k(x_i)) + penalty / 2 sum_k |w_k|^2      (intercepts b are free of the penalty)
/// Columns that no training item has keep weight 0 and take no memory. Cost: iterations x (non-zeros x K).
/// When not to use it: where classes differ only in combinations of features; boosted_trees finds those.
/// Cox 1958, The regression analysis of binary sequences, JRSS B; Liu and Nocedal 1989, On the limited memory BFGS
/// method, Mathematical Programming 45.
struct LogisticRegressionOptions {
  double penalty = 1;
  std::uint64_t max_steps = 200;
  double step_tolerance = 1e-5;  ///< of the gradient's largest entry, relative to the weight of the targets
};

[[nodiscard]] ClassifierInfo logistic_regression_info();
[[nodiscard]] std::unique_ptr<Classifier> make_logistic_regression(const LogisticRegressionOptions& options);

}  // namespace assay::learn
