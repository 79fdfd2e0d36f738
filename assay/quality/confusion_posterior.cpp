#include "assay/quality/confusion_posterior.h"

#include <algorithm>
#include <cmath>

#include "assay/quality/beta_interval.h"

namespace assay::quality {
namespace {

constexpr double kLeastStrength = 0.5;
constexpr double kMostStrength = 1e7;
constexpr int kHalvings = 40;
constexpr double kLeastShape = 1e-3;

// The strength under which a Beta distribution of this mean has an interval of this width; wider is weaker.
double strength_of(const BetaIntervals& intervals, double mean, double width) {
  double low = std::log(kLeastStrength);
  double high = std::log(kMostStrength);
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    const double strength = std::exp(middle);
    const auto interval = intervals.of_beta(mean * strength, (1 - mean) * strength);
    (interval.high - interval.low > width ? low : high) = middle;
  }
  return std::exp((low + high) / 2);
}

}  // namespace

ConfusionPosterior::ConfusionPosterior(const Confusions& mean, const Confusions& low, const Confusions& high,
                                       const Confusions& counts, double level)
    : mean_(mean), strength_(mean.worker_count() * mean.class_count(), 1.0) {
  const BetaIntervals intervals(level);
  const std::size_t k = mean.class_count();
  for (std::size_t w = 0; w < mean.worker_count(); ++w) {
    for (std::size_t t = 0; t < k; ++t) {
      std::size_t widest = k;
      for (std::size_t g = 0; g < k; ++g) {
        const double p = mean.at(w, t, g);
        if (std::isnan(p) || std::isnan(low.at(w, t, g)) || std::isnan(high.at(w, t, g))) continue;
        if (widest == k || std::abs(p - 0.5) < std::abs(mean.at(w, t, widest) - 0.5)) widest = g;
      }
      double& strength = strength_[w * k + t];
      if (widest < k) {
        const double p = std::clamp(mean.at(w, t, widest), 1e-6, 1 - 1e-6);
        strength = strength_of(intervals, p, high.at(w, t, widest) - low.at(w, t, widest));
      } else if (const double n = counts.true_total(w, t); n > 0) {
        strength = n + static_cast<double>(k);
      }
    }
  }
  complete_means();
}

void ConfusionPosterior::complete_means() {
  const std::size_t k = mean_.class_count();
  std::vector<double> crowd(k * k);  // [given][true], sums over workers with whole rows
  const auto missing_in = [&](std::size_t w, std::size_t t) {
    std::size_t missing = 0;
    for (std::size_t g = 0; g < k; ++g) missing += std::isnan(mean_.at(w, t, g)) ? 1 : 0;
    return missing;
  };
  for (std::size_t w = 0; w < mean_.worker_count(); ++w) {
    for (std::size_t t = 0; t < k; ++t) {
      if (missing_in(w, t) > 0) continue;
      for (std::size_t g = 0; g < k; ++g) crowd[g * k + t] += mean_.at(w, t, g);
    }
  }
  for (std::size_t w = 0; w < mean_.worker_count(); ++w) {
    for (std::size_t t = 0; t < k; ++t) {
      const std::size_t missing = missing_in(w, t);
      double sum = 0;
      for (std::size_t g = 0; g < k; ++g) {
        double& p = mean_.at(w, t, g);
        if (std::isnan(p) && missing == k) p = crowd[g * k + t] + 1e-9;
        if (!std::isnan(p)) sum += p;
      }
      if (missing > 0 && missing < k) {
        const double each = std::max(1 - sum, 0.0) / static_cast<double>(missing);
        for (std::size_t g = 0; g < k; ++g) {
          if (std::isnan(mean_.at(w, t, g))) mean_.at(w, t, g) = each;
        }
        sum = std::max(sum, 1.0);
      }
      for (std::size_t g = 0; g < k; ++g) mean_.at(w, t, g) /= sum;
    }
  }
}

void ConfusionPosterior::draw(std::size_t worker, Random& random, std::span<double> matrix) const {
  const std::size_t k = mean_.class_count();
  for (std::size_t t = 0; t < k; ++t) {
    double sum = 0;
    for (std::size_t g = 0; g < k; ++g) {
      const double shape = std::max(mean_.at(worker, t, g) * strength(worker, t), kLeastShape);
      sum += matrix[g * k + t] = random.gamma(shape);
    }
    for (std::size_t g = 0; g < k; ++g) matrix[g * k + t] = sum > 0 ? matrix[g * k + t] / sum : mean_.at(worker, t, g);
  }
}

}  // namespace assay::quality
