#pragma once

#include <span>
#include <vector>

#include "assay/core/ids.h"

namespace assay::models {

/// The mathematics of one item of glad.h, as a function of its log easiness b (and of the abilities of its workers).
///
/// With x_l = ability_l exp(b) and s the logistic function, log Pr(label | t) is  log s(x)  when the label is t, else
/// log(1 - s(x)) - log(K - 1). Up to a constant,
///
///   F(b) = log sum_t prior[t] prod_l Pr(label_l | t) - (b - mean)^2 / (2 deviation^2)
///        = log sum_t exp(score[t]) - sum_l weight_l (softplus(x_l) + log(K - 1)) - (b - mean)^2 / (2 deviation^2),
///   score[t] = log prior[t] + sum over labels t of weight_l (x_l + log(K - 1))
///
/// so that one exp a label is all that is needed, and nothing overflows. dF/dx_l = weight_l (p(label_l) - s(x_l)).
class GladItem {
 public:
  struct EasinessPrior {
    double mean = 1;
    double deviation = 1;
  };

  /// K >= 2 classes.
  GladItem(std::size_t class_count, const EasinessPrior& prior);

  /// Takes the item's labels: abilities and weights (empty: 1) parallel to them. `log_prior` has K entries; `gold`
  /// clamps the posterior (kNoClass: none), and then counts its log prior only when `gold_in_prior`.
  void load(std::span<const ClassIndex> labels, std::span<const double> abilities, std::span<const double> weights,
            std::span<const double> log_prior, ClassIndex gold, bool gold_in_prior);

  /// Sets posterior(), correct() and the three numbers below for this b.
  void evaluate(double b);
  [[nodiscard]] double value() const { return value_; }          ///< F(b)
  [[nodiscard]] double slope() const { return slope_; }          ///< dF/db
  [[nodiscard]] double curvature() const { return curvature_; }  ///< > 0, Fisher's information plus the prior's
  [[nodiscard]] double easiness() const { return easiness_; }    ///< exp(b)
  [[nodiscard]] std::span<const double> posterior() const { return posterior_; }
  [[nodiscard]] std::span<const double> correct() const { return correct_; }  ///< s(x_l)

  /// One damped scoring step from b that does not lower F; leaves the item evaluated at the returned b.
  double climb(double b);

 private:
  void set_posterior();

  std::size_t class_count_;
  EasinessPrior prior_;
  double log_others_;  // log(K - 1)
  std::span<const ClassIndex> labels_;
  std::span<const double> abilities_, weights_, log_prior_;
  ClassIndex gold_ = kNoClass;
  bool gold_in_prior_ = false;
  std::vector<double> ability_sums_, weight_sums_;  // by class
  std::vector<double> scores_, posterior_, correct_, decay_;
  double value_ = 0, slope_ = 0, curvature_ = 1, evidence_ = 0, easiness_ = 1;
};

}  // namespace assay::models
