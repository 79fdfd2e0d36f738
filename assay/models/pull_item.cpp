#include "assay/models/pull_item.h"

#include <algorithm>
#include <cmath>
#include <numeric>
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

PullItem::PullItem(const Problem& problem, const PullTables& tables)
    : problem_(problem),
      tables_(tables),
      k_(tables.class_count()),
      slots_(k_, kNoSlot),
      unit_(k_),
      none_(k_),
      total_(k_) {}

double PullItem::weigh(ItemIndex item) {
  item_ = item;
  set_given(problem_.labels.rows(item));
  const double log_factor = add_logarithms();
  total_ = tables_.pulled;
  for (const std::size_t c : classes_) {
    for (std::size_t t = 0; t < k_; ++t) total_[t] -= tables_.start[c * k_ + t];
  }
  for (std::size_t t = 0; t < k_; ++t) total_[t] = none_[t] + unit_[t] * std::max(total_[t], 0.0);
  for (std::size_t i = 0; i < given_.size(); ++i) total_[i % k_] += given_[i];
  const double sum = std::accumulate(total_.begin(), total_.end(), 0.0);
  for (auto* states : {&total_, &none_, &unit_, &given_}) {
    for (double& p : *states) p /= sum;
  }
  return log_factor + std::log(sum);
}

double PullItem::misled() const {
  double out = 0;
  for (std::size_t t = 0; t < k_; ++t) out += total_[t] - none_[t] - unit_[t] * tables_.start[t * k_ + t];
  for (const std::size_t c : classes_) out -= given_[slots_[c] * k_ + c] - unit_[c] * tables_.start[c * k_ + c];
  return std::clamp(out, 0.0, 1.0);
}

void PullItem::count_states(bool in_prior, std::span<const double> posterior, const PullSums& sums) const {
  for (std::size_t t = 0; t < k_; ++t) {
    if (in_prior) sums.classes[t] += total_[t];
    sums.moved[t] += std::abs(total_[t] - posterior[t]);
    sums.none[t] += none_[t];
    sums.unit[t] += unit_[t];
  }
  for (const std::size_t c : classes_) {
    for (std::size_t t = 0; t < k_; ++t) {
      sums.given[c * k_ + t] += given_[slots_[c] * k_ + t];
      sums.given_unit[c * k_ + t] += unit_[t];
    }
  }
}

void PullItem::count_labels(double* own) const {
  const auto rows = problem_.labels.rows(item_);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double* rates = tables_.rates + std::size_t{rows[i]} * k_;
    const double* given = given_.data() + slots_[rows[i] % k_] * k_;
    double* to = own + std::size_t{rows[i]} * k_;
    for (std::size_t t = 0; t < k_; ++t) {
      const double pulled = tables_.odds / (std::max(rates[t], kSmallestRate) + tables_.odds);
      to[t] += weight(i) * (total_[t] - given[t] * pulled);
    }
  }
}

void PullItem::set_given(std::span<const std::uint32_t> rows) {
  for (const std::size_t c : classes_) slots_[c] = kNoSlot;
  classes_.clear();
  for (const std::uint32_t row : rows) {
    std::size_t& slot = slots_[row % k_];
    if (slot != kNoSlot) continue;
    slot = classes_.size();
    classes_.push_back(row % k_);
  }
}

// Fills all but `total_` up to a factor, whose logarithm it returns. Classes that gold excludes get 0.
double PullItem::add_logarithms() {
  const auto rows = problem_.labels.rows(item_);
  std::fill(unit_.begin(), unit_.end(), 0.0);
  given_.assign(classes_.size() * k_, 0.0);
  double count = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double* rates = tables_.rates + std::size_t{rows[i]} * k_;
    double* gains = given_.data() + slots_[rows[i] % k_] * k_;
    count += weight(i);
    for (std::size_t t = 0; t < k_; ++t) {
      const double rate = std::max(rates[t], kSmallestRate);
      unit_[t] += weight(i) * std::log(rate);
      gains[t] += weight(i) * std::log1p(tables_.odds / rate);
    }
  }
  const auto possible = [&](std::size_t t) { return !problem_.has_gold(item_) || problem_.gold_of(item_) == t; };
  double most = -std::numeric_limits<double>::infinity();
  for (std::size_t t = 0; t < k_; ++t) {
    none_[t] = unit_[t] + std::log(tables_.none[t]);
    unit_[t] += count * tables_.log_miss;
    if (possible(t)) most = std::max({most, none_[t], unit_[t]});
  }
  for (std::size_t i = 0; i < given_.size(); ++i) {
    given_[i] += unit_[i % k_] + std::log(tables_.start[classes_[i / k_] * k_ + i % k_]);
    if (possible(i % k_)) most = std::max(most, given_[i]);
  }
  const auto take = [&](double& log, std::size_t t) { log = possible(t) ? std::exp(log - most) : 0; };
  for (std::size_t t = 0; t < k_; ++t) {
    take(none_[t], t);
    take(unit_[t], t);
  }
  for (std::size_t i = 0; i < given_.size(); ++i) take(given_[i], i % k_);
  return most;
}

double PullItem::weight(std::size_t i) const {
  const auto weights = problem_.labels.weights();
  return weights.empty() ? 1.0 : static_cast<double>(weights[problem_.labels.offset(item_) + i]);
}

}  // namespace assay::models
