#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "assay/base/matrix.h"
#include "assay/selection/strategy.h"

namespace assay::selection {

/// What is believed of items and workers where items differ in how easy they are, and nobody's error rates are known
/// for sure. O items, W workers, K classes, E = 7 levels of easiness.
///
///   Pr(w says t | true t, easiness b) = s(a_wt e^b) ,   s(x) = 1 / (1 + (K-1) e^-x)
///   Pr(w says g | true t, easiness b) = (1 - s(a_wt e^b)) share_w(t, g),  share_w: how w's errors on t are spread,
///                                       by the estimate's confusion matrices
///   a_wt ~ Normal(m_t, v_t),  b ~ Normal(0, u) on the grid -2, -1.2, -0.6, 0, 0.6, 1.2, 2
///
/// EM: items' joint posteriors over class and level, then a_wt by Newton's method on their soft counts, its variance by
/// Laplace, m, v, u and the class prior by their moments with a few pseudo-observations (m = 1, v = 1, u = 0.7). Doubt
/// about a_wt is averaged over as in MacKay 1992: x / sqrt(1 + pi/8 variance e^2b) for x. Two classes: the model of
/// Whitehill et al. 2009 with an ability for each class. O(labels K E) a pass, memory O(W K E).
class CrowdBelief {
 public:
  static constexpr std::size_t kLevels = 7;

  /// At most so many passes, fewer once no ability moves by 0.001. Starts from the abilities of the last fit where
  /// there are any. The situation outlives the belief's use.
  void fit(const Situation& situation, int passes);

  /// Fills `out` (K x E, class by class) with Pr(class, level | labels); rows as ItemView::rows.
  void joint(ItemIndex item, std::span<const std::uint32_t> rows, std::span<double> out) const;

  /// Pr(given t | true t, level); without a worker for a new one.
  [[nodiscard]] double right(std::optional<WorkerIndex> worker, std::size_t true_class, std::size_t level) const {
    return worker ? right_[at(*worker, true_class) + level] : new_right_(true_class, level);
  }
  /// How a worker's errors on a class are spread: Pr(given g | true t, wrong), for g != t.
  [[nodiscard]] double share(std::optional<WorkerIndex> worker, std::size_t true_class, std::size_t given) const;
  [[nodiscard]] const std::vector<double>& prior() const { return prior_; }

 private:
  struct RightCounts;
  // Passes and steps return how far the ability that moved most did.
  void start(std::size_t worker_count);
  double pass();
  void count_block(std::size_t first, std::size_t last, RightCounts& counts) const;
  double improve_abilities(const RightCounts& counts);
  void improve_population(const RightCounts& counts);
  void set_tables();
  [[nodiscard]] double log_share(WorkerIndex worker, std::size_t true_class, std::size_t given) const;
  [[nodiscard]] std::size_t at(std::size_t worker, std::size_t true_class) const {
    return (worker * class_count_ + true_class) * kLevels;
  }

  const Situation* situation_ = nullptr;
  std::size_t class_count_ = 0;
  std::size_t worker_count_ = 0;
  std::vector<double> prior_;
  std::vector<double> level_weight_;
  std::vector<double> log_start_;  // K x E: log of class prior x level weight
  double easiness_variance_ = 1;
  std::vector<double> ability_, variance_;             // W x K
  std::vector<double> ability_mean_, ability_spread_;  // K: m, v
  std::vector<double> right_, log_right_, log_wrong_;  // W x K x E
  Matrix<double> new_right_;                           // K x E
  std::vector<double> new_worker_;                     // K^2 [given][true]
};

}  // namespace assay::selection
