#include "assay/selection/model_uncertainty.h"

#include <algorithm>

#include "assay/base/check.h"

namespace assay::selection {
namespace {

class ModelUncertainty final : public Strategy {
 public:
  [[nodiscard]] std::string_view name() const override { return "model_uncertainty"; }
  void learn(const Situation& situation) override { situation_ = &situation; }
  [[nodiscard]] double score(const ItemView& item, std::optional<WorkerIndex> /*worker*/) const override {
    return model_uncertainty(*situation_, item.item);
  }
  [[nodiscard]] std::string reason(const ItemView& item, std::optional<WorkerIndex> worker) const override {
    return "the classifier leaves " + digits(score(item, worker)) + " to other classes than its first";
  }

 private:
  const Situation* situation_ = nullptr;
};

}  // namespace

double model_uncertainty(const Situation& situation, ItemIndex item) {
  ASSAY_ASSERT(!situation.model_probability.empty());
  return 1 - std::ranges::max(situation.model_probability.row(item));
}

StrategyInfo model_uncertainty_info() {
  return {"model_uncertainty",
          "the items of which a classifier is least sure first",
          "Sheng, Provost and Ipeirotis 2008, Get another label?, KDD",
          true,
          false,
          [] { return std::make_unique<ModelUncertainty>(); }};
}

}  // namespace assay::selection
