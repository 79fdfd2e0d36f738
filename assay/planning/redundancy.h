#pragma once

#include <cstdint>
#include <vector>

#include "assay/base/matrix.h"
#include "assay/base/progress.h"
#include "assay/base/threads.h"
#include "assay/core/confusions.h"
#include "assay/core/cost_matrix.h"

namespace assay::planning {

/// The crowd that a plan counts on. K classes, W workers.
struct PlannedCrowd {
  std::vector<double> prior;  ///< K
  CostMatrix costs;           ///< K x K
  Confusions confusion;       ///< W x K x K, rows sum to 1
  /// W x K: how many labels each row of `confusion` rests on; the row is then uncertain as a Dirichlet of that many.
  /// Empty: the rows are certain.
  Matrix<double> evidence{};
  std::vector<double> share;  ///< W: whose labels they are, sum 1
  bool alike = false;         ///< W = 1 stands for any number of such workers; else nobody labels an item twice
};

/// How good decisions will be.
struct PlannedQuality {
  double labels_per_item = 0;  ///< on average over the items
  double accuracy = 0;         ///< expected share of right decisions
  double accuracy_low = 0;     ///< credible bounds of that share over the planned items
  double accuracy_high = 0;
  double expected_cost = 0;     ///< expected mean cost of a decision
  double simulation_error = 0;  ///< standard error of `accuracy`; 0 where it is exact
};

struct RedundancyOptions {
  std::vector<std::uint64_t> labels_per_item;  ///< increasing
  std::uint64_t item_count = 1000;             ///< of the plan: its intervals are about them
  double interval = 0.9;                       ///< level
  std::uint64_t draws = 40;                    ///< simulated crowds
  std::uint64_t virtual_items = 2000;          ///< in each
  std::uint64_t seed = 1;
  Progress* progress = nullptr;  ///< of the simulated crowds; may be null
};

/// Sums over all label counts up to so many terms; more are simulated.
inline constexpr double kMostExactTerms = 2e6;

/// The expectation for m labels an item of workers who are alike (W = 1), exactly: by all counts n of labels,
///   accuracy = sum_n sum_t [decision(n) = t] prior_t Multinomial(n; m, C_t),
///   cost     = sum_n min_j sum_t cost(t, j) prior_t Multinomial(n; m, C_t),
/// the decision being that of minimum cost; ties go to the larger prior, then class order. O(terms K^2).
struct ExactQuality {
  double accuracy = 0;
  double cost = 0;
};
[[nodiscard]] ExactQuality exact_quality(const PlannedCrowd& crowd, std::uint64_t labels_per_item);
/// (m + K - 1 choose K - 1), how many terms that sum has.
[[nodiscard]] double exact_terms(std::size_t class_count, std::uint64_t labels_per_item);

/// As many labels for every item. Exact for workers who are alike and few enough terms; else by simulation: crowds
/// drawn from what is known of the workers, virtual items labelled by them, decided by the posterior under the mean
/// matrices, which is all that is known. Accuracy is the mean posterior of the decision under the drawn matrices, cost
/// its mean cost.
[[nodiscard]] std::vector<PlannedQuality> fixed_redundancy(const PlannedCrowd& crowd, const RedundancyOptions& options,
                                                           ThreadPool& threads);

/// So many labels an item on average, each given to the virtual item whose decision is expected to cost most (Wang,
/// Ipeirotis and Provost 2017, algorithm 7). By simulation. Needs no more than K numbers an item.
[[nodiscard]] std::vector<PlannedQuality> adaptive_redundancy(const PlannedCrowd& crowd,
                                                              const RedundancyOptions& options, ThreadPool& threads);

/// The fewest labels an item, at most `most`, for which the expected cost is at or under `target`.
struct TargetOutcome {
  bool reached = false;
  double labels_per_item = 0;  ///< the fewest that do; `most` when none does
  double cost = 0;             ///< that they cost
};
[[nodiscard]] TargetOutcome fixed_for_target(const PlannedCrowd& crowd, double target, std::uint64_t most,
                                             const RedundancyOptions& options, ThreadPool& threads);
/// The same for labels given where they are needed most; a mean, so that it is no whole number.
[[nodiscard]] TargetOutcome adaptive_for_target(const PlannedCrowd& crowd, double target, std::uint64_t most,
                                                const RedundancyOptions& options, ThreadPool& threads);

/// Central interval of a share of `item_count` items whose expectation is `mean`, itself uncertain with `variance`: the
/// Beta distribution of that mean and the sum of both variances.
struct ShareInterval {
  double low = 0, high = 0;
};
[[nodiscard]] ShareInterval share_interval(double mean, double variance, std::uint64_t item_count, double level);

}  // namespace assay::planning
