#include "assay/selection/round_robin.h"

namespace assay::selection {
namespace {

class RoundRobin final : public Strategy {
 public:
  [[nodiscard]] std::string_view name() const override { return "round_robin"; }
  void learn(const Situation& /*situation*/) override {}
  [[nodiscard]] double score(const ItemView& item, std::optional<WorkerIndex> /*worker*/) const override {
    return -static_cast<double>(label_count(item));
  }
  [[nodiscard]] std::string reason(const ItemView& item, std::optional<WorkerIndex> /*worker*/) const override {
    return labels_in_words(label_count(item)) + " so far";
  }
};

}  // namespace

StrategyInfo round_robin_info() {
  return {"round_robin",
          "the fewest labels first, whatever they say: fixed redundancy",
          "Sheng, Provost and Ipeirotis 2008, Get another label?, KDD",
          false,
          false,
          [] { return std::make_unique<RoundRobin>(); }};
}

}  // namespace assay::selection
