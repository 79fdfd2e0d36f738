#pragma once

#include <span>
#include <vector>

#include "assay/base/random.h"
#include "assay/core/confusions.h"

namespace assay::quality {

/// The posterior of every worker's confusion matrix as `assay estimate` reports it, by cell means and credible bounds,
/// made into something to draw from: row t of worker w is a Dirichlet distribution with the reported means, whose
/// strength (the sum of its parameters) gives the reported bounds at the row's most uncertain cell. So what follows
/// from a folder of results and from the labels themselves is the same. The rows of a worker are drawn independently.
class ConfusionPosterior {
 public:
  /// W x K x K each, at `level` in (0, 1). A row without means (NaN, as files leave out what says nothing) gets the
  /// mean row of all workers who have one, else an even one, and the strength 1; cells that a row lacks share what is
  /// missing to 1; a row without bounds has the strength of its label counts plus K.
  ConfusionPosterior(const Confusions& mean, const Confusions& low, const Confusions& high, const Confusions& counts,
                     double level);

  [[nodiscard]] const Confusions& mean() const { return mean_; }
  [[nodiscard]] double strength(std::size_t worker, std::size_t true_class) const {
    return strength_[worker * mean_.class_count() + true_class];
  }
  /// Fills `matrix` ([given][true], K^2) with a draw.
  void draw(std::size_t worker, Random& random, std::span<double> matrix) const;

 private:
  void complete_means();

  Confusions mean_;
  std::vector<double> strength_;  // [worker][true]
};

}  // namespace assay::quality
