#include "assay/models/pull_item.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace assay::models {
namespace {

constexpr double kSmallestRate = 1e-8;
constexpr double kSmallestStart = 1e-30;

}  // namespace

PullTables::PullTables(const PullFactors& factors, ThreadPool& threads)
    : class_count_(factors.prior.size()),
      cells_(factors.rates.values().size() * 3),
      start_(class_count_ * (class_count_ + 1)),
      miss_(kMostMultiplied + 1),
      log_miss_(std::log1p(-factors.pull)) {
  const std::size_t k = class_count_;
  const double g = factors.pull;
  const auto rates = factors.rates.values();
  constexpr std::size_t kSegment = 1 << 14;
  threads.run((rates.size() + kSegment - 1) / kSegment, [&](std::size_t s) {
    const std::size_t end = std::min(rates.size(), (s + 1) * kSegment);
    for (std::size_t i = s * kSegment; i < end; ++i) {
      const double rate = std::max(rates[i], kSmallestRate);
      double* cell = cells_.data() + i / k * 3 * k + i % k;
      cell[0] = rate;
      cell[k] = 1 + g / ((1 - g) * rate);
      cell[2 * k] = g / ((1 - g) * rate + g);
    }
  });
  for (std::size_t t = 0; t < k; ++t) {
    for (std::size_t j = 0; j <= k; ++j) {
      start_[j * k + t] = std::max(factors.prior[t], kSmallestStart) * std::max(factors.shares(t, j), kSmallestStart);
    }
  }
  for (std::size_t n = 0; n < miss_.size(); ++n) miss_[n] = std::pow(1 - g, static_cast<double>(n));
}

void add_logarithms(const Problem& problem, ItemIndex item, const PullTables& tables, std::span<double> base,
                    std::span<double> state) {
  const std::size_t k = base.size();
  const auto rows = problem.labels.rows(item);
  const auto weights = problem.labels.weights();
  std::fill(base.begin(), base.end(), 0.0);
  std::fill(state.begin(), state.end(), 0.0);
  double total = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double weight = weights.empty() ? 1.0 : static_cast<double>(weights[problem.labels.offset(item) + i]);
    const double* rate = tables.row(rows[i]);
    total += weight;
    for (std::size_t t = 0; t < k; ++t) {
      base[t] += weight * std::log(rate[t]);
      state[(rows[i] % k) * k + t] += weight * std::log(rate[k + t]);
    }
  }
  const auto possible = [&](std::size_t t) { return !problem.has_gold(item) || problem.gold[item] == t; };
  double most = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < state.size(); ++i) {
    state[i] += base[i % k] + std::log(tables.start()[i]) + (i < k * k ? total * tables.log_miss() : 0);
    if (possible(i % k)) most = std::max(most, state[i]);
  }
  for (std::size_t i = 0; i < state.size(); ++i) state[i] = possible(i % k) ? std::exp(state[i] - most) : 0;
}

}  // namespace assay::models
