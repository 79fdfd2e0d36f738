#include "assay/quality/population.h"

#include <algorithm>
#include <vector>

#include "assay/base/numerics.h"

namespace assay::quality {
namespace {

constexpr std::size_t kMaxWorkers = 1000;
constexpr double kLeastAlpha = 0.01;
constexpr double kMostStrength = 200;
constexpr double kFirstStrength = 2;
// Pseudo-counts on the pooled row, so that classes nobody used keep a chance.
constexpr double kPooledPseudoCount = 0.5;

// Differences digamma(n + a) - digamma(a) are 0 for most cells: n is 0 there.
double digamma_rise(double n, double a) { return n > 0 ? digamma(n + a) - digamma(a) : 0.0; }

}  // namespace

double Population::strength(std::size_t true_class) const {
  double sum = 0;
  for (const double a : alpha.row(true_class)) sum += a;
  return sum;
}

double Population::mean(std::size_t true_class, std::size_t given) const {
  return alpha(true_class, given) / strength(true_class);
}

Population Population::from_counts(const Confusions& counts) {
  const std::size_t k = counts.class_count();
  Population out{Matrix<double>(k, k, kPooledPseudoCount / static_cast<double>(k))};
  // Each worker counts as at most a few labels: the crowd is made of workers, not of its most active one.
  for (std::size_t w = 0; w < counts.worker_count(); ++w) {
    for (std::size_t t = 0; t < k; ++t) {
      const double total = counts.true_total(w, t);
      for (std::size_t g = 0; g < k; ++g) out.alpha(t, g) += counts.at(w, t, g) / (1 + total);
    }
  }
  for (std::size_t t = 0; t < k; ++t) {
    const double scale = kFirstStrength / out.strength(t);
    for (double& a : out.alpha.row(t)) a = std::max(a * scale, kLeastAlpha);
  }
  return out;
}

void Population::improve(std::span<const float> counts, std::size_t worker_count) {
  const std::size_t k = alpha.rows();
  const std::size_t stride = std::max<std::size_t>(1, worker_count / kMaxWorkers);
  std::vector<double> rise(k);
  for (std::size_t t = 0; t < k; ++t) {
    const double s = strength(t);
    double total_rise = 0;
    std::fill(rise.begin(), rise.end(), 0.0);
    for (std::size_t w = 0; w < worker_count; w += stride) {
      double total = 0;
      for (std::size_t g = 0; g < k; ++g) {
        const double n = static_cast<double>(counts[(w * k + g) * k + t]);
        total += n;
        rise[g] += digamma_rise(n, alpha(t, g));
      }
      total_rise += digamma_rise(total, s);
    }
    if (!(total_rise > 0)) continue;
    for (std::size_t g = 0; g < k; ++g) {
      // A Gamma(2, 1) hyperprior on the strength keeps small crowds from certainty.
      alpha(t, g) = std::max(alpha(t, g) * rise[g] / (total_rise + 0.5), kLeastAlpha);
    }
    const double scale = kMostStrength / std::max(strength(t), kMostStrength);
    for (double& a : alpha.row(t)) a *= scale;
  }
}

Confusions shrink_to_population(const Confusions& counts, const Population& population) {
  const std::size_t k = counts.class_count();
  Confusions out(counts.worker_count(), k);
  for (std::size_t t = 0; t < k; ++t) {
    const double s = population.strength(t);
    for (std::size_t w = 0; w < counts.worker_count(); ++w) {
      const double total = counts.true_total(w, t) + s;
      for (std::size_t g = 0; g < k; ++g) out.at(w, t, g) = (counts.at(w, t, g) + population.alpha(t, g)) / total;
    }
  }
  return out;
}

}  // namespace assay::quality
