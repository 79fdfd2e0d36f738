#pragma once

#include <vector>

#include "assay/base/random.h"

namespace assay::testing {

/// A K x K confusion matrix (row = label, column = truth): every truth's shares are Dirichlet, `diagonal` for the right
/// label and 1 for each wrong one.
inline std::vector<double> random_matrix(std::size_t k, double diagonal, Random& random) {
  std::vector<double> out(k * k);
  std::vector<double> row(k);
  for (std::size_t i = 0; i < k; ++i) {
    std::vector<double> alpha(k, 1.0);
    alpha[i] = diagonal;
    random.dirichlet(alpha, row);
    for (std::size_t g = 0; g < k; ++g) out[g * k + i] = row[g];
  }
  return out;
}

}  // namespace assay::testing
