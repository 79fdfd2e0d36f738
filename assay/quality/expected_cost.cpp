#include "assay/quality/expected_cost.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace assay::quality {
namespace {

// Sums of a few products differ in their last bits for no reason that a user would accept as a reason to decide.
constexpr double kTie = 1e-12;
constexpr double kRounding = 1e-9;

// The expected costs of decisions. Of few classes they are summed term by term, whatever the costs.
class DecisionCosts {
 public:
  DecisionCosts(std::span<const double> p, const CostMatrix& costs)
      : p_(p), costs_(costs), is_zero_one_(costs.is_zero_one() && p.size() > kFewClasses) {
    if (is_zero_one_) total_ = std::accumulate(p.begin(), p.end(), 0.0);
  }
  [[nodiscard]] double operator()(std::size_t decided) const {
    if (is_zero_one_) return std::max(total_ - p_[decided], 0.0);
    double sum = 0;
    for (std::size_t i = 0; i < p_.size(); ++i) sum += p_[i] * costs_(i, decided);
    return sum;
  }

 private:
  static constexpr std::size_t kFewClasses = 16;
  std::span<const double> p_;
  const CostMatrix& costs_;
  bool is_zero_one_;
  double total_ = 0;
};

double clipped_quality(double cost, double spammer_cost) {
  if (!(spammer_cost > 0)) return std::numeric_limits<double>::quiet_NaN();
  return std::clamp(1 - cost / spammer_cost, 0.0, 1.0);
}

}  // namespace

double soft_label(std::span<const double> prior, std::span<const double> likelihood, std::span<double> soft) {
  double total = 0;
  for (std::size_t i = 0; i < prior.size(); ++i) total += soft[i] = prior[i] * likelihood[i];
  if (!(total > 0)) {
    std::copy(prior.begin(), prior.end(), soft.begin());
    return 0;
  }
  for (double& v : soft) v /= total;
  return total;
}

double expected_cost(std::span<const double> p, const CostMatrix& costs) {
  const DecisionCosts cost_of(p, costs);
  double sum = 0;
  for (std::size_t j = 0; j < p.size(); ++j) {
    if (p[j] > 0) sum += p[j] * cost_of(j);
  }
  return sum;
}

Decision best_decision(std::span<const double> p, std::span<const double> prior, const CostMatrix& costs) {
  const DecisionCosts cost_of(p, costs);
  Decision best{0, cost_of(0)};
  for (std::size_t j = 1; j < p.size(); ++j) {
    const double cost = cost_of(j);
    const double slack = kTie * std::max(cost, best.cost);
    const bool better = cost < best.cost - slack;
    const bool tie_won = cost <= best.cost + slack && prior[j] > prior[best.label] + kTie;
    if (better || tie_won) best = {static_cast<ClassIndex>(j), cost};
  }
  return best;
}

double minimum_cost(std::span<const double> p, const CostMatrix& costs) {
  const DecisionCosts cost_of(p, costs);
  double best = cost_of(0);
  for (std::size_t j = 1; j < p.size(); ++j) best = std::min(best, cost_of(j));
  return best;
}

double doubtful_cost(const CostMatrix& costs) {
  double largest = 0;
  for (std::size_t t = 0; t < costs.class_count(); ++t) {
    for (std::size_t d = 0; d < costs.class_count(); ++d) largest = std::max(largest, costs(t, d));
  }
  return largest > 0 ? kDoubtfulPart * largest * (1 - kRounding) : std::numeric_limits<double>::infinity();
}

ClassIndex most_likely(std::span<const double> p, std::span<const double> prior) {
  std::size_t best = 0;
  for (std::size_t j = 1; j < p.size(); ++j) {
    const bool better = p[j] > p[best] + kTie;
    const bool tie_won = p[j] >= p[best] - kTie && prior[j] > prior[best] + kTie;
    if (better || tie_won) best = j;
  }
  return static_cast<ClassIndex>(best);
}

QualityFormula::QualityFormula(std::vector<double> prior, CostMatrix costs)
    : prior_(std::move(prior)), costs_(std::move(costs)) {
  spammer_ = {expected_cost(prior_, costs_), minimum_cost(prior_, costs_)};
}

// (1 / Pr(l)) sum_ij J_i J_j cost(i, j) for the joint probabilities J_i = Pr(true i, given l).
double QualityFormula::joint_expected_cost(std::span<const double> joint, double total) const {
  if (!(total > 0)) return 0;
  if (!costs_.is_zero_one()) return expected_cost(joint, costs_) / total;
  double squares = 0;
  for (const double v : joint) squares += v * v;
  return std::max(total - squares / total, 0.0);
}

BothConventions QualityFormula::worker_cost(std::span<const double> confusion) const {
  const std::size_t k = prior_.size();
  thread_local std::vector<double> joint;
  joint.resize(k);
  BothConventions sum;
  for (std::size_t given = 0; given < k; ++given) {
    double total = 0;
    double largest = 0;
    for (std::size_t i = 0; i < k; ++i) {
      joint[i] = prior_[i] * confusion[given * k + i];
      total += joint[i];
      largest = std::max(largest, joint[i]);
    }
    sum.expected += joint_expected_cost(joint, total);
    sum.minimum += costs_.is_zero_one() ? total - largest : assay::quality::minimum_cost(joint, costs_);
  }
  return sum;
}

BothConventions QualityFormula::quality(const BothConventions& cost) const {
  return {clipped_quality(cost.expected, spammer_.expected), clipped_quality(cost.minimum, spammer_.minimum)};
}

double QualityFormula::accuracy(std::span<const double> confusion) const {
  const std::size_t k = prior_.size();
  double sum = 0;
  for (std::size_t i = 0; i < k; ++i) sum += prior_[i] * confusion[i * k + i];
  return sum;
}

}  // namespace assay::quality
