#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/ids.h"

namespace assay::models {

/// Labels of an item up to which its likelihoods are products: rates are at least 1e-8 here, so that 24 of them stay
/// within a double's range with whatever else is multiplied. Longer items add logarithms.
inline constexpr std::size_t kMostMultiplied = 24;
inline constexpr double kSmallestRate = 1e-8;

/// Sums over items, each added to.
struct PullSums {
  double* own;         ///< rows of K laid out as the rates: PullCounts::own.labels
  double* classes;     ///< K: posteriors
  double* none;        ///< K: no pull, by true class t
  double* given;       ///< K x K: pulls to class j at j K + t, where the item's labels give j, or all of them
  double* unit;        ///< K: pulls to a class j that nobody gave are unit[t] start[j][t]
  double* given_unit;  ///< K x K: the same over items where class j was given, at j K + t
  double* moved;       ///< K: |change of the posterior|
};

/// Items without gold, each with at most kMostMultiplied labels of weight 1. What is looked up is that of PullTables.
struct PullTask {
  const std::uint64_t* offsets;  ///< of a LabelStore
  const std::uint32_t* entries;
  ItemIndex begin, end;
  std::size_t class_count;
  const double* rates;
  double odds;
  const double* miss;
  const double* start;
  const double* none;
  const double* pulled;
  double* posterior;     ///< rows of K, the first for item `begin`; set for items with labels
  double* misled;        ///< by item from `begin`: PullItem::misled, set for items with labels; null when not wanted
  const PullSums* sums;  ///< null when only posteriors are wanted; else `posterior` held those before
  bool far;              ///< rates exceed a core's own cache: rows that later items need are fetched in advance
};

inline constexpr std::size_t kDenseClasses = 5;

/// The E-step of PullPass. Returns the sum over items of log evidence. Up to kDenseClasses classes, every class has a
/// pull of its own, given or not, and no branch depends on the labels. Runs with the machine's vectors; products and
/// sums are never contracted or reordered, so that all widths give the same bits.
double run_pull_kernel(const PullTask& task);

}  // namespace assay::models
