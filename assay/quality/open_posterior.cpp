#include "assay/quality/open_posterior.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "assay/base/numerics.h"

namespace assay::quality {

Matrix<double> open_posterior(const Estimate& estimate, const LabelStore& labels, std::span<const ClassIndex> gold) {
  constexpr double kLeast = 1e-300;
  Matrix<double> out = estimate.posterior;
  std::vector<double> logs(estimate.prior.size());
  for (std::size_t o = 0; o < gold.size(); ++o) {
    if (gold[o] == kNoClass) continue;
    for (std::size_t i = 0; i < logs.size(); ++i) logs[i] = std::log(std::max(estimate.prior[i], kLeast));
    for (const auto row : labels.rows(static_cast<ItemIndex>(o))) {
      const auto rates = estimate.confusion.row(row);
      for (std::size_t i = 0; i < logs.size(); ++i) logs[i] += std::log(std::max(rates[i], kLeast));
    }
    const double total = log_sum_exp(logs);
    for (std::size_t i = 0; i < logs.size(); ++i) out(o, i) = std::exp(logs[i] - total);
  }
  return out;
}

}  // namespace assay::quality
