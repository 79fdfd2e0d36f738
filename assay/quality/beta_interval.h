#pragma once

#include <vector>

namespace assay::quality {

struct Interval {
  double low = 0;
  double high = 1;
};

/// Central intervals of Beta distributions by the hundred thousand: quantiles are interpolated (bicubic, on the logit
/// scale) from a table over (log a, log b) that is filled once. Error under 1 % of the interval's width.
class BetaIntervals {
 public:
  /// `level` in (0, 1): 0.9 gives the 5 % and 95 % quantiles.
  explicit BetaIntervals(double level);

  /// Of Beta(a, b); a, b > 0.
  [[nodiscard]] Interval of_beta(double a, double b) const;
  /// Of the Beta with this mean and variance; a variance of 0 gives the mean twice, one that no Beta has is cut down.
  /// The end away from a parameter under `least_far_count` is taken as if the parameter were that much.
  [[nodiscard]] Interval of_moments(double mean, double variance, double least_far_count) const;

 private:
  [[nodiscard]] double lower_logit(double a, double b) const;
  [[nodiscard]] double low(double a, double b) const;
  [[nodiscard]] double high(double a, double b) const;

  double tail_;
  std::vector<double> table_;
};

}  // namespace assay::quality
