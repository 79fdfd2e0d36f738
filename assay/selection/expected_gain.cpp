#include "assay/selection/expected_gain.h"

#include "assay/base/numerics.h"
#include "assay/quality/expected_cost.h"
#include "assay/selection/look_ahead.h"

namespace assay::selection {
namespace {

const std::vector<int> kHorizons = {1, 2, 3, 4, 5, 6};

// Label probabilities over the classes looked at, one level. Above four classes: the mean accuracy, even errors, and
// one outcome for all other classes.
Matrix<double> label_probability(const Situation& situation) {
  const std::size_t k = situation.costs.class_count();
  const auto matrix = new_worker(situation.counts);
  if (k <= kMostFocusClasses) {
    Matrix<double> out(k, k);
    for (std::size_t t = 0; t < k; ++t) {
      for (std::size_t g = 0; g < k; ++g) out(t, g) = matrix[g * k + t];
    }
    return out;
  }
  double right = 0;
  for (std::size_t t = 0; t < k; ++t) right += situation.prior[t] * matrix[t * k + t];
  const double wrong = (1 - right) / static_cast<double>(k - 1);
  Matrix<double> out(kMostFocusClasses, kMostFocusClasses + 1, wrong);
  for (std::size_t t = 0; t < kMostFocusClasses; ++t) {
    out(t, t) = right;
    out(t, kMostFocusClasses) = wrong * static_cast<double>(k - kMostFocusClasses);
  }
  return out;
}

class ExpectedGain final : public Strategy {
 public:
  [[nodiscard]] std::string_view name() const override { return "expected_gain"; }
  void learn(const Situation& situation) override {
    situation_ = &situation;
    const auto probability = label_probability(situation);
    look_ahead_ = LookAhead(probability, probability.rows(), 1, kHorizons);
  }
  [[nodiscard]] double score(const ItemView& item, std::optional<WorkerIndex> /*worker*/) const override {
    return best(item).gain;
  }
  [[nodiscard]] std::string reason(const ItemView& item, std::optional<WorkerIndex> /*worker*/) const override {
    const Best b = best(item);
    return labels_in_words(static_cast<std::uint64_t>(b.label_count)) + (b.label_count == 1 ? " is" : " are") +
           " expected to save " + digits(b.gain * b.label_count);
  }

 private:
  struct Best {
    double gain = 0;
    int label_count = 1;
  };
  [[nodiscard]] Best best(const ItemView& item) const {
    if (item.posterior.size() <= kMostFocusClasses) return best_of(item.posterior, situation_->costs);
    const auto classes = focus_classes(item.posterior);
    std::vector<double> p;
    for (const auto c : classes) p.push_back(item.posterior[c]);
    normalize(p);
    return best_of(p, focus_costs(situation_->costs, classes));
  }
  [[nodiscard]] Best best_of(std::span<const double> p, const CostMatrix& costs) const {
    constexpr double kRounding = 1e-12;
    Best out;
    const double now = quality::minimum_cost(p, costs);
    for (std::size_t i = 0; i < kHorizons.size(); ++i) {
      const double gain = (now - look_ahead_.cost(i, p, costs)) / kHorizons[i];
      if (gain > out.gain + kRounding) out = {gain, kHorizons[i]};
    }
    return out;
  }

  const Situation* situation_ = nullptr;
  LookAhead look_ahead_;
};

}  // namespace

StrategyInfo expected_gain_info() {
  return {
      "expected_gain",
      "the most cost saved per label first, looking up to six labels ahead",
      "Frazier and Powell 2010, Paradoxes in learning and the marginal value of information, Decision Analysis 7(4)",
      false,
      false,
      [] { return std::make_unique<ExpectedGain>(); }};
}

}  // namespace assay::selection
