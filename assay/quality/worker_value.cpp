#include "assay/quality/worker_value.h"

#include <algorithm>
#include <cmath>

#include "assay/base/numerics.h"

namespace assay::quality {
namespace {

constexpr double kFadingPart = 0.1;
constexpr double kMostAdaptive = 30;  // as in adaptive_workers_needed
constexpr double kLeastStrength = 1e-3;

}  // namespace

double price_share(double workers_needed, double most) {
  if (!(workers_needed < most)) return workers_needed <= 1 ? 1 : 0;
  const double share = 1 / std::max(1.0, workers_needed);
  const double fading = kFadingPart * most;
  return share * std::min(1.0, (most - workers_needed) / fading);
}

double ShareDistribution::probability_from(double x) const {
  if (x <= 0) return 1;
  const double most = mean * (1 - mean);
  if (!(variance > 0) || most <= 0 || x >= 1) return mean >= x ? 1 : 0;
  const double strength = std::max(most / variance - 1, kLeastStrength);
  return 1 - beta_cdf(x, mean * strength, (1 - mean) * strength);
}

ValueFormula::ValueFormula(std::vector<double> prior, CostMatrix costs, QualityTarget target, Labelling labelling)
    : workers_(std::move(prior), std::move(costs)), target_(target), labelling_(labelling) {}

WorkerValue ValueFormula::value(std::span<const double> confusion) {
  workers_.set(confusion);
  WorkerValue out;
  if (labelling_ == Labelling::adaptive) {
    out.needed = adaptive_workers_needed(workers_, target_);
    out.share = price_share(out.needed.continuous, std::min<double>(target_.most, kMostAdaptive));
  } else {
    out.needed = workers_needed(workers_, target_);
    out.share = price_share(out.needed.continuous, target_.most);
  }
  return out;
}

RoughValue ValueFormula::rough_value(std::span<const double> confusion, const WorkerValue& value) {
  workers_.set(confusion);
  const RoughNeed here = roughly_needed(workers_, target_);
  const double exact = labelling_ == Labelling::fixed ? value.needed.continuous : here.continuous;
  RoughValue out;
  if (exact > here.exact_up_to && here.continuous > here.exact_up_to) out.start = here.exact_up_to;
  if (std::isfinite(exact) && std::isfinite(here.continuous)) {
    out.stretch = (exact - out.start) / (here.continuous - out.start);
  }
  if (labelling_ == Labelling::fixed) return out;
  const double fixed = price_share(here.continuous, target_.most);
  out.factor = fixed > 0 ? value.share / fixed : 0;
  return out;
}

double ValueFormula::rough_share(std::span<const double> confusion, const RoughValue& rough) {
  workers_.set(confusion);
  double needed = roughly_needed(workers_, target_).continuous;
  if (needed > rough.start) needed = rough.start + rough.stretch * (needed - rough.start);
  return std::min(1.0, rough.factor * price_share(needed, target_.most));
}

ShareDistribution ValueFormula::distribution(const ConfusionPosterior& posterior, std::size_t worker,
                                             const WorkerValue& value, std::size_t draw_count, Random& random) {
  const RoughValue rough = rough_value(posterior.mean().worker(worker), value);
  double sum = 0;
  double squares = 0;
  std::vector<double> matrix(workers_.prior().size() * workers_.prior().size());
  for (std::size_t i = 0; i < draw_count; ++i) {
    posterior.draw(worker, random, matrix);
    const double share = rough_share(matrix, rough);
    sum += share;
    squares += share * share;
  }
  const auto n = static_cast<double>(draw_count);
  const double mean = sum / n;
  return {mean, std::max(squares / n - mean * mean, 0.0)};
}

}  // namespace assay::quality
