#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <utility>

namespace assay {

/// A small, fast, portable generator (xoshiro256**, Blackman and Vigna 2018) with its own distributions, so that a seed
/// gives the same numbers on every machine. Independent streams (one a worker, one a block) come from `stream`.
class Random {
 public:
  explicit Random(std::uint64_t seed, std::uint64_t stream = 0) {
    std::uint64_t x = seed;
    std::uint64_t y = split_mix(x) ^ (stream * 0xd1342543de82ef95ULL);
    for (auto& word : state_) word = split_mix(y);
  }

  /// 64 random bits.
  std::uint64_t bits() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }
  /// Uniform in [0, 1).
  double uniform() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }
  /// Uniform integer in [0, n); n >= 1.
  std::uint64_t below(std::uint64_t n);
  /// Standard normal.
  double normal();
  /// Exponential with mean 1.
  double exponential();
  /// Gamma with the given shape (> 0) and scale 1.
  double gamma(double shape);
  /// Beta(a, b); a, b > 0.
  double beta(double a, double b);
  /// Fills `out` with a draw from the Dirichlet with parameters `alpha` (all > 0); same size.
  void dirichlet(std::span<const double> alpha, std::span<double> out);
  /// An index drawn with the given probabilities (they need not be normalised; sum > 0).
  std::size_t categorical(std::span<const double> weights);
  /// A uniformly random permutation in place.
  template <typename T>
  void shuffle(std::span<T> values) {
    for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[below(i)]);
  }

 private:
  // SplitMix64 spreads a seed over the generator's state.
  static std::uint64_t split_mix(std::uint64_t& x) {
    x += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = x;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

  std::uint64_t state_[4];
};

}  // namespace assay
