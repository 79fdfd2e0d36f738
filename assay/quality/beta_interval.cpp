#include "assay/quality/beta_interval.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "assay/base/numerics.h"

namespace assay::quality {
namespace {

// Grid over log a and log b.
constexpr double kLeast = 0.02;
constexpr double kMost = 1e6;
constexpr std::size_t kSteps = 40;
constexpr double kNeverLogit = 40;

const double kFirst = std::log(kLeast);
const double kStep = (std::log(kMost) - std::log(kLeast)) / (kSteps - 1);

double logit(double p) {
  if (p <= 0) return -kNeverLogit;
  if (p >= 1) return kNeverLogit;
  return std::clamp(std::log(p) - std::log1p(-p), -kNeverLogit, kNeverLogit);
}

// On the logit scale the quantile is log(a / b) + z sqrt(1/a + 1/b) for large a and b: what is left after that is
// smooth.
double spread(double a, double b) { return std::sqrt(1 / a + 1 / b); }

// Weights of cubic interpolation (Catmull and Rom) between the middle two of four points.
std::array<double, 4> cubic(double x) {
  const double x2 = x * x;
  const double x3 = x2 * x;
  return {(-x3 + 2 * x2 - x) / 2, (3 * x3 - 5 * x2 + 2) / 2, (-3 * x3 + 4 * x2 + x) / 2, (x3 - x2) / 2};
}

struct Place {
  std::size_t cell;
  double within;
};

Place place(double value) {
  const double at = std::clamp((std::log(std::max(value, kLeast)) - kFirst) / kStep, 1.0, double(kSteps) - 2.000001);
  const auto cell = static_cast<std::size_t>(at);
  return {cell, at - static_cast<double>(cell)};
}

}  // namespace

BetaIntervals::BetaIntervals(double level) : tail_((1 - level) / 2), table_(kSteps * kSteps) {
  for (std::size_t i = 0; i < kSteps; ++i) {
    for (std::size_t j = 0; j < kSteps; ++j) {
      const double a = std::exp(kFirst + kStep * double(i));
      const double b = std::exp(kFirst + kStep * double(j));
      table_[i * kSteps + j] = (logit(beta_quantile(tail_, a, b)) - std::log(a / b)) / spread(a, b);
    }
  }
}

double BetaIntervals::lower_logit(double a, double b) const {
  const auto pa = place(a);
  const auto pb = place(b);
  const auto wa = cubic(pa.within);
  const auto wb = cubic(pb.within);
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const double* row = &table_[(pa.cell - 1 + i) * kSteps + pb.cell - 1];
    sum += wa[i] * (wb[0] * row[0] + wb[1] * row[1] + wb[2] * row[2] + wb[3] * row[3]);
  }
  return std::log(a / b) + sum * spread(a, b);
}

double BetaIntervals::low(double a, double b) const { return 1 / (1 + std::exp(-lower_logit(a, b))); }
double BetaIntervals::high(double a, double b) const { return 1 / (1 + std::exp(lower_logit(b, a))); }

Interval BetaIntervals::of_beta(double a, double b) const { return {low(a, b), high(a, b)}; }

Interval BetaIntervals::of_moments(double mean, double variance, double least_far_count) const {
  mean = std::clamp(mean, 0.0, 1.0);
  const double most = mean * (1 - mean);
  if (!(variance > 0) || most <= 0) return {mean, mean};
  const double strength = std::max(most / variance - 1, 2 * kLeast);
  const double a = std::max(mean * strength, kLeast);
  const double b = std::max((1 - mean) * strength, kLeast);
  return {low(a, std::max(b, least_far_count)), high(std::max(a, least_far_count), b)};
}

}  // namespace assay::quality
