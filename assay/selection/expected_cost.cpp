#include "assay/selection/expected_cost.h"

#include "assay/quality/expected_cost.h"

namespace assay::selection {
namespace {

class ExpectedCost final : public Strategy {
 public:
  [[nodiscard]] std::string_view name() const override { return "expected_cost"; }
  void learn(const Situation& situation) override { situation_ = &situation; }
  [[nodiscard]] double score(const ItemView& item, std::optional<WorkerIndex> /*worker*/) const override {
    return quality::minimum_cost(item.posterior, situation_->costs);
  }
  [[nodiscard]] std::string reason(const ItemView& item, std::optional<WorkerIndex> worker) const override {
    return "a decision now is expected to cost " + digits(score(item, worker));
  }

 private:
  const Situation* situation_ = nullptr;
};

}  // namespace

StrategyInfo expected_cost_info() {
  return {"expected_cost",
          "the highest estimated minimum cost first (EM-Cost)",
          "Wang, Ipeirotis and Provost 2017, Cost-effective quality assurance in crowd labeling, Information Systems "
          "Research 28(1)",
          false,
          false,
          [] { return std::make_unique<ExpectedCost>(); }};
}

}  // namespace assay::selection
