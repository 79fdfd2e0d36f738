#pragma once

#include <limits>
#include <span>
#include <vector>

#include "assay/models/pull_pass.h"

namespace assay::models {

/// Labels of an item up to which its likelihoods are products: rates are at least 1e-8 here, so that 32 of them stay
/// within a double's range. Longer items add logarithms.
inline constexpr std::size_t kMostMultiplied = 32;
inline constexpr double kSmallestRate = 1e-8;

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

/// The states (class, pull) of one item. Pulls to classes that nobody gave are alike up to their start, so only the
/// classes given have numbers of their own: O(labels K) an item, not O(K^2). All but `given` are K numbers by true
/// class; all are probabilities once the item has been weighed.
struct PullStates {
  explicit PullStates(std::size_t class_count);
  /// Names the classes that `rows` give. K as in `multiply`.
  template <std::size_t K>
  void set_given(std::span<const std::uint32_t> rows);

  static constexpr std::size_t kNoSlot = std::numeric_limits<std::size_t>::max();

  std::vector<std::size_t> slots;    ///< by class; meaningful for classes in `classes`
  std::vector<std::size_t> classes;  ///< given ones, in order of appearance
  std::vector<double> unit;          ///< a pull to class j that nobody gave is unit[t] start[j][t]
  std::vector<double> none;          ///< no pull
  std::vector<double> given;         ///< K numbers a slot: a pull to that class
  std::vector<double> total;         ///< sum over all pulls and none
  std::vector<double> plain;         ///< room for `multiply`, laid out as `given`
};

template <std::size_t K>
void PullStates::set_given(std::span<const std::uint32_t> rows) {
  const std::size_t k = K > 0 ? K : none.size();
  for (const std::size_t c : classes) slots[c] = kNoSlot;
  classes.clear();
  for (const std::uint32_t row : rows) {
    const std::size_t c = row % k;
    if (slots[c] != kNoSlot) continue;
    slots[c] = classes.size();
    classes.push_back(c);
  }
  if (given.size() >= classes.size() * k) return;
  given.resize(classes.size() * k);
  plain.resize(classes.size() * k);
}

/// How likely the item's labels make every state, by products: up to kMostMultiplied labels of
/// weight 1. K classes known to the compiler, or 0 for any number.
template <std::size_t K>
void multiply(std::span<const std::uint32_t> rows, const PullTables& tables, PullStates& s) {
  const std::size_t k = K > 0 ? K : tables.class_count();
  const double odds = tables.odds;
  const std::size_t cells = s.classes.size() * k;
  double* __restrict plain = s.plain.data();
  double* __restrict given = s.given.data();
  for (std::size_t i = 0; i < cells; ++i) plain[i] = given[i] = 1;
  for (const std::uint32_t row : rows) {
    const double* __restrict rates = tables.rates + std::size_t{row} * k;
    const std::size_t at = s.slots[row % k] * k;
    for (std::size_t t = 0; t < k; ++t) {
      const double rate = rates[t] > kSmallestRate ? rates[t] : kSmallestRate;
      plain[at + t] *= rate;
      given[at + t] *= rate + odds;
    }
  }
  double* __restrict unit = s.unit.data();
  for (std::size_t t = 0; t < k; ++t) unit[t] = 1;
  for (std::size_t d = 0; d < s.classes.size(); ++d) {
    for (std::size_t t = 0; t < k; ++t) unit[t] *= plain[d * k + t];
  }
  const double miss = tables.miss[rows.size()];
  for (std::size_t t = 0; t < k; ++t) {
    s.none[t] = unit[t] * tables.none[t];
    unit[t] *= miss;
  }
  for (std::size_t d = 0; d < s.classes.size(); ++d) {
    const double* __restrict start = tables.start.data() + s.classes[d] * k;
    for (std::size_t t = 0; t < k; ++t) given[d * k + t] *= unit[t] * start[t] / plain[d * k + t];
  }
}

/// The same by logarithms, for gold (its other classes get 0), weights and any number of labels. Returns the logarithm
/// of the factor.
double add_logarithms(const Problem& problem, ItemIndex item, const PullTables& tables, PullStates& states);

/// Fills `total` and makes the states probabilities. Returns what the states summed to.
template <std::size_t K>
double weigh(const PullTables& tables, PullStates& s) {
  const std::size_t k = K > 0 ? K : tables.class_count();
  for (std::size_t t = 0; t < k; ++t) s.total[t] = tables.pulled[t];
  for (const std::size_t c : s.classes) {
    for (std::size_t t = 0; t < k; ++t) s.total[t] -= tables.start[c * k + t];
  }
  for (std::size_t t = 0; t < k; ++t) s.total[t] = s.none[t] + s.unit[t] * (s.total[t] > 0 ? s.total[t] : 0);
  for (std::size_t d = 0; d < s.classes.size(); ++d) {
    for (std::size_t t = 0; t < k; ++t) s.total[t] += s.given[d * k + t];
  }
  double sum = 0;
  for (std::size_t t = 0; t < k; ++t) sum += s.total[t];
  const double scale = 1 / sum;
  for (std::size_t t = 0; t < k; ++t) {
    s.total[t] *= scale;
    s.none[t] *= scale;
    s.unit[t] *= scale;
  }
  for (std::size_t i = 0; i < s.classes.size() * k; ++i) s.given[i] *= scale;
  return sum;
}

}  // namespace assay::models
