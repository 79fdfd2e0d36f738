#include "assay/quality/suspicion.h"

#include <algorithm>
#include <cmath>

#include "assay/base/matrix.h"
#include "assay/base/numerics.h"

namespace assay::quality {
namespace {

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
    const std::size_t label = place.row - worker * k;
    posterior_without(estimate, place.item, place.row, others);
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

}  // namespace assay::quality
