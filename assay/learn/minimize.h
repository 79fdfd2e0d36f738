#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace assay::learn {

/// The value of a smooth function at x, with its gradient written to `gradient` (same size).
using SmoothFunction = std::function<double(std::span<const double> x, std::span<double> gradient)>;

struct Minimum {
  std::vector<double> x;
  double value = 0;
  std::uint64_t steps = 0;
  bool converged = false;  ///< the largest entry of the gradient is at most `tolerance`
};

/// Limited-memory BFGS (Liu and Nocedal 1989) with ten pairs and a line search that halves or doubles the step until it
/// meets the weak Wolfe conditions. The value never rises. For convex functions.
[[nodiscard]] Minimum minimize(const SmoothFunction& function, std::vector<double> start, std::uint64_t max_steps,
                               double tolerance);

}  // namespace assay::learn
