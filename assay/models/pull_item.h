#pragma once

#include <limits>
#include <span>
#include <vector>

#include "assay/models/pull_kernel.h"
#include "assay/models/pull_pass.h"

namespace assay::models {

/// What one pass looks up, in the order in which items use it.
struct PullTables {
  explicit PullTables(SharedPullFactors factors);

  [[nodiscard]] std::size_t class_count() const { return none.size(); }

  SharedPullFactors factors;
  const double* rates;         ///< theirs, [worker][given][true]
  double odds;                 ///< g / (1 - g)
  double log_miss;             ///< log(1 - g)
  std::vector<double> miss;    ///< (1 - g)^n, n <= kMostMultiplied
  std::vector<double> start;   ///< prior[t] shares[t][j] at j K + t
  std::vector<double> none;    ///< prior[t] shares[t][none]
  std::vector<double> pulled;  ///< sum over j of start
};

/// The states (class, pull) of one item at a time: the roomy way of run_pull_kernel, by logarithms, for gold, weights
/// and any number of labels. Pulls to classes that nobody gave are alike up to their start, so only the classes given
/// have numbers of their own: O(labels K) an item, not O(K^2).
class PullItem {
 public:
  /// Both must outlive it.
  PullItem(const Problem& problem, const PullTables& tables);

  /// Weighs the states of an item with labels; returns the log evidence.
  double weigh(ItemIndex item);

  /// By class; of the item last weighed, as are the others.
  [[nodiscard]] std::span<const double> posterior() const { return total_; }
  /// The probability of a pull to a class that is not the item's own.
  [[nodiscard]] double misled() const;
  /// Adds the item's states; `in_prior`: its class too. `posterior` is the one before.
  void count_states(bool in_prior, std::span<const double> posterior, const PullSums& sums) const;
  /// Adds soft counts of the labels that are the worker's own answer, not the pull's.
  void count_labels(double* own) const;

 private:
  static constexpr std::size_t kNoSlot = std::numeric_limits<std::size_t>::max();

  void set_given(std::span<const std::uint32_t> rows);
  double add_logarithms();
  [[nodiscard]] double weight(std::size_t i) const;

  const Problem& problem_;
  const PullTables& tables_;
  std::size_t k_;
  ItemIndex item_ = 0;
  std::vector<std::size_t> slots_;    // by class; meaningful for classes in `classes_`
  std::vector<std::size_t> classes_;  // given ones, in order of appearance
  // By true class:
  std::vector<double> unit_;   // a pull to class j that nobody gave is unit[t] start[j][t]
  std::vector<double> none_;   // no pull
  std::vector<double> given_;  // K numbers a slot: a pull to that class
  std::vector<double> total_;  // sum over all pulls and none
};

}  // namespace assay::models
