#pragma once

#include <span>
#include <vector>

#include "assay/core/cost_matrix.h"
#include "assay/core/ids.h"

/// What a label is worth (Ipeirotis, Provost and Wang 2010; Wang, Ipeirotis and Provost 2017). An assigned label l of a
/// worker with confusion matrix C stands for the soft label
///   soft(l)_i = prior_i C(i, l) / Pr(l),   Pr(l) = sum_q prior_q C(q, l),
/// and a distribution p over the classes costs
///   expected cost  = sum_ij p_i p_j cost(i, j)          (the decision is drawn from p)
///   minimum cost   = min_j sum_i p_i cost(i, j)         (the best decision is taken).
/// A worker's cost is the mean over the labels he gives, and his quality 1 - cost / cost of a spammer: of one who draws
/// labels from the prior (expected), or of one who always gives the best constant label (minimum).
namespace assay::quality {

/// Bayes: fills `soft` (K) from the prior and Pr(label | true class) for each class; returns Pr(label). A label that
/// can't occur (Pr(label) = 0) gets the prior.
double soft_label(std::span<const double> prior, std::span<const double> likelihood, std::span<double> soft);

/// Cost of deciding by a draw from p (entries >= 0, sum 1).
[[nodiscard]] double expected_cost(std::span<const double> p, const CostMatrix& costs);

/// A decision and what it costs.
struct Decision {
  ClassIndex label = 0;
  double cost = 0;
};

/// The decision of minimum expected cost. Costs that differ by rounding only are ties: they go to the larger prior,
/// then to class order.
[[nodiscard]] Decision best_decision(std::span<const double> p, std::span<const double> prior, const CostMatrix& costs);

/// min_j sum_i p_i cost(i, j).
[[nodiscard]] double minimum_cost(std::span<const double> p, const CostMatrix& costs);

/// An item is in doubt, and worth another label, when its minimum cost is this part of the most that a decision can
/// cost: with 0/1 costs, when the decision is wrong with a probability of a quarter.
inline constexpr double kDoubtfulPart = 0.25;
/// kDoubtfulPart of the largest cost, less what rounding may take; infinite when nothing costs anything.
[[nodiscard]] double doubtful_cost(const CostMatrix& costs);

/// The most likely class, with the same rule for ties.
[[nodiscard]] ClassIndex most_likely(std::span<const double> p, std::span<const double> prior);

/// A cost or a quality in both conventions.
struct BothConventions {
  double expected = 0;
  double minimum = 0;
};

/// The quality formulas for one prior and one cost matrix. K classes.
class QualityFormula {
 public:
  QualityFormula(std::vector<double> prior, CostMatrix costs);

  [[nodiscard]] const std::vector<double>& prior() const { return prior_; }
  [[nodiscard]] const CostMatrix& costs() const { return costs_; }
  /// The cost of a spammer, who knows nothing but the prior.
  [[nodiscard]] BothConventions spammer_cost() const { return spammer_; }
  /// False when a spammer costs nothing (the prior is all on one class): quality is not defined then.
  [[nodiscard]] bool defined() const { return spammer_.expected > 0 && spammer_.minimum > 0; }

  /// Mean cost of the soft labels of a worker. `confusion` is [given][true], K^2 numbers, as Confusions::worker gives
  /// them; sum over given is 1 for each true class.
  [[nodiscard]] BothConventions worker_cost(std::span<const double> confusion) const;
  /// 1 - cost / spammer's cost, not below 0 (with costs that are no distance a worker can cost more than a spammer);
  /// NaN where not defined.
  [[nodiscard]] BothConventions quality(const BothConventions& cost) const;
  /// sum_i prior_i C(i, i).
  [[nodiscard]] double accuracy(std::span<const double> confusion) const;

 private:
  [[nodiscard]] double joint_expected_cost(std::span<const double> joint, double total) const;

  std::vector<double> prior_;
  CostMatrix costs_;
  BothConventions spammer_;
};

}  // namespace assay::quality
