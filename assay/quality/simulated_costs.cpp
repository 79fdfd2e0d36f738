#include "assay/quality/simulated_costs.h"

#include <algorithm>
#include <cmath>

#include "assay/quality/expected_cost.h"

namespace assay::quality {
namespace {

// Between two of these no product of probabilities that were drawn gets too small.
constexpr std::uint32_t kRescaleEvery = 16;

}  // namespace

SimulatedCosts::SimulatedCosts(std::span<const double> prior, const CostMatrix& costs,
                               std::span<const double> confusion, std::size_t item_count, std::uint64_t seed)
    : k_(prior.size()), costs_(costs), confusion_(confusion), cumulative_(k_ * k_) {
  for (std::size_t i = 0; i < k_; ++i) {
    double sum = 0;
    for (std::size_t g = 0; g < k_; ++g) cumulative_[i * k_ + g] = sum += confusion[g * k_ + i];
  }
  std::size_t truth = 0;
  double reached = prior[0];
  for (std::size_t s = 0; s < item_count; ++s) {
    const double at = (static_cast<double>(s) + 0.5) / static_cast<double>(item_count);
    while (truth + 1 < k_ && at >= reached) reached += prior[++truth];
    truth_.push_back(static_cast<std::uint32_t>(truth));
    random_.emplace_back(seed, s);
    weights_.insert(weights_.end(), prior.begin(), prior.end());
  }
}

void SimulatedCosts::add_label() {
  ++labels_;
  for (std::size_t s = 0; s < truth_.size(); ++s) {
    const double* cumulative = cumulative_.data() + truth_[s] * k_;
    const double at = random_[s].uniform() * cumulative[k_ - 1];
    std::size_t given = 0;
    // Without branches: which way they go could not be foretold.
    for (std::size_t g = 0; g + 1 < k_; ++g) given += at >= cumulative[g] ? 1 : 0;
    const double* factor = confusion_.data() + given * k_;
    double* weight = weights_.data() + s * k_;
    for (std::size_t i = 0; i < k_; ++i) weight[i] *= factor[i];
  }
  if (labels_ % kRescaleEvery == 0) rescale();
}

void SimulatedCosts::rescale() {
  for (std::size_t s = 0; s < truth_.size(); ++s) {
    double* weight = weights_.data() + s * k_;
    const double largest = *std::max_element(weight, weight + k_);
    for (std::size_t i = 0; i < k_; ++i) weight[i] /= largest;
  }
}

double SimulatedCosts::item_cost(std::span<const double> weight) const {
  double sum = 0;
  double largest = 0;
  for (const double w : weight) {
    sum += w;
    largest = std::max(largest, w);
  }
  return (costs_.is_zero_one() ? sum - largest : minimum_cost(weight, costs_)) / sum;
}

SimulatedCost SimulatedCosts::cost() const {
  const auto n = static_cast<double>(truth_.size());
  double sum = 0;
  double squares = 0;
  for (std::size_t s = 0; s < truth_.size(); ++s) {
    const double cost = item_cost({weights_.data() + s * k_, k_});
    sum += cost;
    squares += cost * cost;
  }
  const double mean = sum / n;
  return {mean, std::sqrt(std::max(squares / n - mean * mean, 0.0) / n)};
}

}  // namespace assay::quality
