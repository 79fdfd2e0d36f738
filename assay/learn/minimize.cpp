#include "assay/learn/minimize.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>
#include <utility>

namespace assay::learn {
namespace {

constexpr std::size_t kPairs = 10;
constexpr double kSufficientDecrease = 1e-4;
constexpr double kCurvature = 0.9;
constexpr int kMostTries = 40;

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) { return std::inner_product(a.begin(), a.end(), b.begin(), 0.0); }

double largest_entry(const Vector& v) {
  double out = 0;
  for (const double x : v) out = std::max(out, std::abs(x));
  return out;
}

void add_scaled(Vector& to, double factor, const Vector& v) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += factor * v[i];
}

// What the last steps tell of the curvature.
class History {
 public:
  void add(Vector step, Vector change) {
    const double curvature = dot(step, change);
    if (!(curvature > 0)) return;
    if (pairs_.size() == kPairs) pairs_.pop_front();
    pairs_.push_back({std::move(step), std::move(change), 1 / curvature});
  }
  [[nodiscard]] bool empty() const { return pairs_.empty(); }

  // The two-loop recursion: minus the inverse curvature times the gradient.
  [[nodiscard]] Vector direction(const Vector& gradient) const {
    Vector d = gradient;
    Vector alpha(pairs_.size());
    for (std::size_t i = pairs_.size(); i-- > 0;) {
      alpha[i] = pairs_[i].rho * dot(pairs_[i].step, d);
      add_scaled(d, -alpha[i], pairs_[i].change);
    }
    if (!pairs_.empty()) {
      const auto& last = pairs_.back();
      const double scale = 1 / (last.rho * dot(last.change, last.change));
      for (double& v : d) v *= scale;
    }
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      add_scaled(d, alpha[i] - pairs_[i].rho * dot(pairs_[i].change, d), pairs_[i].step);
    }
    for (double& v : d) v = -v;
    return d;
  }

 private:
  struct Pair {
    Vector step, change;
    double rho;
  };
  std::deque<Pair> pairs_;
};

struct Point {
  Vector x, gradient;
  double value;
};

// Moves `at` along d; false when no step is found that lowers the value enough.
bool search_line(const SmoothFunction& function, const Vector& d, double first_step, Point& at) {
  const double slope = dot(d, at.gradient);
  if (!(slope < 0)) return false;
  double low = 0, high = 0, step = first_step;
  Point next{at.x, at.gradient, at.value};
  for (int i = 0; i < kMostTries; ++i) {
    next.x = at.x;
    add_scaled(next.x, step, d);
    next.value = function(next.x, next.gradient);
    if (!(next.value <= at.value + kSufficientDecrease * step * slope)) {
      high = step;
    } else if (dot(d, next.gradient) < kCurvature * slope) {
      low = step;
    } else {
      at = std::move(next);
      return true;
    }
    step = high > 0 ? (low + high) / 2 : 2 * low;
  }
  if (!(next.value < at.value)) return false;
  at = std::move(next);
  return true;
}

}  // namespace

Minimum minimize(const SmoothFunction& function, std::vector<double> start, std::uint64_t max_steps, double tolerance) {
  Point at{std::move(start), {}, 0};
  at.gradient.resize(at.x.size());
  at.value = function(at.x, at.gradient);
  History history;
  std::uint64_t steps = 0;
  for (; steps < max_steps && largest_entry(at.gradient) > tolerance; ++steps) {
    const Vector d = history.direction(at.gradient);
    const double first_step = history.empty() ? 1 / std::max(1.0, std::sqrt(dot(at.gradient, at.gradient))) : 1;
    const Point before = at;
    if (!search_line(function, d, first_step, at)) break;
    Vector step = at.x, change = at.gradient;
    add_scaled(step, -1, before.x);
    add_scaled(change, -1, before.gradient);
    history.add(std::move(step), std::move(change));
  }
  const bool converged = largest_entry(at.gradient) <= tolerance;
  return {std::move(at.x), at.value, steps, converged};
}

}  // namespace assay::learn
