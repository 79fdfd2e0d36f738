#pragma once

#include <memory>

#include "assay/models/em.h"
#include "assay/models/population_prior.h"
#include "assay/models/registry.h"

namespace assay::models {

/// Dawid and Skene with everything unknown treated as unknown: confusion rows have a Dirichlet prior that the crowd as
/// a whole teaches (population_prior.h), so a worker with three labels borrows from everyone; variational Bayes finds
/// it all.
///
///   q(C[w][t]) = Dirichlet(A[w][.][t]),  A[w][g][t] = lambda[g][t] + priors[w][g][t] + n[w][g][t]
///   q(prior)   = Dirichlet(b + n[t])                                         (or the fixed prior)
///   E: p_o(t) ~ exp(E log prior[t] + sum_{(w,g) on o} E log C[w][t][g]),  E log = psi(A) - psi(row total of A)
///   objective (never falls): the evidence lower bound  sum_o log sum_t exp(...) - sum_wt KL(q(C[w][t]) || its prior)
///     - KL(q(prior) || Dirichlet(b)) + log density of lambda;  lambda is raised between rounds of EM
///
/// Returned: posterior means of C and of the prior. Time O(N K + W K^2) a pass; memory as dawid_skene. Not when the
/// crowd is two crowds with opposite habits: one mean row then fits nobody with few labels. Source: Kim and Ghahramani
/// 2012 (independent BCC); Beal 2003, section 2.4; Minka 2000, Estimating a Dirichlet distribution.
struct BayesDawidSkeneOptions : EmOptions {
  double strength = 4;            ///< see PopulationPrior, labels, > 0
  double accuracy = 0.7;          ///< see PopulationPrior, in (0, 1)
  double workers = 20;            ///< see PopulationPrior, > 0
  double prior_pseudo_count = 1;  ///< b, items, > 0
};

[[nodiscard]] const OptionTable<BayesDawidSkeneOptions>& bayes_dawid_skene_options();
[[nodiscard]] std::unique_ptr<Aggregator> make_bayes_dawid_skene(const BayesDawidSkeneOptions& options);
[[nodiscard]] ModelInfo bayes_dawid_skene_info();

}  // namespace assay::models
