#pragma once

#include <vector>

#include "assay/base/threads.h"
#include "assay/core/confusions.h"

namespace assay::models {

/// What the crowd as a whole says of a worker whom nobody knows: one Dirichlet for each true class over the given
/// classes,
///
///   C[w][t] ~ Dirichlet(lambda[.][t] + priors[w][.][t]),        lambda[g][t] ~ Gamma(1 + v m[g][t], rate v)
///
/// learnt by maximising  sum_wt log Polya(n[w][.][t]; lambda + priors) + sum (v m log lambda - v lambda), Polya being
/// the Dirichlet-multinomial likelihood of the soft counts n. The Gamma keeps small crowds near m = strength x
/// (accuracy on the diagonal, the rest spread evenly), as if v workers had behaved so.
struct PopulationPrior {
  double strength = 4;    ///< labels a row of m sums to, > 0
  double accuracy = 0.7;  ///< share of m on the diagonal, in (0, 1)
  double workers = 20;    ///< v, > 0; large values hold lambda at m
};

/// m, [given][true], K^2 numbers.
[[nodiscard]] std::vector<double> start_of(const PopulationPrior& prior, std::size_t class_count);

/// Raises the objective above by fixed-point steps (Minka 2000, eq. 65, with the Gamma's counts added), each of which
/// can't lower it, until a step changes lambda by less than a thousandth or `most_steps` are done. O(workers with
/// labels x K^2) a step. `worker_priors` may be empty. Sums run in blocks of workers, in order.
void learn_population(const Confusions& counts, const Confusions& worker_priors, const PopulationPrior& prior,
                      int most_steps, ThreadPool& threads, std::vector<double>& lambda);

/// sum (v m log lambda - v lambda).
[[nodiscard]] double log_hyperprior(const PopulationPrior& prior, const std::vector<double>& lambda);

}  // namespace assay::models
