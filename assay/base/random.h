#pragma once

#include <cstdint>
#include <span>
#include <utility>

namespace assay {

/// A small, fast, portable generator (xoshiro256**, Blackman and Vigna 2018) with its own distributions, so that a seed
/// gives the same numbers on every machine. Independent streams (one a worker, one a block) come from `stream`.
class Random {
 public:
  explicit Random(std::uint64_t seed, std::uint64_t stream = 0);

  /// 64 random bits.
  std::uint64_t bits();
  /// Uniform in [0, 1).
  double uniform();
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
  std::uint64_t state_[4];
};

}  // namespace assay
