#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "assay/quality/assessment.h"
#include "assay/quality/expected_cost.h"
#include "assay/quality/worker_value.h"

/// How sure the value of a label is, from the posterior of the worker's quality. A matrix of which little is known has
/// wide rows, and matrices drawn row by row from those are worth more than anybody would pay: rows that differ by
/// chance look like knowledge. What `quality_expected` says with its interval has gone through sampled truths, types of
/// workers and the doubt whether labels depend on the truth at all; so the value moves along one line of matrices, on
/// which each quality has its place. Below the worker's quality it is (1 - x) B + x C, rows of B all alike, the shares
/// of his labels: from blind to himself. Above it, it is C(t, g) (C(t, g) / B(g))^y where g = P(t) says t more often
/// than by chance, rows made to sum to 1, y >= 0: from himself to never erring, P the label that he would have for each
/// class if he never erred, a label a class, likeliest pairs first. Who is blind stays so.
/// The quality q has the quantile function of two halves of a normal distribution on the logit scale, whose middle is
/// the estimate and which meets the bounds of the interval. A quality whose interval reaches down to 0 has mass there:
/// the lower half of its quantiles is 0 to the estimate in a straight line, and nothing of it is sure.
namespace assay::quality {

/// Quantiles of a quality in [0, 1] from its estimate and central interval at `level`; p in (0, 1). NaN bounds are
/// 0, 1.
[[nodiscard]] double quality_quantile(const Measured& quality, double level, double p);

/// The share as a function of the quality, for one worker.
class SharePosterior {
 public:
  /// `confusion` ([given][true], K^2) is the worker's mean matrix and `value` its value by `formula`; all must outlive
  /// this, and nobody else may use `formula` meanwhile.
  SharePosterior(ValueFormula& formula, const QualityFormula& qualities, std::span<const double> confusion,
                 const WorkerValue& value, const Measured& quality, double level);

  /// The p-quantile of the share.
  [[nodiscard]] double quantile(double p);
  /// Mean over 16 quantiles, evenly spaced.
  [[nodiscard]] double mean();
  /// Pr(share >= x), within 1/500.
  [[nodiscard]] double probability_from(double x);

 private:
  [[nodiscard]] double share_at(double quality);
  void set_matrix(double place);
  [[nodiscard]] double quality_of(double place);

  ValueFormula& formula_;
  const QualityFormula& qualities_;
  std::span<const double> confusion_;
  Measured quality_;
  double level_;
  double own_quality_;
  RoughValue rough_;
  std::vector<double> blind_;       // [given]
  std::vector<std::size_t> names_;  // label by class
  std::vector<double> matrix_;      // [given][true]
};

}  // namespace assay::quality
