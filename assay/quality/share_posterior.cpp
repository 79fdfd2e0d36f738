#include "assay/quality/share_posterior.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "assay/base/numerics.h"

namespace assay::quality {
namespace {

constexpr double kEdge = 1e-6;
constexpr int kHalvings = 24;
constexpr std::size_t kNodes = 16;
constexpr double kLast = 0.998;
constexpr double kSharpening = 8;
constexpr double kMostOdds = 1e15;
constexpr double kSharpest = 2.001;  // place without an end

double logit(double q) {
  q = std::clamp(q, kEdge, 1 - kEdge);
  return std::log(q / (1 - q));
}

}  // namespace

double quality_quantile(const Measured& quality, double level, double p) {
  const double low = std::isnan(quality.low) ? 0 : quality.low;
  const double high = std::isnan(quality.high) ? 1 : quality.high;
  const double value = std::isnan(quality.value) ? (low + high) / 2 : quality.value;
  if (p < 0.5 && !(low > 0)) return 2 * p * value;
  const double end = normal_quantile((1 + level) / 2);
  const double part = normal_quantile(p) / end;
  const double step = p < 0.5 ? logit(value) - logit(low) : logit(high) - logit(value);
  return 1 / (1 + std::exp(-(logit(value) + part * step)));
}

// The label that a worker of these rows would have for each class if he never erred: a label a class, likeliest pairs
// first. Someone who is always one class too strict keeps his reading of the classes.
std::vector<std::size_t> own_names(std::span<const double> confusion, std::size_t k) {
  std::vector<std::size_t> cells(k * k);
  std::iota(cells.begin(), cells.end(), std::size_t{0});
  std::stable_sort(cells.begin(), cells.end(),
                   [&](std::size_t a, std::size_t b) { return confusion[a] > confusion[b]; });
  std::vector<std::size_t> out(k, k);
  std::vector<bool> taken(k);
  for (const std::size_t cell : cells) {
    if (out[cell % k] < k || taken[cell / k]) continue;
    out[cell % k] = cell / k;
    taken[cell / k] = true;
  }
  return out;
}

// Places: 0 is blind, 1 the worker himself, 2 never errs.
SharePosterior::SharePosterior(ValueFormula& formula, const QualityFormula& qualities,
                               std::span<const double> confusion, const WorkerValue& value, const Measured& quality,
                               double level)
    : formula_(formula),
      qualities_(qualities),
      confusion_(confusion),
      quality_(quality),
      level_(level),
      rough_(formula.rough_value(confusion, value)),
      matrix_(confusion.begin(), confusion.end()) {
  const auto& prior = qualities.prior();
  const std::size_t k = prior.size();
  for (std::size_t g = 0; g < k; ++g) {
    double said = 0;
    for (std::size_t t = 0; t < k; ++t) said += prior[t] * confusion[g * k + t];
    blind_.push_back(said);
  }
  names_ = own_names(confusion, k);
  own_quality_ = quality_of(1);
}

void SharePosterior::set_matrix(double place) {
  const std::size_t k = blind_.size();
  const double sharpening = kSharpening * (place - 1) / (kSharpest - place);
  for (std::size_t t = 0; t < k; ++t) {
    double sum = 0;
    for (std::size_t g = 0; g < k; ++g) {
      const double own = confusion_[g * k + t];
      double& cell = matrix_[g * k + t];
      cell = place < 1 ? (1 - place) * blind_[g] + place * own : own;
      if (place > 1 && names_[t] == g)
        cell *= std::min(kMostOdds, std::pow(std::max(1.0, own / blind_[g]), sharpening));
      sum += cell;
    }
    for (std::size_t g = 0; g < k; ++g) matrix_[g * k + t] /= sum;
  }
}

double SharePosterior::quality_of(double place) {
  set_matrix(place);
  const double quality = qualities_.quality(qualities_.worker_cost(matrix_)).expected;
  return std::isnan(quality) ? 0 : quality;
}

double SharePosterior::share_at(double quality) {
  double below = quality < own_quality_ ? 0 : 1;
  double above = below + 1;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (below + above) / 2;
    (quality_of(middle) < quality ? below : above) = middle;
  }
  set_matrix((below + above) / 2);
  return formula_.rough_share(matrix_, rough_);
}

double SharePosterior::quantile(double p) { return share_at(quality_quantile(quality_, level_, p)); }

double SharePosterior::mean() {
  double sum = 0;
  for (std::size_t i = 0; i < kNodes; ++i) sum += quantile((static_cast<double>(i) + 0.5) / double(kNodes));
  return sum / double(kNodes);
}

double SharePosterior::probability_from(double x) {
  if (x <= 0) return 1;
  if (quantile(kLast) < x) return 0;
  double below = 0;
  double above = 1;
  while (above - below > 1.0 / 500) {
    const double middle = (below + above) / 2;
    (quantile(middle) < x ? below : above) = middle;
  }
  return 1 - (below + above) / 2;
}

}  // namespace assay::quality
