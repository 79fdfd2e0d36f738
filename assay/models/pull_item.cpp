#include "assay/models/pull_item.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace assay::models {
namespace {

constexpr double kSmallestStart = 1e-30;

}  // namespace

PullTables::PullTables(SharedPullFactors shared)
    : factors(std::move(shared)),
      rates(factors->rates.values().data()),
      odds(factors->pull / (1 - factors->pull)),
      log_miss(std::log1p(-factors->pull)),
      miss(kMostMultiplied + 1),
      start(factors->prior.size() * factors->prior.size()),
      none(factors->prior.size()),
      pulled(factors->prior.size()) {
  const std::size_t k = class_count();
  for (std::size_t t = 0; t < k; ++t) {
    const double share = std::max(factors->prior[t], kSmallestStart);
    none[t] = share * std::max(factors->shares(t, k), kSmallestStart);
    for (std::size_t j = 0; j < k; ++j) {
      start[j * k + t] = share * std::max(factors->shares(t, j), kSmallestStart);
      pulled[t] += start[j * k + t];
    }
  }
  for (std::size_t n = 0; n < miss.size(); ++n) miss[n] = std::pow(1 - factors->pull, static_cast<double>(n));
}

PullStates::PullStates(std::size_t class_count)
    : slots(class_count, kNoSlot), unit(class_count), none(class_count), total(class_count) {}

double add_logarithms(const Problem& problem, ItemIndex item, const PullTables& tables, PullStates& s) {
  const std::size_t k = tables.class_count();
  const auto rows = problem.labels.rows(item);
  const auto weights = problem.labels.weights();
  std::fill(s.unit.begin(), s.unit.end(), 0.0);
  std::fill_n(s.given.begin(), s.classes.size() * k, 0.0);
  double count = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double weight = weights.empty() ? 1.0 : static_cast<double>(weights[problem.labels.offset(item) + i]);
    const double* rates = tables.rates + std::size_t{rows[i]} * k;
    double* gains = s.given.data() + s.slots[rows[i] % k] * k;
    count += weight;
    for (std::size_t t = 0; t < k; ++t) {
      const double rate = std::max(rates[t], kSmallestRate);
      s.unit[t] += weight * std::log(rate);
      gains[t] += weight * std::log1p(tables.odds / rate);
    }
  }
  const auto possible = [&](std::size_t t) { return !problem.has_gold(item) || problem.gold[item] == t; };
  double most = -std::numeric_limits<double>::infinity();
  for (std::size_t t = 0; t < k; ++t) {
    s.none[t] = s.unit[t] + std::log(tables.none[t]);
    s.unit[t] += count * tables.log_miss;
    if (possible(t)) most = std::max({most, s.none[t], s.unit[t]});
  }
  for (std::size_t i = 0; i < s.classes.size() * k; ++i) {
    s.given[i] += s.unit[i % k] + std::log(tables.start[s.classes[i / k] * k + i % k]);
    if (possible(i % k)) most = std::max(most, s.given[i]);
  }
  const auto take = [&](double& log, std::size_t t) { log = possible(t) ? std::exp(log - most) : 0; };
  for (std::size_t t = 0; t < k; ++t) {
    take(s.none[t], t);
    take(s.unit[t], t);
  }
  for (std::size_t i = 0; i < s.classes.size() * k; ++i) take(s.given[i], i % k);
  return most;
}

}  // namespace assay::models
