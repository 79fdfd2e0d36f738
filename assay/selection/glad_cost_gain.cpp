#include "assay/selection/glad_cost_gain.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "assay/selection/glad_belief.h"

namespace assay::selection {
namespace {

class GladCostGain final : public Strategy {
 public:
  [[nodiscard]] std::string_view name() const override { return "glad_cost_gain"; }
  void learn(const Situation& situation) override {
    situation_ = &situation;
    belief_.fit(situation);
    posterior_.resize(situation.costs.class_count());
  }
  [[nodiscard]] double score(const ItemView& item, std::optional<WorkerIndex> /*worker*/) const override {
    belief_.posterior(item, posterior_);
    return expected_cost_change(posterior_, belief_.new_worker_right(item.item), situation_->costs);
  }
  [[nodiscard]] std::string reason(const ItemView& item, std::optional<WorkerIndex> worker) const override {
    return "by glad, a label is expected to change the cost of a decision by " + digits(score(item, worker));
  }

 private:
  const Situation* situation_ = nullptr;
  GladBelief belief_;
  mutable std::vector<double> posterior_;
};

}  // namespace

// Label l leaves p(t) Pr(l | t) = wrong p(t) + (t = l) (right - wrong) p(l), before it is divided by Pr(l).
double expected_cost_change(std::span<const double> posterior, double right, const CostMatrix& costs) {
  const std::size_t k = posterior.size();
  const double wrong = k > 1 ? (1 - right) / static_cast<double>(k - 1) : 0;
  std::vector<double> decided(k);
  for (std::size_t j = 0; j < k; ++j) {
    for (std::size_t t = 0; t < k; ++t) decided[j] += posterior[t] * costs(t, j);
  }
  const double now = std::ranges::min(decided);
  double sum = 0;
  for (std::size_t l = 0; l < k; ++l) {
    const double more = (right - wrong) * posterior[l];
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t j = 0; j < k; ++j) least = std::min(least, wrong * decided[j] + more * costs(l, j));
    sum += std::abs((wrong + more) * now - least);
  }
  return sum;
}

StrategyInfo glad_cost_gain_info() {
  return {"glad_cost_gain",
          "the largest expected change of the minimum cost by glad's posterior first (GLAD-CostV)",
          "Wang, Ipeirotis and Provost 2017, Cost-effective quality assurance in crowd labeling, Information Systems "
          "Research 28(1)",
          false,
          false,
          [] { return std::make_unique<GladCostGain>(); }};
}

}  // namespace assay::selection
