#include "assay/base/random.h"

#include <cmath>
#include <numbers>

namespace assay {

std::uint64_t Random::below(std::uint64_t n) {
  // Rejects the few values that would make some results likelier than others.
  const std::uint64_t threshold = (0 - n) % n;
  for (;;) {
    const std::uint64_t x = bits();
    if (x >= threshold) return x % n;
  }
}

double Random::normal() {
  const double radius = std::sqrt(-2 * std::log(1 - uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

double Random::exponential() { return -std::log(1 - uniform()); }

// Marsaglia and Tsang 2000; shapes under 1 are drawn from shape + 1 and scaled.
double Random::gamma(double shape) {
  if (shape < 1) return gamma(shape + 1) * std::pow(1 - uniform(), 1 / shape);
  const double d = shape - 1.0 / 3.0;
  const double c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = normal();
    const double cube_root = 1 + c * x;
    if (cube_root <= 0) continue;
    const double v = cube_root * cube_root * cube_root;
    if (std::log(1 - uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

double Random::beta(double a, double b) {
  const double x = gamma(a);
  const double y = gamma(b);
  return x + y > 0 ? x / (x + y) : (uniform() * (a + b) < a ? 1.0 : 0.0);
}

void Random::dirichlet(std::span<const double> alpha, std::span<double> out) {
  double sum = 0;
  for (std::size_t i = 0; i < alpha.size(); ++i) sum += out[i] = gamma(alpha[i]);
  if (sum > 0) {
    for (double& v : out) v /= sum;
    return;
  }
  // Every gamma underflowed: with shapes this small the mass is on one entry.
  const std::size_t winner = categorical(alpha);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = i == winner ? 1.0 : 0.0;
}

std::size_t Random::categorical(std::span<const double> weights) {
  double sum = 0;
  for (const double w : weights) sum += w;
  double rest = uniform() * sum;
  for (std::size_t i = 0; i + 1 < weights.size(); ++i) {
    if (rest < weights[i]) return i;
    rest -= weights[i];
  }
  return weights.size() - 1;
}

}  // namespace assay
