#include "assay/quality/equal_workers.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "assay/quality/expected_cost.h"

namespace assay::quality {
namespace {

// A branch of the sum that holds less than this is left out.
constexpr double kNegligible = 1e-17;
// Of fewer labels no branch is worth looking at before it is summed.
constexpr std::uint32_t kFew = 24;
constexpr std::size_t kLanes = 4;

std::size_t pairs_before(std::size_t r, std::size_t classes) { return r * (r + 1) / 2 * classes; }

double power(double base, std::uint32_t exponent) {
  double out = 1;
  for (; exponent > 0; exponent >>= 1U, base *= base) {
    if ((exponent & 1U) != 0) out *= base;
  }
  return out;
}

}  // namespace

EqualWorkers::EqualWorkers(std::vector<double> prior, CostMatrix costs)
    : prior_(std::move(prior)), costs_(std::move(costs)) {
  const std::size_t k = prior_.size();
  spammer_cost_ = minimum_cost(prior_, costs_);
  for (std::size_t i = 0; i < k; ++i) {
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t t = 0; t < k; ++t) least = std::min(least, costs_(i, t));
    perfect_cost_ += prior_[i] * least;
    for (std::size_t j = 0; j < i; ++j) {
      double weight = std::numeric_limits<double>::infinity();
      for (std::size_t t = 0; t < k; ++t) weight = std::min(weight, costs_(i, t) + costs_(j, t));
      if (weight > 0 && prior_[i] > 0 && prior_[j] > 0) {
        pairs_.push_back({weight, (prior_[i] + prior_[j]) / 2, prior_[i] * prior_[j], i, j});
      }
    }
  }
  log_overlap_.resize(pairs_.size());
  rest_.resize(k * k);
  prefix_.resize(k * k);
}

void EqualWorkers::set(std::span<const double> confusion) {
  const std::size_t k = prior_.size();
  confusion_.assign(confusion.begin(), confusion.end());
  for (std::size_t p = 0; p < pairs_.size(); ++p) {
    double overlap = 0;
    for (std::size_t g = 0; g < k; ++g) {
      overlap += std::sqrt(confusion_[g * k + pairs_[p].i] * confusion_[g * k + pairs_[p].k]);
    }
    log_overlap_[p] = std::log(std::min(overlap, 1.0));
  }
  for (std::size_t g = k; g-- > 0;) {
    for (std::size_t i = 0; i < k; ++i) {
      rest_[g * k + i] = std::min(1.0, confusion_[g * k + i] + (g + 1 < k ? rest_[(g + 1) * k + i] : 0.0));
    }
  }
  pair_terms_.clear();
  pairs_end_ = 0;
}

double EqualWorkers::term_count(std::uint32_t m) const {
  double out = 1;
  for (std::size_t i = 1; i < prior_.size() && out < 1e300; ++i) out = out * (m + double(i)) / double(i);
  return out < 1e300 ? out : std::numeric_limits<double>::infinity();
}

double EqualWorkers::least_cost(std::uint32_t m) const {
  double out = perfect_cost_;
  for (std::size_t p = 0; p < pairs_.size(); ++p) {
    const auto& pair = pairs_[p];
    const double overlap = pair.product * std::exp(2 * m * log_overlap_[p]);
    const double square = pair.half_sum * pair.half_sum;
    // a - sqrt(a^2 - x) without cancellation.
    const double least = overlap / (pair.half_sum + std::sqrt(std::max(square - overlap, 0.0)));
    out = std::max(out, pair.weight * least);
  }
  return out;
}

double EqualWorkers::decay(double m) const {
  double sum = 0;
  for (std::size_t p = 0; p < pairs_.size(); ++p) {
    sum += pairs_[p].weight * std::sqrt(pairs_[p].product) * std::exp(m * log_overlap_[p]);
  }
  return sum;
}

double EqualWorkers::cost(std::uint32_t m) {
  if (m == 0) return spammer_cost_;
  switch (prior_.size()) {
    case 1:
      return spammer_cost_;
    case 2:
      return sum_terms<2>(m);
    case 3:
      return sum_terms<3>(m);
    case 4:
      return sum_terms<4>(m);
    case 5:
      return sum_terms<5>(m);
    default:
      return sum_terms<0>(m);
  }
}

// Pascal's triangle with the two probabilities as weights.
void EqualWorkers::extend_pairs(std::uint32_t m) {
  const std::size_t k = prior_.size();
  if (pairs_end_ > m) return;
  pair_terms_.resize(pairs_before(m + 1, k));
  for (std::size_t r = pairs_end_; r <= m; ++r) {
    double* row = pair_terms_.data() + pairs_before(r, k);
    const double* above = r > 0 ? pair_terms_.data() + pairs_before(r - 1, k) : nullptr;
    for (std::size_t i = 0; i < k; ++i, row += r + 1) {
      if (above == nullptr) {
        row[0] = 1;
        continue;
      }
      const double said = confusion_[(k - 2) * k + i];
      const double other = confusion_[(k - 1) * k + i];
      row[0] = other * above[0];
      for (std::size_t a = 1; a < r; ++a) row[a] = said * above[a - 1] + other * above[a];
      row[r] = said * above[r - 1];
      above += r;
    }
  }
  pairs_end_ = m + 1;
}

template <std::size_t K>
double EqualWorkers::sum_terms(std::uint32_t m) {
  extend_pairs(m);
  std::copy(prior_.begin(), prior_.end(), prefix_.begin());
  return branch<K>(0, m);
}

// The sum over how often the classes from `given` on were said, `rest` labels in all.
template <std::size_t K>
double EqualWorkers::branch(std::size_t given, std::uint32_t rest) {
  const std::size_t k = K > 0 ? K : prior_.size();
  const double* factor = prefix_.data() + given * k;
  if (given + 2 == k) return leaves<K>(rest, factor);
  double* next = prefix_.data() + (given + 1) * k;
  for (std::size_t i = 0; i < k; ++i) next[i] = factor[i];
  double sum = 0;
  for (std::uint32_t n = 0;; ++n) {
    const std::uint32_t left = rest - n;
    if (left < kFew || held_by<K>(given + 1, left, next) > kNegligible) sum += branch<K>(given + 1, left);
    if (left == 0) return sum;
    const double ways = static_cast<double>(left) / static_cast<double>(n + 1);
    for (std::size_t i = 0; i < k; ++i) next[i] *= confusion_[given * k + i] * ways;
  }
}

// The probability of the branch, at most, given any true class.
template <std::size_t K>
double EqualWorkers::held_by(std::size_t given, std::uint32_t rest, const double* factor) const {
  const std::size_t k = K > 0 ? K : prior_.size();
  double held = 0;
  for (std::size_t i = 0; i < k; ++i) held = std::max(held, factor[i] * power(rest_[given * k + i], rest));
  return held;
}

template <std::size_t K>
double EqualWorkers::leaves(std::uint32_t rest, const double* prefix) const {
  const std::size_t k = K > 0 ? K : prior_.size();
  const double* terms = pair_terms_.data() + pairs_before(rest, k);
  const std::size_t n = rest + 1;
  std::array<double, std::max<std::size_t>(K, 1)> fixed;
  thread_local std::vector<double> any;
  if constexpr (K == 0) any.resize(k);
  double* weight = K > 0 ? fixed.data() : any.data();
  std::array<double, kLanes> sum{};
  if (costs_.is_zero_one()) {
    const auto term = [&](std::size_t a) {
      double total = 0;
      double largest = 0;
      for (std::size_t i = 0; i < k; ++i) {
        const double w = prefix[i] * terms[i * n + a];
        total += w;
        largest = std::max(largest, w);
      }
      return total - largest;
    };
    std::size_t a = 0;
    for (; a + kLanes <= n; a += kLanes) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) sum[lane] += term(a + lane);
    }
    for (; a < n; ++a) sum[0] += term(a);
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
  }
  for (std::size_t a = 0; a < n; ++a) {
    for (std::size_t i = 0; i < k; ++i) weight[i] = prefix[i] * terms[i * n + a];
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t t = 0; t < k; ++t) {
      double at = 0;
      for (std::size_t i = 0; i < k; ++i) at += weight[i] * costs_(i, t);
      least = std::min(least, at);
    }
    sum[0] += least;
  }
  return sum[0];
}

}  // namespace assay::quality
