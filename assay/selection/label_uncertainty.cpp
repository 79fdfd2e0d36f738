#include "assay/selection/label_uncertainty.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "assay/base/numerics.h"

namespace assay::selection {
namespace {

// Pr(Gamma(n + 1) <= x) for a whole n >= 0: 1 - e^-x sum_{k <= n} x^k / k!.
double gamma_cdf(std::uint32_t n, double x) {
  double term = std::exp(-x);
  double sum = term;
  for (std::uint32_t k = 1; k <= n; ++k) sum += term *= x / k;
  return std::max(0.0, 1 - sum);
}

// Rates of a Dirichlet are gamma variables over their sum, so the largest rate is the largest of those. The integral
// over the first's value x is taken by Simpson's rule, between points where its density is negligible.
double largest_probability(std::span<const std::uint32_t> sorted) {
  constexpr int kSteps = 400;
  const double shape = sorted[0] + 1.0;
  const double low = std::max(0.0, shape - 9 * std::sqrt(shape));
  const double high = shape + 9 * std::sqrt(shape) + 20;
  const double width = (high - low) / kSteps;
  const double log_normal = log_gamma(shape);
  double sum = 0;
  for (int i = 0; i <= kSteps; ++i) {
    const double x = low + i * width;
    double f = x > 0 ? std::exp((shape - 1) * std::log(x) - x - log_normal) : (sorted[0] == 0 ? 1.0 : 0.0);
    for (std::size_t c = 1; c < sorted.size() && f > 0;) {
      std::size_t equal = c;
      while (equal < sorted.size() && sorted[equal] == sorted[c]) ++equal;
      f *= std::pow(gamma_cdf(sorted[c], x), static_cast<double>(equal - c));
      c = equal;
    }
    sum += f * (i == 0 || i == kSteps ? 1 : i % 2 == 1 ? 4 : 2);
  }
  return std::clamp(sum * width / 3, 0.0, 1.0);
}

class LabelUncertainty final : public Strategy {
 public:
  [[nodiscard]] std::string_view name() const override { return "label_uncertainty"; }
  void learn(const Situation& /*situation*/) override {}
  [[nodiscard]] double score(const ItemView& item, std::optional<WorkerIndex> /*worker*/) const override {
    sorted_.assign(item.counts.begin(), item.counts.end());
    std::ranges::sort(sorted_, std::greater<>());
    const auto found = known_.find(sorted_);
    if (found != known_.end()) return found->second;
    const double value = label_uncertainty(sorted_);
    if (known_.size() < kMostKnown) known_.emplace(sorted_, value);
    return value;
  }
  [[nodiscard]] std::string reason(const ItemView& item, std::optional<WorkerIndex> worker) const override {
    if (item.rows.empty()) return "no label yet";
    return labels_leave(label_count(item)) + digits(score(item, worker)) + " that another class is more common";
  }

 private:
  static constexpr std::size_t kMostKnown = 100000;
  mutable std::vector<std::uint32_t> sorted_;
  mutable std::map<std::vector<std::uint32_t>, double> known_;
};

}  // namespace

double label_uncertainty(std::span<const std::uint32_t> counts) {
  std::vector<std::uint32_t> sorted(counts.begin(), counts.end());
  std::ranges::sort(sorted, std::greater<>());
  if (sorted.size() < 2) return 0;
  if (sorted.size() == 2) return beta_cdf(0.5, sorted[0] + 1.0, sorted[1] + 1.0);
  if (sorted[0] == 0) return 1 - 1 / static_cast<double>(sorted.size());
  return 1 - largest_probability(sorted);
}

StrategyInfo label_uncertainty_info() {
  return {"label_uncertainty",
          "the labels that say least which class is the most common first (Beta tail)",
          "Sheng, Provost and Ipeirotis 2008, Get another label?, KDD",
          false,
          false,
          [] { return std::make_unique<LabelUncertainty>(); }};
}

}  // namespace assay::selection
