#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "assay/quality/confusion_posterior.h"
#include "assay/quality/workers_needed.h"

/// What a label of a worker is worth, as a share of the full price (Wang, Ipeirotis and Provost 2017, section 8.3):
///   share(d) = 1 / max(1, d),  d = how many like him do the work of one who meets the target (workers_needed.h),
/// with the continuous d, so that the share moves smoothly with his confusion matrix. Over the last tenth before `most`
/// it fades to 0: share(d) (most - d) / (most / 10) for d from 0.9 most on; from `most` on it is 0.
namespace assay::quality {

[[nodiscard]] double price_share(double workers_needed, double most);

/// The value of one confusion matrix.
struct WorkerValue {
  WorkersNeeded needed;
  double share = 0;  ///< of the full price, 0 to 1
};

/// What draws from the posterior of the matrix say of the share. Quantiles are those of the Beta distribution with the
/// same mean and variance.
struct ShareDistribution {
  double mean = 0;
  double variance = 0;

  /// Pr(share >= x).
  [[nodiscard]] double probability_from(double x) const;
};

/// See ValueFormula::rough_share.
struct RoughValue {
  double start = 0;    ///< labels up to which d is taken as it is
  double stretch = 1;  ///< of what lies beyond
  double factor = 1;   ///< of the share
};

/// How labels are given to virtual items: to each alike, or to the most doubtful first.
enum class Labelling { fixed, adaptive };

/// Values of one worker after another. Not for several threads at once.
class ValueFormula {
 public:
  /// `target` was checked (check_target).
  ValueFormula(std::vector<double> prior, CostMatrix costs, QualityTarget target, Labelling labelling);

  /// `confusion` is [given][true], K^2.
  [[nodiscard]] WorkerValue value(std::span<const double> confusion);

  /// How values of many matrices near `confusion` are worked out fast. `value` is that of `confusion`.
  [[nodiscard]] RoughValue rough_value(std::span<const double> confusion, const WorkerValue& value);

  /// The share of a matrix near the one that `rough` was made of: by exact sums of up to 250 terms and 32 labels, m <=
  /// m0; beyond m0 the cost is taken to fall as
  ///   cost(m) / cost(m0) = U(m) / U(m0) sqrt(m0 / m),   U(m) = sum over pairs i, k of weight sqrt(prior_i prior_k) B^m
  /// (B as in equal_workers.h; the exponent and the root are those of large deviations), and d (beyond m0, where that
  /// matrix needs more) is scaled so that it gets its own d. With adaptive labelling it is the share of fixed
  /// labelling, scaled to the value.
  [[nodiscard]] double rough_share(std::span<const double> confusion, const RoughValue& rough);

  /// The distribution of the share over `draw_count` draws of the worker's matrix, valued by rough_share. `value` is
  /// that of his mean matrix.
  [[nodiscard]] ShareDistribution distribution(const ConfusionPosterior& posterior, std::size_t worker,
                                               const WorkerValue& value, std::size_t draw_count, Random& random);

 private:
  EqualWorkers workers_;
  QualityTarget target_;
  Labelling labelling_;
};

}  // namespace assay::quality
