#include "assay/selection/entropy.h"

#include <cmath>

#include "assay/base/numerics.h"

namespace assay::selection {
namespace {

class Entropy final : public Strategy {
 public:
  [[nodiscard]] std::string_view name() const override { return "entropy"; }
  void learn(const Situation& /*situation*/) override {}
  [[nodiscard]] double score(const ItemView& item, std::optional<WorkerIndex> /*worker*/) const override {
    if (item.rows.empty()) return std::log(static_cast<double>(item.counts.size()));
    double sum = 0;
    for (const auto n : item.counts) sum -= x_log_x(static_cast<double>(n) / static_cast<double>(label_count(item)));
    return sum;
  }
  [[nodiscard]] std::string reason(const ItemView& item, std::optional<WorkerIndex> worker) const override {
    if (item.rows.empty()) return "no label yet";
    return labels_in_words(label_count(item)) + " of entropy " + digits(score(item, worker));
  }
};

}  // namespace

StrategyInfo entropy_info() {
  return {"entropy",
          "the most mixed labels first; equal labels are never looked at again",
          "Sheng, Provost and Ipeirotis 2008, Get another label?, KDD",
          false,
          false,
          [] { return std::make_unique<Entropy>(); }};
}

}  // namespace assay::selection
