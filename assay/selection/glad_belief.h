#pragma once

#include <optional>
#include <span>
#include <vector>

#include "assay/selection/strategy.h"

namespace assay::selection {

/// What glad (assay/models/glad.h) finds of workers and items, and what that makes of an item's labels, those that came
/// since included:
///
///   Pr(t | labels) ~ prior(t) prod_l Pr(l | t),   Pr(l | t) = s(a e^b) if l = t, else (1 - s(a e^b)) / (K - 1)
///
/// with the worker's fitted ability a and the item's fitted log easiness b. K classes.
class GladBelief {
 public:
  /// Fits glad with its own options to the situation's labels, gold and fixed prior. The situation outlives the
  /// belief's use.
  void fit(const Situation& situation);

  /// Fills `out` (K) with the item's posterior. Gold is clamped; weights of labels count as they did in the fit.
  void posterior(const ItemView& item, std::span<double> out) const;
  /// Pr(right | item) of a worker of mean ability over all workers with labels.
  [[nodiscard]] double new_worker_right(ItemIndex item) const;

 private:
  [[nodiscard]] double ability(WorkerIndex worker) const;
  [[nodiscard]] double easiness(ItemIndex item) const;

  const Situation* situation_ = nullptr;
  std::vector<double> ability_;     // by worker, a
  std::vector<double> difficulty_;  // by item, e^-b
  std::vector<double> log_prior_;   // K
  double mean_ability_ = 0;
};

}  // namespace assay::selection
