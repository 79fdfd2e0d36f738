#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>

#include "assay/quality/equal_workers.h"

/// How many workers like this one do the work of one who meets the specification (Wang, Ipeirotis and Provost 2017,
/// definition 1): the fewest m with cost(m) <= target (equal_workers.h).
namespace assay::quality {

/// What is asked for.
struct QualityTarget {
  double cost = 0;           ///< the expected minimum cost of an item to be reached
  std::uint32_t most = 200;  ///< workers at most, 1 to 1000
  std::uint64_t seed = 1;    ///< of virtual items
};

/// Throws Error{bad_input} at `where`, with both numbers, when the spammer already meets the target, or when not even
/// the truth does.
void check_target(const QualityTarget& target, std::span<const double> prior, const CostMatrix& costs,
                  const std::string& where);

/// Whether the spammer's cost is no more than the target.
[[nodiscard]] bool is_met_without_labels(const QualityTarget& target, std::span<const double> prior,
                                         const CostMatrix& costs);

struct WorkersNeeded {
  static constexpr double kNone = std::numeric_limits<double>::infinity();

  /// Smallest m with cost(m) <= target; 0 where even `most` workers don't reach it. Not whole for adaptive labelling.
  double count = 0;
  /// The same as a number that moves smoothly with the confusion matrix: where the lower convex hull of the points
  /// (m, log cost(m)) reaches the log of the target. At most `count`; kNone where never.
  double continuous = kNone;
  double error = 0;         ///< standard error of `continuous`, 0 where it is exact
  double cost_before = 0;   ///< cost(count - 1); 0 where there is no count
  double cost_reached = 0;  ///< cost(count), or that of `most` workers where there is no count
  bool is_bound = false;    ///< cost_reached is only known to be at least this
  bool is_simulated = false;
};

/// For the matrix that `workers` is set to. Exact while the sums have at most 50,000 terms (any m for 2 classes,
/// m <= 314 for 3, 64 for 4, 30 for 5, 9 for 10), else by 4,096 virtual items, 1,024 where more than 48 labels don't
/// reach it. `target` was checked.
[[nodiscard]] WorkersNeeded workers_needed(EqualWorkers& workers, const QualityTarget& target);

/// The continuous number of workers alone, for the many draws of a posterior: exact sums of up to 250 terms and 32
/// labels, m <= m0, and beyond them cost(m) / cost(m0) = decay(m) / decay(m0) sqrt(m0 / m) (EqualWorkers::decay). kNone
/// from 2 most on.
struct RoughNeed {
  double continuous = WorkersNeeded::kNone;
  double exact_up_to = 0;  ///< m0
};
[[nodiscard]] RoughNeed roughly_needed(EqualWorkers& workers, const QualityTarget& target);

/// Algorithm 7 of the same paper: labels are given one at a time to the virtual item of 1,000 whose minimum cost is
/// highest (fewest labels, then the first, among equals) until the mean is at the target; count = continuous = labels /
/// items, with the standard error of the mean over ten groups of 100 items. Given up after min(most, 30) labels an
/// item.
[[nodiscard]] WorkersNeeded adaptive_workers_needed(EqualWorkers& workers, const QualityTarget& target);

}  // namespace assay::quality
