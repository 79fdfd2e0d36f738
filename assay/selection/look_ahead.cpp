#include "assay/selection/look_ahead.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "assay/base/check.h"
#include "assay/base/numerics.h"

namespace assay::selection {
namespace {

// Every way to share `total` labels among the outcomes.
void list_counts(int total, std::size_t outcome, std::vector<int>& counts, std::vector<std::vector<int>>& out) {
  if (outcome + 1 == counts.size()) {
    counts[outcome] = total;
    out.push_back(counts);
    return;
  }
  for (int n = 0; n <= total; ++n) {
    counts[outcome] = n;
    list_counts(total - n, outcome + 1, counts, out);
  }
}

double multinomial_log(const std::vector<int>& counts) {
  double value = log_gamma(std::accumulate(counts.begin(), counts.end(), 0) + 1.0);
  for (const int n : counts) value -= log_gamma(n + 1.0);
  return value;
}

double likelihood(const std::vector<int>& counts, std::span<const double> probability) {
  double value = 1;
  for (std::size_t g = 0; g < counts.size(); ++g) value *= std::pow(probability[g], counts[g]);
  return value;
}

}  // namespace

LookAhead::LookAhead(const Matrix<double>& probability, std::size_t class_count, std::size_t level_count,
                     std::vector<int> horizons)
    : class_count_(class_count), level_count_(level_count), horizons_(std::move(horizons)) {
  ASSAY_ASSERT(probability.rows() == class_count * level_count);
  for (const int h : horizons_) {
    std::vector<std::vector<int>> all;
    std::vector<int> counts(probability.columns());
    list_counts(h, 0, counts, all);
    Matrix<double> table(all.size(), probability.rows());
    for (std::size_t n = 0; n < all.size(); ++n) {
      const double ways = std::round(std::exp(multinomial_log(all[n])));
      for (std::size_t s = 0; s < probability.rows(); ++s) table(n, s) = ways * likelihood(all[n], probability.row(s));
    }
    tables_.push_back(std::move(table));
  }
}

double LookAhead::cost(std::size_t index, std::span<const double> q, const CostMatrix& costs) const {
  const Matrix<double>& table = tables_[index];
  double sum = 0;
  for (std::size_t n = 0; n < table.rows(); ++n) {
    const auto row = table.row(n);
    double mass[kMostFocusClasses] = {};
    const double* weight = q.data();
    const double* factor = row.data();
    for (std::size_t t = 0; t < class_count_; ++t, weight += level_count_, factor += level_count_) {
      double m = 0;
      for (std::size_t e = 0; e < level_count_; ++e) m += weight[e] * factor[e];
      mass[t] = m;
    }
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t j = 0; j < class_count_; ++j) {
      double decided = 0;
      for (std::size_t t = 0; t < class_count_; ++t) decided += mass[t] * costs(t, j);
      least = std::min(least, decided);
    }
    sum += least;
  }
  return sum;
}

std::vector<ClassIndex> focus_classes(std::span<const double> probability) {
  std::vector<ClassIndex> classes(probability.size());
  std::iota(classes.begin(), classes.end(), ClassIndex{0});
  if (classes.size() <= kMostFocusClasses) return classes;
  std::ranges::partial_sort(classes, classes.begin() + kMostFocusClasses, [&](ClassIndex a, ClassIndex b) {
    return probability[a] != probability[b] ? probability[a] > probability[b] : a < b;
  });
  classes.resize(kMostFocusClasses);
  std::ranges::sort(classes);
  return classes;
}

CostMatrix focus_costs(const CostMatrix& costs, std::span<const ClassIndex> classes) {
  CostMatrix out(classes.size());
  for (std::size_t t = 0; t < classes.size(); ++t) {
    for (std::size_t j = 0; j < classes.size(); ++j) out.set(t, j, costs(classes[t], classes[j]));
  }
  return out;
}

}  // namespace assay::selection
