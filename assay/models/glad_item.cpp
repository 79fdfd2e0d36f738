#include "assay/models/glad_item.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace assay::models {
namespace {

// exp of it and its square stay far from overflow, and no data can tell such items from perfectly easy or hopeless
// ones.
constexpr double kLargestLogEasiness = 20;
constexpr double kLargestStep = 1;
constexpr int kHalvings = 4;
// A step that promises less than this is not worth the exponentials of looking where it leads.
constexpr double kSmallestGain = 1e-6;

// exp(x) for x <= 0, within 3 units in the last place; branch-free, so that loops over labels vectorise.
inline double exp_of_negative(double x) {
  constexpr double kRound = 6755399441055744.0;  // 1.5 x 2^52: adding it rounds to an integer in the low bits
  x = x < -700 ? -700 : x;
  const double shifted = x * 1.4426950408889634 + kRound;
  const double n = shifted - kRound;
  const double r = (x - n * 0.693147180369123816490) - n * 1.90821492927058770002e-10;
  double p = 1.0 / 39916800;
  p = p * r + 1.0 / 3628800;
  p = p * r + 1.0 / 362880;
  p = p * r + 1.0 / 40320;
  p = p * r + 1.0 / 5040;
  p = p * r + 1.0 / 720;
  p = p * r + 1.0 / 120;
  p = p * r + 1.0 / 24;
  p = p * r + 1.0 / 6;
  p = p * r + 0.5;
  p = p * r + 1;
  p = p * r + 1;
  const std::uint64_t power = (std::bit_cast<std::uint64_t>(shifted) + 1023) << 52;
  return p * std::bit_cast<double>(power);
}

// sum of log(1 + e) over 0 <= e <= 1: factors up to 2, so 512 of them fit a double.
double sum_log_one_plus(std::span<const double> e) {
  double sum = 0;
  for (std::size_t begin = 0; begin < e.size(); begin += 512) {
    double product = 1;
    for (const double v : e.subspan(begin, std::min<std::size_t>(512, e.size() - begin))) product *= 1 + v;
    sum += std::log(product);
  }
  return sum;
}

}  // namespace

GladItem::GladItem(std::size_t class_count, const EasinessPrior& prior)
    : class_count_(class_count),
      prior_(prior),
      log_others_(std::log(static_cast<double>(class_count - 1))),
      ability_sums_(class_count),
      weight_sums_(class_count),
      scores_(class_count),
      posterior_(class_count) {}

void GladItem::load(std::span<const ClassIndex> labels, std::span<const double> abilities,
                    std::span<const double> weights, std::span<const double> log_prior, ClassIndex gold,
                    bool gold_in_prior) {
  labels_ = labels;
  abilities_ = abilities;
  weights_ = weights;
  log_prior_ = log_prior;
  gold_ = gold;
  gold_in_prior_ = gold_in_prior;
  correct_.resize(labels.size());
  decay_.resize(labels.size());
  std::fill(ability_sums_.begin(), ability_sums_.end(), 0.0);
  std::fill(weight_sums_.begin(), weight_sums_.end(), 0.0);
  for (std::size_t l = 0; l < labels.size(); ++l) {
    const double weight = weights.empty() ? 1 : weights[l];
    ability_sums_[labels[l]] += weight * abilities[l];
    weight_sums_[labels[l]] += weight;
  }
}

void GladItem::set_posterior() {
  for (std::size_t t = 0; t < class_count_; ++t) {
    scores_[t] = log_prior_[t] + easiness_ * ability_sums_[t] + weight_sums_[t] * log_others_;
  }
  if (gold_ != kNoClass) {
    std::fill(posterior_.begin(), posterior_.end(), 0.0);
    posterior_[gold_] = 1;
    evidence_ = scores_[gold_] - (gold_in_prior_ ? 0 : log_prior_[gold_]);
    return;
  }
  const double largest = *std::max_element(scores_.begin(), scores_.end());
  double sum = 0;
  for (std::size_t t = 0; t < class_count_; ++t) sum += posterior_[t] = std::exp(scores_[t] - largest);
  for (double& p : posterior_) p /= sum;
  evidence_ = largest + std::log(sum);
}

void GladItem::evaluate(double b) {
  easiness_ = std::exp(b);
  set_posterior();
  const std::size_t n = labels_.size();
  const double* ability = abilities_.data();
  for (std::size_t l = 0; l < n; ++l) decay_[l] = exp_of_negative(-std::abs(easiness_ * ability[l]));
  double softplus = weights_.empty() ? sum_log_one_plus(decay_) : 0;
  double guessed = 0;      // sum of weight x ability x s(x)
  double information = 0;  // sum of weight x ability^2 x s(x)(1 - s(x))
  double total_weight = weights_.empty() ? static_cast<double>(n) : 0;
  for (std::size_t l = 0; l < n; ++l) {
    const double x = easiness_ * ability[l];
    const double s = (x >= 0 ? 1 : decay_[l]) / (1 + decay_[l]);
    const double weight = weights_.empty() ? 1 : weights_[l];
    correct_[l] = s;
    guessed += weight * ability[l] * s;
    information += weight * ability[l] * ability[l] * s * (1 - s);
    softplus += weight * std::max(x, 0.0);
    if (weights_.empty()) continue;
    softplus += weight * std::log1p(decay_[l]);
    total_weight += weight;
  }
  double known = 0;
  for (std::size_t t = 0; t < class_count_; ++t) known += posterior_[t] * ability_sums_[t];
  const double precision = 1 / (prior_.deviation * prior_.deviation);
  const double distance = b - prior_.mean;
  value_ = evidence_ - softplus - total_weight * log_others_ - 0.5 * precision * distance * distance;
  slope_ = easiness_ * (known - guessed) - precision * distance;
  curvature_ = easiness_ * easiness_ * information + precision;
}

double GladItem::climb(double b) {
  evaluate(b);
  const double start = value_;
  double step = std::clamp(slope_ / curvature_, -kLargestStep, kLargestStep);
  if (slope_ * step < kSmallestGain) return b;
  for (int i = 0; i < kHalvings; ++i) {
    const double next = std::clamp(b + step, -kLargestLogEasiness, kLargestLogEasiness);
    evaluate(next);
    if (value_ >= start) return next;
    step /= 4;
  }
  evaluate(b);
  return b;
}

}  // namespace assay::models
