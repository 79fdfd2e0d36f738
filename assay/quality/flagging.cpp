#include "assay/quality/flagging.h"

#include <algorithm>
#include <cmath>

#include "assay/quality/suspicion.h"

namespace assay::quality {
namespace {

// What is no better than spam, what is clearly of use, and what bias is worth undoing: docs/quality.md.
constexpr double kSpammerQuality = 0.1;
constexpr double kUsefulQuality = 0.1;
constexpr double kTellApartLevel = 0.05;
constexpr double kWorthUndoing = 0.05;

// sum_l prior(l) Pr(l): how often his label shares alone would be right.
double chance_accuracy(std::span<const double> prior, std::span<const double> matrix) {
  const std::size_t k = prior.size();
  double chance = 0;
  for (std::size_t g = 0; g < k; ++g) {
    for (std::size_t t = 0; t < k; ++t) chance += prior[g] * prior[t] * matrix[g * k + t];
  }
  return chance;
}

// Mean over t of max_g C(t, g) - C(t, t): the accuracy that relabelling him gains, classes equally common.
double recoverable_accuracy(std::span<const double> matrix, std::size_t k) {
  double gain = 0;
  for (std::size_t t = 0; t < k; ++t) {
    double most = 0;
    for (std::size_t g = 0; g < k; ++g) most = std::max(most, matrix[g * k + t]);
    gain += most - matrix[t * k + t];
  }
  return gain / static_cast<double>(k);
}

// What the intervals say of a worker before the others are heard.
struct Suspicion {
  bool spammer = false, adversarial = false, biased = false;
  [[nodiscard]] bool any() const { return spammer || adversarial || biased; }
};

class Judge {
 public:
  Judge(const FlagProblem& problem, std::vector<WorkerQuality>& workers, ThreadPool& threads)
      : problem_(problem), workers_(workers), declines_(decline_p_values(problem.evidence, threads)) {
    std::uint64_t judged = 0;
    for (std::uint32_t w = 0; w < workers.size(); ++w) judged += is_judged(w) ? 1 : 0;
    level_ = problem.level / std::max(1.0, static_cast<double>(judged));
  }

  void judge(ThreadPool& threads) {
    std::vector<std::uint32_t> suspects;
    for (std::uint32_t w = 0; w < workers_.size(); ++w) {
      if (is_judged(w) && suspect(w).any()) suspects.push_back(w);
      if (is_judged(w) && !declines_.empty() && declines_[w] < level_) workers_[w].flags.set(WorkerFlag::drifting);
    }
    const auto testimony = hear_others(problem_.evidence, suspects, threads);
    for (std::size_t i = 0; i < suspects.size(); ++i) conclude(suspects[i], testimony[i]);
  }

 private:
  [[nodiscard]] bool is_judged(std::uint32_t w) const {
    return problem_.evidence.witnessed[w] > 0 && !std::isnan(workers_[w].quality_expected.value);
  }

  [[nodiscard]] Suspicion suspect(std::uint32_t w) const {
    const auto& row = workers_[w];
    const auto matrix = problem_.confusion.worker(w);
    Suspicion out;
    out.spammer = row.quality_expected.low < kUsefulQuality;
    out.adversarial = row.accuracy.high < chance_accuracy(problem_.prior, matrix);
    out.biased = row.quality_expected.low > kUsefulQuality &&
                 recoverable_accuracy(matrix, problem_.prior.size()) >= kWorthUndoing;
    return out;
  }

  void conclude(std::uint32_t w, const Testimony& testimony) {
    auto& row = workers_[w];
    const Suspicion suspicion = suspect(w);
    const double needed = -std::log(level_);
    const bool may_be_blind = suspicion.spammer && testimony.blindness_p_value > kTellApartLevel;
    const bool spammer = (may_be_blind || row.quality_expected.high < kSpammerQuality) && testimony.spammer > needed;
    const bool adversarial = suspicion.adversarial && testimony.adversarial_p_value < level_;
    if (may_be_blind) row.quality_expected.low = row.quality_minimum.low = 0;
    if (spammer) row.flags.set(WorkerFlag::spammer);
    if (adversarial) row.flags.set(WorkerFlag::adversarial);
    if (!spammer && !adversarial && suspicion.biased && testimony.biased > needed) row.flags.set(WorkerFlag::biased);
  }

  const FlagProblem& problem_;
  std::vector<WorkerQuality>& workers_;
  std::vector<double> declines_;
  double level_ = 0;
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
  out.estimate.posterior = Matrix<double>(items, shape.class_count, posteriors);
  out.estimate.confusion = evidence.confusion;
  return out;
}

}  // namespace

void DrawnQuality::add(const QualityFormula& formula, std::span<const float> matrix) {
  thread_local std::vector<double> exact;
  exact.assign(matrix.begin(), matrix.end());
  const auto cost = formula.worker_cost(exact);
  const auto quality = formula.quality(cost);
  expected_cost.add(cost.expected);
  minimum_cost.add(cost.minimum);
  quality_expected.add(quality.expected);
  quality_minimum.add(quality.minimum);
  accuracy.add(formula.accuracy(exact));
}

std::vector<std::string> set_flags(const FlagProblem& problem, ThreadPool& threads,
                                   std::vector<WorkerQuality>& workers) {
  const auto witnessed = problem.evidence.witnessed;
  const auto unjudged = static_cast<std::size_t>(std::count(witnessed.begin(), witnessed.end(), 0U));
  if (unjudged == workers.size()) {
    return {
        "no worker is flagged: nobody else labelled their items and none is gold, so nothing speaks for or against "
        "anybody"};
  }
  Judge(problem, workers, threads).judge(threads);
  const Sample sample = take_sample(problem.evidence, problem.most_copying_labels);
  const WorkerLabels index(sample.labels);
  for (const auto& pair : find_copying(sample.labels, sample.estimate, index, problem.level, threads)) {
    workers[pair.first].flags.set(WorkerFlag::colluding);
    workers[pair.second].flags.set(WorkerFlag::colluding);
  }
  std::vector<std::string> notes;
  if (unjudged > 0) {
    notes.push_back(std::to_string(unjudged) + " of " + std::to_string(workers.size()) +
                    " workers can't be flagged: nobody else labelled their items and none is gold");
  }
  const std::uint64_t all = problem.evidence.labels.shape().label_count;
  if (sample.labels.label_count() < all) {
    notes.push_back("copying was looked for among " + std::to_string(sample.labels.label_count()) + " of " +
                    std::to_string(all) + " labels");
  }
  return notes;
}

}  // namespace assay::quality
