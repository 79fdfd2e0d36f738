#include "assay/learn/scores.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include "assay/base/numerics.h"
#include "assay/learn/targets.h"

namespace assay::learn {
namespace {

constexpr double kLeastProbability = 1e-15;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double sum_of(std::span<const double> row) { return std::accumulate(row.begin(), row.end(), 0.0); }

Interval wilson(double p, double n, double z) {
  if (n == 0) return {kNaN, kNaN, kNaN};
  const auto [low, high] = wilson_interval(p, n, z);
  return {p, std::min(p, std::max(0.0, low)), std::max(p, std::min(1.0, high))};
}

struct Area {
  double value = kNaN;
  double variance = 0;
};

// Of class k against all others. The placement of a positive is the share of negatives below it (ties half), and the
// other way round: DeLong's structural components, with soft memberships as weights.
Area area_of(const Matrix<double>& predicted, const Matrix<double>& truth, std::size_t k) {
  std::vector<std::uint32_t> order;
  double positives = 0, negatives = 0;
  for (std::uint32_t i = 0; i < truth.rows(); ++i) {
    const double all = sum_of(truth.row(i));
    if (all == 0) continue;
    order.push_back(i);
    positives += truth(i, k);
    negatives += all - truth(i, k);
  }
  if (positives < 1e-12 || negatives < 1e-12) return {};
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return predicted(a, k) < predicted(b, k); });
  double below_positive = 0, below_negative = 0, area = 0;
  double squares_positive = 0, squares_negative = 0;
  for (std::size_t begin = 0; begin < order.size();) {
    double tied_positive = 0, tied_negative = 0;
    std::size_t end = begin;
    for (; end < order.size() && predicted(order[end], k) == predicted(order[begin], k); ++end) {
      tied_positive += truth(order[end], k);
      tied_negative += sum_of(truth.row(order[end])) - truth(order[end], k);
    }
    const double of_positive = (below_negative + tied_negative / 2) / negatives;
    const double of_negative = 1 - (below_positive + tied_positive / 2) / positives;
    area += tied_positive * of_positive;
    squares_positive += tied_positive * of_positive * of_positive;
    squares_negative += tied_negative * of_negative * of_negative;
    below_positive += tied_positive;
    below_negative += tied_negative;
    begin = end;
  }
  area /= positives;
  const double variance = std::max(0.0, squares_positive / positives - area * area) / positives +
                          std::max(0.0, squares_negative / negatives - area * area) / negatives;
  return {area, variance};
}

Area area_of_all(const Matrix<double>& predicted, const Matrix<double>& truth) {
  const std::size_t K = truth.columns();
  if (K == 2) return area_of(predicted, truth, 1);
  Area out{0, 0};
  double total = 0;
  std::vector<double> share(K);
  for (std::size_t i = 0; i < truth.rows(); ++i) {
    for (std::size_t k = 0; k < K; ++k) share[k] += truth(i, k);
  }
  for (std::size_t k = 0; k < K; ++k) {
    const Area one = area_of(predicted, truth, k);
    if (std::isnan(one.value)) continue;
    total += share[k];
    out.value += share[k] * one.value;
    out.variance += share[k] * std::sqrt(one.variance);  // as if all classes went wrong together: no less than it is
  }
  if (total == 0) return {};
  const double deviation = out.variance / total;
  return {out.value / total, deviation * deviation};
}

Interval on_log_odds(const Area& area, double z) {
  if (std::isnan(area.value)) return {kNaN, kNaN, kNaN};
  if (area.variance == 0 || area.value <= 0 || area.value >= 1) return {area.value, area.value, area.value};
  const double middle = std::log(area.value / (1 - area.value));
  const double half = z * std::sqrt(area.variance) / (area.value * (1 - area.value));
  const auto back = [](double x) { return 1 / (1 + std::exp(-x)); };
  return {area.value, back(middle - half), back(middle + half)};
}

}  // namespace

double area_under_curve(const Matrix<double>& predicted, const Matrix<double>& truth) {
  return area_of_all(predicted, truth).value;
}

Scores score(const Matrix<double>& predicted, const Matrix<double>& truth, double level) {
  const double z = normal_quantile((1 + level) / 2);
  double count = 0, right = 0, loss = 0, squares = 0;
  for (std::size_t i = 0; i < truth.rows(); ++i) {
    const auto q = truth.row(i);
    if (sum_of(q) == 0) continue;
    const auto p = predicted.row(i);
    double item_loss = 0;
    for (std::size_t k = 0; k < q.size(); ++k) {
      if (q[k] > 0) item_loss -= q[k] * std::log(std::max(p[k], kLeastProbability));
    }
    right += q[largest(p)];
    loss += item_loss;
    squares += item_loss * item_loss;
    ++count;
  }
  Scores out;
  out.item_count = count;
  out.accuracy = wilson(count > 0 ? std::min(1.0, right / count) : kNaN, count, z);
  out.auc = on_log_odds(area_of_all(predicted, truth), z);
  const double mean = count > 0 ? loss / count : kNaN;
  const double half = count > 0 ? z * std::sqrt(std::max(0.0, squares / count - mean * mean) / count) : kNaN;
  out.log_loss = {mean, std::max(0.0, mean - half), mean + half};
  return out;
}

}  // namespace assay::learn
