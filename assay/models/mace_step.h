#pragma once

#include <span>

#include "assay/models/class_prior.h"
#include "assay/models/em.h"

namespace assay::models {

/// A worker of mace.h: knows[0] = v, spam[g] = u[g]; or exp of their expected logarithms.
///
/// All that her counts say is  d[g] = n[g][g]  and  e[g] = sum over t != g of n[t][g].
///
/// maximize_mace solves   max sum_g d[g] log(v + u[g]) + e[g] log u[g] + a log v   over the simplex (e with
/// pseudo-counts). With multiplier m = sum d + sum e + a each u[g] is the positive root of  m u^2 + (m v - d - e) u - e
/// v = 0,  and v is the root of  v + sum_g u[g](v) = 1,  which lies in [0, 1] and is found by bisection. Returns v,
/// fills u (size K). All counts >= 0; without any, v = u[g] = 1 / (K + 1).
double maximize_mace(std::span<const double> d, std::span<const double> e, double a, std::span<double> u);

/// The M-step of mace.h by maximum a posteriori.
class MaceMapStep final : public MStep {
 public:
  MaceMapStep(const Problem& problem, ClassPrior prior, double pseudo_count)
      : problem_(problem), prior_(std::move(prior)), pseudo_count_(pseudo_count) {}
  double maximize_prior(const std::vector<double>& class_counts, std::vector<double>& prior) const override {
    return prior_.update(class_counts, prior);
  }
  double maximize_workers(const Confusions& counts, std::size_t begin, std::size_t end,
                          Confusions& table) const override;

 private:
  const Problem& problem_;
  ClassPrior prior_;
  double pseudo_count_;
};

/// The M-step of mace.h by variational Bayes: q(s) = Beta, q(habit) = Dirichlet, and which labels are spam, by
/// coordinate ascent from the mean of the prior, the same number of steps for everybody.
class MaceVariationalStep final : public MStep {
 public:
  MaceVariationalStep(const Problem& problem, ClassPrior prior) : problem_(problem), prior_(std::move(prior)) {}
  double maximize_prior(const std::vector<double>& class_counts, std::vector<double>& prior) const override {
    return prior_.update(class_counts, prior);
  }
  double maximize_workers(const Confusions& counts, std::size_t begin, std::size_t end,
                          Confusions& table) const override;

 private:
  const Problem& problem_;
  ClassPrior prior_;
};

}  // namespace assay::models
