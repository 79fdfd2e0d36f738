#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "assay/models/aggregator.h"
#include "assay/models/em.h"

namespace assay::models {

/// A smooth function that is to be climbed, with many parameters that hardly depend on each other.
class Hill {
 public:
  virtual ~Hill() = default;
  /// Sets the n slopes at x and n positive numbers near the negated second derivatives; returns the value.
  /// Deterministic, whatever the threads.
  virtual double evaluate(std::span<const double> x, std::span<double> slope, std::span<double> curvature) = 0;
};

/// How a climb ended.
struct Ascent {
  Termination termination = Termination::converged;
  std::uint64_t passes = 0;       ///< evaluations, those included that led down
  std::vector<double> objective;  ///< after each evaluation that was kept, non-decreasing
};

/// Climbs from x to a local maximum, one evaluation a step when all goes well; on return x is the point that was
/// evaluated last. With slope g, curvature D, last step s and the fall y of the slope along it, the next step is
///
///   H g,  H = (1 - r s y') D^-1 (1 - r y s') + r s s',  r = 1 / s'y
///
/// Newton's step by the diagonal, corrected by what the last step taught (BFGS with a memory of one step: Nocedal 1980,
/// Liu and Nocedal 1989). `accelerate` false leaves the correction out. No parameter i moves by more than limits[i] at
/// a time, and a step that would lower the value is shortened, so the objective never falls. Memory 5 n doubles.
[[nodiscard]] Ascent climb(Hill& hill, std::vector<double>& x, std::span<const double> limits, const EmOptions& options,
                           const Context& context);

}  // namespace assay::models
