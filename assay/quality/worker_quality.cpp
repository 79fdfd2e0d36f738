#include "assay/quality/worker_quality.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>

#include "assay/base/numerics.h"
#include "assay/quality/beta_interval.h"
#include "assay/quality/flagging.h"
#include "assay/quality/truth_sampler.h"

namespace assay::quality {
namespace {

// Cells without a single count have intervals that stop too short: the population's Dirichlet can't be heavy both at 0
// and above it. This many pseudo-counts at least go into the far end (chosen by simulation, docs/quality.md).
constexpr double kLeastFarCount = 0.2;

// Soft counts below this are rounding: the worker never met the class.

Confusions error_rates(const Estimate& estimate, const SampledConfusions& sampled, bool population_prior) {
  Confusions out = sampled.independent.confusion;
  if (population_prior) return out;
  const std::size_t k = out.class_count();
  for (std::size_t w = 0; w < out.worker_count(); ++w) {
    for (std::size_t t = 0; t < k; ++t) {
      const double sum = estimate.confusion.true_total(w, t);
      if (!(estimate.counts.true_total(w, t) > 0) || !(std::abs(sum - 1) < 1e-6)) continue;
      for (std::size_t g = 0; g < k; ++g) out.at(w, t, g) = estimate.confusion.at(w, t, g);
    }
  }
  return out;
}

void fill_cell_intervals(WorkerAssessment& out, const SampledConfusions& sampled, const BetaIntervals& intervals,
                         ThreadPool& threads) {
  out.low = out.high = Confusions(out.confusion.worker_count(), out.confusion.class_count());
  const auto value = out.confusion.values();
  const auto low = out.low.values();
  const auto high = out.high.values();
  constexpr std::size_t kChunk = 4096;
  threads.run((value.size() + kChunk - 1) / kChunk, [&](std::size_t c) {
    for (std::size_t i = c * kChunk; i < std::min(value.size(), (c + 1) * kChunk); ++i) {
      const auto interval = intervals.of_moments(static_cast<double>(sampled.mean[i]),
                                                 static_cast<double>(sampled.variance[i]), kLeastFarCount);
      low[i] = std::min(interval.low, value[i]);
      high[i] = std::max(interval.high, value[i]);
    }
  });
}

// How many of each worker's labels somebody else can speak of, and how common each class is among all labels.
struct LabelCounts {
  std::vector<std::uint64_t> witnessed;
  std::vector<double> shares;
};

// Fills the counts of the table as well.
LabelCounts count_labels(WorkerAssessment& out, const WorkerQualityProblem& problem) {
  LabelCounts counts{std::vector<std::uint64_t>(out.workers.size()),
                     std::vector<double>(problem.labels.shape().class_count, 1.0)};
  LabelStore room;
  for (std::size_t b = 0; b < problem.labels.block_count(); ++b) {
    const LabelChunk chunk = problem.labels.chunk(b, room);
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      const bool has_witness = is_witnessed(chunk, i, problem.gold);
      const bool is_gold = !problem.gold.empty() && problem.gold[chunk.first_item + i] != kNoClass;
      for (const auto row : chunk.rows(i)) {
        WorkerQuality& worker = out.workers[chunk.store.worker_of(row)];
        ++worker.label_count;
        worker.gold_count += is_gold ? 1 : 0;
        counts.witnessed[chunk.store.worker_of(row)] += has_witness ? 1 : 0;
        counts.shares[chunk.store.label_of(row)] += 1;
      }
    }
  }
  normalize(counts.shares);
  return counts;
}

Measured measured(double value, const Interval& interval) {
  if (std::isnan(value)) return {value, value, value};
  return {value, std::min(interval.low, value), std::max(interval.high, value)};
}

// Value and interval of the same draws.
Measured of_draws(const BetaIntervals& intervals, const Moments& moments) {
  return measured(moments.mean(), intervals.of_moments(moments.mean(), moments.variance(), 0));
}

void fill_row(WorkerQuality& row, const QualityFormula& formula, std::span<const double> matrix,
              const DrawnQuality& drawn, const BetaIntervals& intervals) {
  row.expected_cost = drawn.expected_cost.mean();
  row.minimum_cost = drawn.minimum_cost.mean();
  row.quality_expected = of_draws(intervals, drawn.quality_expected);
  row.quality_minimum = of_draws(intervals, drawn.quality_minimum);
  // Linear in the matrix, so that the mean over the draws is that of the mean matrix, which is known better.
  const double accuracy = formula.accuracy(matrix);
  row.accuracy = measured(accuracy, intervals.of_moments(accuracy, drawn.accuracy.variance(), 0));
}

// The model's own matrix may lie anywhere among the draws.
void fill_row_with_own_rates(WorkerQuality& row, const QualityFormula& formula, std::span<const double> matrix,
                             const DrawnQuality& drawn, const BetaIntervals& intervals) {
  const auto cost = formula.worker_cost(matrix);
  const auto quality = formula.quality(cost);
  const auto interval = [&](const Moments& m) { return intervals.of_moments(m.mean(), m.variance(), 0); };
  row.expected_cost = cost.expected;
  row.minimum_cost = cost.minimum;
  row.quality_expected = measured(quality.expected, interval(drawn.quality_expected));
  row.quality_minimum = measured(quality.minimum, interval(drawn.quality_minimum));
  row.accuracy = measured(formula.accuracy(matrix), interval(drawn.accuracy));
}

// Where no item has two workers or gold, labels fit any error rates: the sampler's intervals would be those of a start
// that nothing corrects.
void widen_all(WorkerAssessment& out) {
  std::fill(out.low.values().begin(), out.low.values().end(), 0.0);
  std::fill(out.high.values().begin(), out.high.values().end(), 1.0);
  for (auto& row : out.workers) {
    for (Measured* m : {&row.quality_expected, &row.quality_minimum, &row.accuracy}) {
      if (std::isnan(m->value)) continue;
      m->low = 0;
      m->high = 1;
    }
  }
}

void rank_workers(std::vector<WorkerQuality>& workers, const NameTable& names) {
  std::vector<std::uint32_t> order(workers.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto differs = [](double a, double b) { return !(std::isnan(a) && std::isnan(b)) && a != b; };
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto& x = workers[a];
    const auto& y = workers[b];
    if (differs(x.quality_expected.value, y.quality_expected.value))
      return x.quality_expected.value > y.quality_expected.value;
    if (differs(x.quality_minimum.value, y.quality_minimum.value))
      return x.quality_minimum.value > y.quality_minimum.value;
    if (x.label_count != y.label_count) return x.label_count > y.label_count;
    return names.name(a) < names.name(b);
  });
  for (std::uint32_t i = 0; i < order.size(); ++i) workers[order[i]].rank = i + 1;
}

// Why a worker who always gives the same answer costs nothing.
std::string reason_undefined(const CostMatrix& costs) {
  if (costs.class_count() == 1) return "with a single class nobody can err";
  bool costs_something = false;
  for (std::size_t t = 0; t < costs.class_count(); ++t) {
    for (std::size_t d = 0; d < costs.class_count(); ++d) costs_something = costs_something || costs(t, d) > 0;
  }
  if (!costs_something) return "all costs are 0";
  return "one decision costs nothing on every class that the prior allows, so a spammer who always gives it does no "
         "harm";
}

}  // namespace

const OptionTable<WorkerQualityOptions>& worker_quality_options() {
  static const OptionTable<WorkerQualityOptions> table =
      OptionTable<WorkerQualityOptions>()
          .number("interval", &WorkerQualityOptions::interval, 0.5, 0.999, "", "level of the intervals")
          .flag("population_prior", &WorkerQualityOptions::population_prior,
                "whether error rates with few labels are drawn towards those of the crowd; if not, they are the "
                "model's own")
          .number("flag_level", &WorkerQualityOptions::flag_level, 1e-6, 0.5, "",
                  "probability at most, per kind of flag, that an honest crowd has any flagged worker")
          .integer("copying_labels", &WorkerQualityOptions::copying_labels, 1, 1'000'000'000'000, "labels",
                   "copying is looked for among so many labels at most, from blocks evenly spaced over all");
  return table;
}

WorkerAssessment estimate_worker_quality(const WorkerQualityProblem& problem, const WorkerQualityOptions& options,
                                         std::uint64_t seed, ThreadPool& threads) {
  WorkerAssessment out;
  const std::size_t workers = problem.labels.shape().worker_count;
  out.workers.resize(workers);
  const auto counts = count_labels(out, problem);
  const QualityFormula formula(problem.estimate.prior, problem.costs);
  if (!formula.defined()) {
    out.notes.push_back("worker quality is not defined: " + reason_undefined(problem.costs));
  }
  std::vector<DrawnQuality> drawn(workers);
  const TruthSampler sampler{problem.labels,         problem.estimate,      problem.gold,
                             problem.prior_is_fixed, problem.worker_priors, seed};
  const auto sampled = sampler.run(
      threads, [&](std::size_t, std::size_t w, std::span<const float> matrix) { drawn[w].add(formula, matrix); });
  out.sweeps = sampled.sweeps;
  out.confusion = error_rates(problem.estimate, sampled, options.population_prior);
  const BetaIntervals intervals(options.interval);
  fill_cell_intervals(out, sampled, intervals, threads);
  for (std::size_t w = 0; w < workers; ++w) {
    const auto fill = options.population_prior ? fill_row : fill_row_with_own_rates;
    fill(out.workers[w], formula, out.confusion.worker(w), drawn[w], intervals);
  }
  const bool has_worker_priors = problem.worker_priors != nullptr && !problem.worker_priors->empty();
  const auto is_zero = [](std::uint64_t n) { return n == 0; };
  if (!has_worker_priors && std::all_of(counts.witnessed.begin(), counts.witnessed.end(), is_zero)) widen_all(out);
  rank_workers(out.workers, problem.workers);
  auto notes = set_flags({{problem.labels, sampled.independent.confusion, sampled.posterior, problem.gold,
                           counts.shares, counts.witnessed},
                          out.confusion,
                          problem.estimate.prior,
                          options.flag_level,
                          options.copying_labels},
                         threads, out.workers);
  std::move(notes.begin(), notes.end(), std::back_inserter(out.notes));
  return out;
}

}  // namespace assay::quality
