#pragma once

#include <cstdint>
#include <span>

#include "assay/base/matrix.h"
#include "assay/core/confusions.h"

namespace assay::quality {

/// What the crowd as a whole says of a worker before he has labelled anything: row t of his confusion matrix is drawn from
/// the Dirichlet with parameters alpha(t, .). Its strength, the sum of alpha(t, .), is how many labels of one's own
/// outweigh the crowd: small where workers differ a lot, large where they are alike.
struct Population {
  Matrix<double> alpha;  ///< [true][given], all > 0

  /// From the counts of all workers by moments: a start for `improve`.
  [[nodiscard]] static Population from_counts(const Confusions& counts);

  /// One step of the fixed-point iteration of Minka (2000, "Estimating a Dirichlet distribution", eq. 55) towards the
  /// parameters under which the counts are likeliest; counts [worker][given][true]. Looks at 1,000 workers at most, evenly
  /// spaced. O(workers K^2).
  void improve(std::span<const float> counts, std::size_t worker_count);

  [[nodiscard]] double strength(std::size_t true_class) const;
  /// Mean of row t at class g.
  [[nodiscard]] double mean(std::size_t true_class, std::size_t given) const;
};

/// Posterior means (counts + alpha) / (their sum) for every worker: [worker][true][given], rows sum to 1, never NaN.
[[nodiscard]] Confusions shrink_to_population(const Confusions& counts, const Population& population);

}  // namespace assay::quality
