#include "assay/quality/suspicion.h"

#include <algorithm>
#include <cmath>

#include "assay/base/matrix.h"
#include "assay/base/numerics.h"

namespace assay::quality {
namespace {

constexpr std::size_t kLeastLabelsForDecline = 20;

double given_label(const LabelStore& labels, const WorkerLabels::Place& place) {
  return labels.label_of(labels.rows(place.item)[place.position]);
}

// 2 sum n log(n total / (row column)).
double independence_statistic(const Matrix<double>& table, const std::vector<double>& rows,
                              const std::vector<double>& columns, double total) {
  double sum = x_log_x(total);
  for (const double n : table.values()) sum += x_log_x(n);
  for (const double n : rows) sum -= x_log_x(n);
  for (const double n : columns) sum -= x_log_x(n);
  return std::max(2 * sum, 0.0);
}

}  // namespace

double blindness_p_value(const LabelStore& labels, const Estimate& estimate,
                         std::span<const WorkerLabels::Place> places, std::size_t worker) {
  const std::size_t k = labels.class_count();
  Matrix<double> table(k, k);
  std::vector<double> others(k), rows(k), columns(k);
  for (const auto& place : places) {
    const auto label = static_cast<std::size_t>(given_label(labels, place));
    posterior_without(estimate, place.item, static_cast<std::uint32_t>(worker * k + label), others);
    for (std::size_t t = 0; t < k; ++t) {
      table(t, label) += others[t];
      rows[t] += others[t];
    }
    columns[label] += 1;
  }
  const auto used = [](const std::vector<double>& n) {
    return static_cast<double>(std::count_if(n.begin(), n.end(), [](double v) { return v >= 0.5; }));
  };
  const double degrees = (used(rows) - 1) * (used(columns) - 1);
  if (degrees < 1) return 1;
  return chi_squared_tail(independence_statistic(table, rows, columns, static_cast<double>(places.size())), degrees);
}

double decline_p_value(const LabelStore& labels, const Estimate& estimate,
                       std::span<const WorkerLabels::Place> places, std::size_t worker) {
  if (labels.times().empty() || places.size() < kLeastLabelsForDecline) return 1;
  const std::size_t k = labels.class_count();
  const auto matrix = estimate.confusion.worker(worker);
  std::vector<double> others(k);
  double n = 0, time_mean = 0, surprise_mean = 0, time_squares = 0, surprise_squares = 0, products = 0;
  for (const auto& place : places) {
    const auto label = static_cast<std::size_t>(given_label(labels, place));
    const double time = labels.times()[labels.offset(place.item) + place.position];
    if (std::isnan(time)) continue;
    posterior_without(estimate, place.item, static_cast<std::uint32_t>(worker * k + label), others);
    double expected = 0;
    for (std::size_t g = 0; g < k; ++g) {
      double said = 0;
      for (std::size_t t = 0; t < k; ++t) said += others[t] * matrix[g * k + t];
      expected += said * others[g];
    }
    const double surprise = others[label] - expected;
    // Welford's update keeps times of 1.7e9 seconds exact.
    n += 1;
    const double time_step = time - time_mean;
    const double surprise_step = surprise - surprise_mean;
    time_mean += time_step / n;
    surprise_mean += surprise_step / n;
    time_squares += time_step * (time - time_mean);
    surprise_squares += surprise_step * (surprise - surprise_mean);
    products += time_step * (surprise - surprise_mean);
  }
  if (n < kLeastLabelsForDecline || !(time_squares > 0) || !(surprise_squares > 0)) return 1;
  const double z = products * std::sqrt((n - 1) / (time_squares * surprise_squares));
  return std::erfc(-z / std::sqrt(2.0)) / 2;
}

}  // namespace assay::quality
