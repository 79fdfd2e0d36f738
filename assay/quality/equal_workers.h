#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "assay/core/cost_matrix.h"

/// What m workers with one and the same confusion matrix C would achieve on an item (Wang, Ipeirotis and Provost 2017,
/// section 8.3). Their labels matter by how often each class was said, n = (n_1 .. n_K) with sum m:
///   cost(m) = sum_n min_t sum_i cost(i, t) prior_i m!/(n_1! .. n_K!) prod_j C(i, j)^n_j,
/// the expected minimum cost of a decision that knows all labels. cost(0) is the spammer's, and cost(m) never rises.
namespace assay::quality {

/// cost(m) of one confusion matrix after another. K classes. Not for several threads at once.
class EqualWorkers {
 public:
  /// `prior` has K probabilities.
  EqualWorkers(std::vector<double> prior, CostMatrix costs);

  /// The matrix that the questions below are about: [given][true], K^2, as Confusions::worker gives it.
  void set(std::span<const double> confusion);

  [[nodiscard]] const std::vector<double>& prior() const { return prior_; }
  [[nodiscard]] const CostMatrix& costs() const { return costs_; }
  [[nodiscard]] std::span<const double> confusion() const { return confusion_; }

  [[nodiscard]] double spammer_cost() const { return spammer_cost_; }
  /// The cost of knowing the truth, sum_i prior_i min_t cost(i, t): 0 unless a class can't be decided for free.
  [[nodiscard]] double perfect_cost() const { return perfect_cost_; }

  /// How many terms the sum over n has: (m + K - 1 choose K - 1); infinity where that exceeds 1e300.
  [[nodiscard]] double term_count(std::uint32_t m) const;
  /// The sum itself, in O(term_count K), for 0/1 costs, times K for others. Branches that hold less than 1e-17 of the
  /// probability are left out, which changes the result by less than 1e-10.
  [[nodiscard]] double cost(std::uint32_t m);

  /// A lower bound of cost(m) in O(K^2): the largest over pairs of classes i, k of
  ///   min_t (cost(i, t) + cost(k, t)) (a - sqrt(a^2 - prior_i prior_k B^2m)),  a = (prior_i + prior_k) / 2,
  /// B = sum_j sqrt(C(i, j) C(k, j)), since sum_n min(x, y) over two distributions is at least that (Cauchy-Schwarz).
  [[nodiscard]] double least_cost(std::uint32_t m) const;

  /// How fast cost(m) falls when m is large, up to a factor: sum over pairs i, k of
  /// min_t (cost(i, t) + cost(k, t)) sqrt(prior_i prior_k) B^m; any m >= 0.
  [[nodiscard]] double decay(double m) const;

 private:
  void extend_pairs(std::uint32_t m);
  template <std::size_t K>
  double sum_terms(std::uint32_t m);
  template <std::size_t K>
  double branch(std::size_t given, std::uint32_t rest);
  template <std::size_t K>
  double held_by(std::size_t given, std::uint32_t rest, const double* factor) const;
  template <std::size_t K>
  double leaves(std::uint32_t rest, const double* prefix) const;

  struct Pair {
    double weight;    // min_t (cost(i, t) + cost(k, t))
    double half_sum;  // (prior_i + prior_k) / 2
    double product;   // prior_i prior_k
    std::size_t i, k;
  };

  std::vector<double> prior_;
  CostMatrix costs_;
  double spammer_cost_ = 0, perfect_cost_ = 0;
  std::vector<Pair> pairs_;
  std::vector<double> confusion_;    // [given][true]
  std::vector<double> log_overlap_;  // of each pair: log B
  std::vector<double> rest_;         // [given][true]: Pr(this class or a later one)
  // Binomial terms of the last two classes, [r][true][a]: (r choose a) C(i, K-2)^a C(i, K-1)^(r-a), for r < pairs_end_.
  std::vector<double> pair_terms_;
  std::uint32_t pairs_end_ = 0;
  std::vector<double> prefix_;  // [given][true]: the factor of each true class before that class was looked at
};

}  // namespace assay::quality
