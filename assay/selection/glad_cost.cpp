#include "assay/selection/glad_cost.h"

#include "assay/quality/expected_cost.h"
#include "assay/selection/glad_belief.h"

namespace assay::selection {
namespace {

class GladCost final : public Strategy {
 public:
  [[nodiscard]] std::string_view name() const override { return "glad_cost"; }
  void learn(const Situation& situation) override {
    situation_ = &situation;
    belief_.fit(situation);
    posterior_.resize(situation.costs.class_count());
  }
  [[nodiscard]] double score(const ItemView& item, std::optional<WorkerIndex> /*worker*/) const override {
    belief_.posterior(item, posterior_);
    return quality::minimum_cost(posterior_, situation_->costs);
  }
  [[nodiscard]] std::string reason(const ItemView& item, std::optional<WorkerIndex> worker) const override {
    return "by glad, a decision now is expected to cost " + digits(score(item, worker));
  }

 private:
  const Situation* situation_ = nullptr;
  GladBelief belief_;
  mutable std::vector<double> posterior_;
};

}  // namespace

StrategyInfo glad_cost_info() {
  return {"glad_cost",
          "the highest minimum cost by glad's posterior first (GLAD-Cost)",
          "Wang, Ipeirotis and Provost 2017, Cost-effective quality assurance in crowd labeling, Information Systems "
          "Research 28(1)",
          false,
          false,
          [] { return std::make_unique<GladCost>(); }};
}

}  // namespace assay::selection
