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
  Judge(const FlagProblem& problem, std::span<const WorkerQuality> workers, ThreadPool& threads)
      : problem_(problem),
        declines_(decline_p_values(problem.evidence, threads)),
        level_(problem.level / std::max(1.0, static_cast<double>(workers.size()))),
        may_be_blind_(workers.size()) {
    std::vector<std::uint32_t> doubtful;
    for (std::uint32_t w = 0; w < workers.size(); ++w) {
      if (is_judged(workers[w]) && workers[w].quality_expected.low < kUsefulQuality) doubtful.push_back(w);
    }
    const auto p_values = blindness_p_values(problem.evidence, doubtful, threads);
    for (std::size_t i = 0; i < doubtful.size(); ++i) may_be_blind_[doubtful[i]] = p_values[i] > kTellApartLevel;
  }

  void judge(std::size_t w, WorkerQuality& row) const {
    const auto& drawn = problem_.drawn[w];
    if (!is_judged(row)) return;
    const bool may_be_blind = may_be_blind_[w];
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
  static bool is_judged(const WorkerQuality& row) {
    return row.label_count > 0 && !std::isnan(row.quality_expected.value);
  }

  // Too few labels to be told apart is no crime: what is known must also rule out a worker who is of some use.
  [[nodiscard]] bool is_spammer(std::size_t w, const WorkerQuality& row, bool may_be_blind) const {
    if (row.quality_expected.high < kSpammerQuality) return true;
    return may_be_blind && beta_tail(problem_.drawn[w].quality_expected, kClearlyNoSpammer) < level_;
  }

  const FlagProblem& problem_;
  std::vector<double> declines_;
  double level_;
  std::vector<bool> may_be_blind_;
};

// Some blocks of the labels as labels of their own, with their posteriors.
struct Sample {
  LabelStore labels;
  Estimate estimate;
};

Sample take_sample(const Evidence& evidence, std::uint64_t most_labels) {
  const LabelShape& shape = evidence.labels.shape();
  const std::size_t blocks = evidence.labels.block_count();
  const double share = std::min(
      1.0, static_cast<double>(most_labels) / static_cast<double>(std::max<std::uint64_t>(1, shape.label_count)));
  const auto taken = std::max<std::size_t>(std::min<std::size_t>(blocks, 1),
                                           static_cast<std::size_t>(share * static_cast<double>(blocks)));
  LabelColumns columns{{0}, {}};
  std::vector<double> posteriors;
  LabelStore room;
  Matrix<double> posterior;
  for (std::size_t i = 0; i < taken; ++i) {
    const LabelChunk chunk = evidence.labels.chunk(i * blocks / taken, room);
    for (std::size_t o = 0; o < chunk.size(); ++o) {
      const auto rows = chunk.rows(o);
      columns.entries.insert(columns.entries.end(), rows.begin(), rows.end());
      columns.offsets.push_back(columns.entries.size());
    }
    evidence.posterior(chunk, posterior);
    posteriors.insert(posteriors.end(), posterior.values().begin(), posterior.values().end());
  }
  Sample out;
  const std::size_t items = columns.offsets.size() - 1;
  out.labels = LabelStore(shape.worker_count, shape.class_count, std::move(columns));
  out.estimate.posterior = Matrix<double>(items, shape.class_count, std::move(posteriors));
  out.estimate.confusion = evidence.confusion;
  return out;
}

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

std::vector<std::string> set_flags(const FlagProblem& problem, ThreadPool& threads,
                                   std::vector<WorkerQuality>& workers) {
  const Judge judge(problem, workers, threads);
  constexpr std::size_t kChunk = 64;
  threads.run((workers.size() + kChunk - 1) / kChunk, [&](std::size_t c) {
    for (std::size_t w = c * kChunk; w < std::min(workers.size(), (c + 1) * kChunk); ++w) judge.judge(w, workers[w]);
  });
  const Sample sample = take_sample(problem.evidence, problem.most_copying_labels);
  const WorkerLabels index(sample.labels);
  for (const auto& pair : find_copying(sample.labels, sample.estimate, index, problem.level, threads)) {
    workers[pair.first].flags.set(WorkerFlag::colluding);
    workers[pair.second].flags.set(WorkerFlag::colluding);
  }
  const std::uint64_t all = problem.evidence.labels.shape().label_count;
  if (sample.labels.label_count() == all) return {};
  return {"copying was looked for among " + std::to_string(sample.labels.label_count()) + " of " + std::to_string(all) +
          " labels"};
}

}  // namespace assay::quality
