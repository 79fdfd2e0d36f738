#include "assay/selection/label_and_model_uncertainty.h"

#include <cmath>

#include "assay/selection/label_uncertainty.h"
#include "assay/selection/model_uncertainty.h"

namespace assay::selection {
namespace {

class LabelAndModelUncertainty final : public Strategy {
 public:
  [[nodiscard]] std::string_view name() const override { return "label_and_model_uncertainty"; }
  void learn(const Situation& situation) override { situation_ = &situation; }
  [[nodiscard]] double score(const ItemView& item, std::optional<WorkerIndex> worker) const override {
    return std::sqrt(labels_->score(item, worker) * model_uncertainty(*situation_, item.item));
  }
  [[nodiscard]] std::string reason(const ItemView& item, std::optional<WorkerIndex> worker) const override {
    return "doubt of the labels " + digits(labels_->score(item, worker)) + ", of the classifier " +
           digits(model_uncertainty(*situation_, item.item));
  }

 private:
  const Situation* situation_ = nullptr;
  std::unique_ptr<Strategy> labels_ = label_uncertainty_info().make();
};

}  // namespace

StrategyInfo label_and_model_uncertainty_info() {
  return {"label_and_model_uncertainty",
          "geometric mean of label_uncertainty and model_uncertainty",
          "Sheng, Provost and Ipeirotis 2008, Get another label?, KDD",
          true,
          false,
          [] { return std::make_unique<LabelAndModelUncertainty>(); }};
}

}  // namespace assay::selection
