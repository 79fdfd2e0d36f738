#pragma once

#include <span>
#include <vector>

#include "assay/models/pull_pass.h"

namespace assay::models {

/// Labels of an item up to which its likelihoods are products: rates are at least 1e-8 here, so that 32 of them stay
/// within a double's range. Longer items add logarithms.
inline constexpr std::size_t kMostMultiplied = 32;

/// What one pass looks up. Row r = worker * K + given holds 3 K numbers, by true class: the rate C; the gain
/// ((1 - g) C + g) / ((1 - g) C); the share g / ((1 - g) C + g) of labels of the pull's class that are the pull's.
class PullTables {
 public:
  PullTables(const PullFactors& factors, ThreadPool& threads);

  [[nodiscard]] const double* row(std::uint32_t r) const { return cells_.data() + std::size_t{r} * 3 * class_count_; }
  /// prior[t] shares[t][j] at j K + t; j = K is "no pull".
  [[nodiscard]] std::span<const double> start() const { return start_; }
  /// (1 - g)^n, n <= kMostMultiplied.
  [[nodiscard]] double miss(std::size_t n) const { return miss_[n]; }
  [[nodiscard]] double log_miss() const { return log_miss_; }

 private:
  std::size_t class_count_;
  std::vector<double> cells_;
  std::vector<double> start_;
  std::vector<double> miss_;
  double log_miss_;
};

/// prior x share x likelihood of every (class, pull) in `state`, laid out as PullTables::start, up to a factor. `base`
/// is room for K numbers.
template <std::size_t K>
void multiply(std::span<const std::uint32_t> rows, const PullTables& tables, std::span<double> base,
              std::span<double> state) {
  const std::size_t k = K > 0 ? K : base.size();
  for (std::size_t t = 0; t < k; ++t) base[t] = 1;
  for (std::size_t i = 0; i < k * k; ++i) state[i] = 1;
  for (const std::uint32_t r : rows) {
    const double* rate = tables.row(r);
    const double* gain = rate + k;
    double* pulled = state.data() + (r % k) * k;
    for (std::size_t t = 0; t < k; ++t) base[t] *= rate[t];
    for (std::size_t t = 0; t < k; ++t) pulled[t] *= gain[t];
  }
  const double miss = tables.miss(rows.size());
  const double* start = tables.start().data();
  for (std::size_t j = 0; j < k; ++j) {
    for (std::size_t t = 0; t < k; ++t) state[j * k + t] *= base[t] * miss * start[j * k + t];
  }
  for (std::size_t t = 0; t < k; ++t) state[k * k + t] = base[t] * start[k * k + t];
}

/// The same by logarithms, for gold (other classes get 0), weights and any number of labels.
void add_logarithms(const Problem& problem, ItemIndex item, const PullTables& tables, std::span<double> base,
                    std::span<double> state);

}  // namespace assay::models
