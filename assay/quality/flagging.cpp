#include "assay/quality/flagging.h"

#include <algorithm>
#include <cmath>

#include "assay/base/numerics.h"
#include "assay/quality/suspicion.h"

namespace assay::quality {
namespace {

// What is no better than spam, what is clearly better, and what bias is worth undoing: docs/quality.md.
constexpr double kSpammerQuality = 0.1;
constexpr double kClearlyNoSpammer = 0.2;
constexpr double kTellApartLevel = 0.05;
constexpr double kWorthUndoing = 0.05;
constexpr double kUsefulQuality = 0.1;

// Pr(X > x) for X with these moments: a Beta on [0, 1], a normal for what may be negative.
double beta_tail(const Moments& m, double x) {
  const double most = m.mean() * (1 - m.mean());
  if (!(m.variance() > 0) || !(most > m.variance())) return m.mean() > x ? 1 : 0;
  const double strength = most / m.variance() - 1;
  return 1 - beta_cdf(x, m.mean() * strength, (1 - m.mean()) * strength);
}

double normal_tail(const Moments& m, double x) {
  if (!(m.variance() > 0)) return m.mean() > x ? 1 : 0;
  return std::erfc((x - m.mean()) / std::sqrt(2 * m.variance())) / 2;
}

class Judge {
 public:
  Judge(const FlagProblem& problem, const WorkerLabels& index, ThreadPool& threads)
      : problem_(problem),
        index_(index),
        declines_(decline_p_values(problem.labels, problem.estimate, threads)),
        level_(problem.level / std::max(1.0, static_cast<double>(problem.labels.worker_count()))) {}

  void judge(std::size_t w, WorkerQuality& row) const {
    const auto& drawn = problem_.drawn[w];
    if (row.label_count == 0 || std::isnan(row.quality_expected.value)) return;
    const bool may_be_blind = row.quality_expected.low < kUsefulQuality && may_be_blind_at(w);
    if (may_be_blind) row.quality_expected.low = row.quality_minimum.low = 0;
    const bool spammer = is_spammer(w, row, may_be_blind);
    if (spammer) row.flags.set(WorkerFlag::spammer);
    const bool adversarial = normal_tail(drawn.above_chance, 0) < level_;
    if (adversarial) row.flags.set(WorkerFlag::adversarial);
    if (!spammer && !adversarial && row.quality_expected.low > kUsefulQuality &&
        1 - normal_tail(drawn.recoverable, kWorthUndoing) < level_) {
      row.flags.set(WorkerFlag::biased);
    }
    if (!declines_.empty() && declines_[w] < level_) row.flags.set(WorkerFlag::drifting);
  }

 private:
  [[nodiscard]] bool may_be_blind_at(std::size_t w) const {
    return blindness_p_value(problem_.labels, problem_.estimate, index_.of(w), w) > kTellApartLevel;
  }

  // Too few labels to be told apart is no crime: what is known must also rule out a worker who is of some use.
  [[nodiscard]] bool is_spammer(std::size_t w, const WorkerQuality& row, bool may_be_blind) const {
    if (row.quality_expected.high < kSpammerQuality) return true;
    return may_be_blind && beta_tail(problem_.drawn[w].quality_expected, kClearlyNoSpammer) < level_;
  }

  const FlagProblem& problem_;
  const WorkerLabels& index_;
  std::vector<double> declines_;
  double level_;
};

}  // namespace

void DrawnQuality::add(const QualityFormula& formula, std::span<const float> matrix) {
  const auto& prior = formula.prior();
  const std::size_t k = prior.size();
  thread_local std::vector<double> exact;
  exact.assign(matrix.begin(), matrix.end());
  const auto quality = formula.quality(formula.worker_cost(exact));
  double right = 0, chance = 0, undone = 0;
  for (std::size_t g = 0; g < k; ++g) {
    double given = 0, most = 0;
    for (std::size_t t = 0; t < k; ++t) {
      const double joint = prior[t] * exact[g * k + t];
      given += joint;
      most = std::max(most, exact[g * k + t]);
    }
    right += prior[g] * exact[g * k + g];
    chance += prior[g] * given;
    undone += most - exact[g * k + g];
  }
  quality_expected.add(quality.expected);
  quality_minimum.add(quality.minimum);
  accuracy.add(right);
  above_chance.add(right - chance);
  recoverable.add(undone / static_cast<double>(k));
}

void set_flags(const FlagProblem& problem, ThreadPool& threads, std::vector<WorkerQuality>& workers) {
  const WorkerLabels index(problem.labels);
  const Judge judge(problem, index, threads);
  constexpr std::size_t kChunk = 64;
  threads.run((workers.size() + kChunk - 1) / kChunk, [&](std::size_t c) {
    for (std::size_t w = c * kChunk; w < std::min(workers.size(), (c + 1) * kChunk); ++w) judge.judge(w, workers[w]);
  });
  for (const auto& pair : find_copying(problem.labels, problem.estimate, index, problem.level, threads)) {
    workers[pair.first].flags.set(WorkerFlag::colluding);
    workers[pair.second].flags.set(WorkerFlag::colluding);
  }
}

}  // namespace assay::quality
