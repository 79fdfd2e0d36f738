#include "assay/base/random.h"

#include <cmath>
#include <numbers>

namespace assay {
namespace {

std::uint64_t rotate_left(std::uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

// SplitMix64 spreads a seed over the generator's state.
std::uint64_t split_mix(std::uint64_t& x) {
  x += 0x9e3779b97f4a7c15ULL;
  std::uint64_t z = x;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

}  // namespace

Random::Random(std::uint64_t seed, std::uint64_t stream) {
  std::uint64_t x = seed;
  std::uint64_t y = split_mix(x) ^ (stream * 0xd1342543de82ef95ULL);
  for (auto& word : state_) word = split_mix(y);
}

std::uint64_t Random::bits() {
  const std::uint64_t result = rotate_left(state_[1] * 5, 7) * 9;
  const std::uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = rotate_left(state_[3], 45);
  return result;
}

double Random::uniform() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }

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
