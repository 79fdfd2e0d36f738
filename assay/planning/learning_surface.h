#pragma once

#include <span>
#include <vector>

namespace assay::planning {

/// One measured point: a classifier trained on `items` items whose labels had `kept` times today's correlation with the
/// truth (1: as they are; 0.5: half of them exchanged for others) scored `score`.
struct SurfacePoint {
  double items = 0;
  double kept = 1;
  double score = 0;
};

/// The score of a classifier by the items that it is trained on and by what their labels tell:
///   score = floor + height (effective / (effective + half))^power,   effective = items (r / r_now)^weight
/// with r the reliability of the labels. It starts from what no features give (floor), grows like effective^power while
/// noise rules, and ends at floor + height. With power 1/2 the fraction is the cosine between the fitted and the best
/// direction of a linear classifier whose weights have errors of variance ~ 1 / effective. `weight` 1 says that noise
/// acts as if there were fewer items; more, that it hurts more than that.
struct LearningSurface {
  double floor = 0;
  double height = 0;
  double half = 1;
  double power = 0.5;
  double weight = 1;
  [[nodiscard]] double at_effective(double effective) const;
  [[nodiscard]] double effective(double items, double relative) const;
};

/// What is believed before anything is measured: weight ~ N(weight, 0.3^2), log power ~ N(log power, 0.4^2).
struct SurfacePrior {
  double weight = 1;
  double power = 0.5;
};

/// Least squares over a grid of half, power and weight, 0 <= height <= 1 - floor, with the prior in units of the spread
/// of the residuals.
[[nodiscard]] LearningSurface fit_surface(std::span<const SurfacePoint> points, double floor,
                                          const SurfacePrior& prior);

}  // namespace assay::planning
