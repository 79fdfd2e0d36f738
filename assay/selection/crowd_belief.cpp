#include "assay/selection/crowd_belief.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "assay/base/numerics.h"

namespace assay::selection {
namespace {

constexpr std::array<double, CrowdBelief::kLevels> kLogEasiness = {-2, -1.2, -0.6, 0, 0.6, 1.2, 2};
constexpr double kMeanCount = 4, kMeanStart = 1, kSpreadStart = 1;
constexpr double kEasinessCount = 20, kEasinessStart = 0.7;
constexpr double kPriorCount = 50;
constexpr std::size_t kLeastPieceItems = 4096;
constexpr std::size_t kMostPieces = 4;
constexpr double kImpossible = -1e300;
constexpr double kSettled = 0.001;  // of an ability
constexpr double kLeastProbability = 1e-12;

double easiness(std::size_t level) { return std::exp(kLogEasiness[level]); }

// s(x) = 1 / (1 + (K - 1) e^-x): 1/K at 0.
double right_probability(double x, std::size_t class_count) {
  if (class_count < 2) return 1;
  return 1 / (1 + static_cast<double>(class_count - 1) * std::exp(-x));
}

double moderated(double ability, double variance, std::size_t level, std::size_t class_count) {
  const double e = easiness(level);
  return right_probability(ability * e / std::sqrt(1 + std::numbers::pi / 8 * variance * e * e), class_count);
}

}  // namespace

// Soft counts of right and wrong labels by worker, class and level; of classes and levels by item.
struct CrowdBelief::RightCounts {
  std::vector<double> right, wrong;  // W x K x E
  std::vector<double> classes;       // K
  double easiness_square = 0, easiness_count = 0;

  RightCounts(std::size_t cells, std::size_t class_count) : right(cells), wrong(cells), classes(class_count) {}
  void add(const RightCounts& other) {
    for (std::size_t i = 0; i < right.size(); ++i) {
      right[i] += other.right[i];
      wrong[i] += other.wrong[i];
    }
    for (std::size_t t = 0; t < classes.size(); ++t) classes[t] += other.classes[t];
    easiness_square += other.easiness_square;
    easiness_count += other.easiness_count;
  }
};

double CrowdBelief::share(std::optional<WorkerIndex> worker, std::size_t true_class, std::size_t given) const {
  if (class_count_ <= 2) return 1;
  const std::size_t k = class_count_;
  const auto cell = [&](std::size_t t, std::size_t g) {
    return worker ? situation_->confusion.at(*worker, t, g) : new_worker_[g * k + t];
  };
  const double wrong = 1 - cell(true_class, true_class);
  const double even = 1 / static_cast<double>(k - 1);
  return wrong > 1e-9 ? std::max(cell(true_class, given) / wrong, 1e-3 * even) : even;
}

double CrowdBelief::log_share(WorkerIndex worker, std::size_t true_class, std::size_t given) const {
  return class_count_ <= 2 ? 0 : std::log(share(worker, true_class, given));
}

void CrowdBelief::start(std::size_t worker_count) {
  const std::size_t k = class_count_;
  if (ability_mean_.size() != k) {
    ability_mean_.assign(k, kMeanStart);
    ability_spread_.assign(k, kSpreadStart);
    ability_.clear();
    variance_.clear();
    prior_.assign(k, 1 / static_cast<double>(k));
  }
  worker_count_ = worker_count;
  for (std::size_t i = ability_.size(); i < worker_count * k; ++i) {
    ability_.push_back(ability_mean_[i % k]);
    variance_.push_back(ability_spread_[i % k]);
  }
}

void CrowdBelief::fit(const Situation& situation, int passes) {
  situation_ = &situation;
  class_count_ = situation.costs.class_count();
  new_worker_ = new_worker(situation.counts);
  start(situation.labels.worker_count());
  if (situation.prior_is_fixed) prior_ = situation.prior;
  set_tables();
  for (int i = 0; i < passes; ++i) {
    if (pass() < kSettled) break;
  }
}

void CrowdBelief::set_tables() {
  const std::size_t k = class_count_;
  right_.resize(worker_count_ * k * kLevels);
  log_right_.resize(right_.size());
  log_wrong_.resize(right_.size());
  for (std::size_t i = 0; i < worker_count_ * k; ++i) {
    for (std::size_t e = 0; e < kLevels; ++e) {
      const double p = moderated(ability_[i], variance_[i], e, k);
      right_[i * kLevels + e] = p;
      log_right_[i * kLevels + e] = std::log(std::max(p, kLeastProbability));
      log_wrong_[i * kLevels + e] = std::log(std::max(1 - p, kLeastProbability));
    }
  }
  new_right_ = Matrix<double>(k, kLevels);
  for (std::size_t t = 0; t < k; ++t) {
    for (std::size_t e = 0; e < kLevels; ++e) new_right_(t, e) = moderated(ability_mean_[t], ability_spread_[t], e, k);
  }
  level_weight_.resize(kLevels);
  for (std::size_t e = 0; e < kLevels; ++e)
    level_weight_[e] = std::exp(-kLogEasiness[e] * kLogEasiness[e] / (2 * easiness_variance_));
  normalize(level_weight_);
  log_start_.resize(k * kLevels);
  for (std::size_t t = 0; t < k; ++t) {
    for (std::size_t e = 0; e < kLevels; ++e)
      log_start_[t * kLevels + e] = prior_[t] > 0 ? std::log(prior_[t] * level_weight_[e]) : kImpossible;
  }
}

void CrowdBelief::joint(ItemIndex item, std::span<const std::uint32_t> rows, std::span<double> out) const {
  const std::size_t k = class_count_;
  const auto& gold = situation_->gold;
  for (std::size_t t = 0; t < k; ++t) {
    const bool open = gold.empty() || gold[item] == kNoClass || gold[item] == t;
    for (std::size_t e = 0; e < kLevels; ++e) out[t * kLevels + e] = open ? log_start_[t * kLevels + e] : kImpossible;
  }
  for (const auto row : rows) {
    const WorkerIndex w = row / static_cast<std::uint32_t>(k);
    const std::size_t g = row % k;
    for (std::size_t t = 0; t < k; ++t) {
      const auto& table = t == g ? log_right_ : log_wrong_;
      const double spread = t == g ? 0 : log_share(w, t, g);
      const std::size_t first = at(w, t);
      for (std::size_t e = 0; e < kLevels; ++e) out[t * kLevels + e] += table[first + e] + spread;
    }
  }
  const double most = std::ranges::max(out);
  for (double& x : out) x = std::exp(x - most);
  normalize(out);
}

void CrowdBelief::count_block(std::size_t first, std::size_t last, RightCounts& counts) const {
  const std::size_t k = class_count_;
  std::vector<double> q(k * kLevels);
  for (std::size_t o = first; o < last; ++o) {
    const auto item = static_cast<ItemIndex>(o);
    const auto rows = situation_->labels.rows(item);
    if (rows.empty()) continue;
    joint(item, rows, q);
    for (const auto row : rows) {
      const std::size_t w = row / k, g = row % k;
      for (std::size_t t = 0; t < k; ++t) {
        auto& into = t == g ? counts.right : counts.wrong;
        for (std::size_t e = 0; e < kLevels; ++e) into[at(w, t) + e] += q[t * kLevels + e];
      }
    }
    const bool several = rows.size() > 1;
    if (several) ++counts.easiness_count;
    for (std::size_t t = 0; t < k; ++t) {
      for (std::size_t e = 0; e < kLevels; ++e) {
        counts.classes[t] += q[t * kLevels + e];
        if (several) counts.easiness_square += q[t * kLevels + e] * kLogEasiness[e] * kLogEasiness[e];
      }
    }
  }
}

double CrowdBelief::pass() {
  // A number of pieces that depends on the items alone, added in their order: the same sums for any number of threads.
  const std::size_t items = situation_->labels.item_count();
  const std::size_t pieces = std::clamp<std::size_t>(items / kLeastPieceItems, 1, kMostPieces);
  std::vector<RightCounts> parts(pieces, RightCounts(right_.size(), class_count_));
  situation_->threads.run(pieces,
                          [&](std::size_t i) { count_block(items * i / pieces, items * (i + 1) / pieces, parts[i]); });
  for (std::size_t i = 1; i < pieces; ++i) parts[0].add(parts[i]);
  const double moved = improve_abilities(parts[0]);
  improve_population(parts[0]);
  set_tables();
  return moved;
}

double CrowdBelief::improve_abilities(const RightCounts& counts) {
  double moved = 0;
  constexpr int kSteps = 4;
  constexpr double kLongestStep = 1;
  for (std::size_t i = 0; i < worker_count_ * class_count_; ++i) {
    const double mean = ability_mean_[i % class_count_];
    const double precision = 1 / ability_spread_[i % class_count_];
    double& a = ability_[i];
    const double before = a;
    double curvature = precision;
    for (int step = 0; step < kSteps; ++step) {
      double slope = -(a - mean) * precision;
      curvature = precision;
      for (std::size_t e = 0; e < kLevels; ++e) {
        const double x = easiness(e);
        const double p = right_probability(a * x, class_count_);
        const double r = counts.right[i * kLevels + e], w = counts.wrong[i * kLevels + e];
        slope += x * (r * (1 - p) - w * p);
        curvature += x * x * p * (1 - p) * (r + w);
      }
      a += std::clamp(slope / curvature, -kLongestStep, kLongestStep);
    }
    variance_[i] = 1 / curvature;
    moved = std::max(moved, std::abs(a - before));
  }
  return moved;
}

void CrowdBelief::improve_population(const RightCounts& counts) {
  const std::size_t k = class_count_;
  std::vector<char> has_labels(worker_count_);
  for (std::size_t i = 0; i < counts.right.size(); ++i) {
    if (counts.right[i] + counts.wrong[i] > 0) has_labels[i / (k * kLevels)] = 1;
  }
  for (std::size_t t = 0; t < k; ++t) {
    double n = kMeanCount, sum = kMeanCount * kMeanStart, squares = kMeanCount * kSpreadStart;
    for (std::size_t w = 0; w < worker_count_; ++w) {
      if (!has_labels[w]) continue;
      const double a = ability_[w * k + t];
      n += 1;
      sum += a;
      squares += (a - ability_mean_[t]) * (a - ability_mean_[t]) + variance_[w * k + t];
    }
    ability_mean_[t] = sum / n;
    ability_spread_[t] = squares / n;
  }
  for (std::size_t i = 0; i < ability_.size(); ++i) {
    if (has_labels[i / k]) continue;
    ability_[i] = ability_mean_[i % k];
    variance_[i] = ability_spread_[i % k];
  }
  easiness_variance_ =
      (counts.easiness_square + kEasinessCount * kEasinessStart) / (counts.easiness_count + kEasinessCount);
  if (situation_->prior_is_fixed) return;
  double labelled = kPriorCount;
  for (const double c : counts.classes) labelled += c;
  for (std::size_t t = 0; t < k; ++t) prior_[t] = (counts.classes[t] + kPriorCount / static_cast<double>(k)) / labelled;
}

}  // namespace assay::selection
