// Intervals cover, and flags are rarely wrong: over simulated crowds of many kinds, fitted by Dawid-Skene.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "assay/models/registry.h"
#include "assay/quality/worker_quality.h"
#include "assay/sim/crowd.h"

namespace assay {
namespace {

struct CrowdCase {
  const char* name;
  std::uint64_t items, workers;
  const char* classes;
  double labels_per_item;
  const char* priors;
  const char* mix;
  double hard_items = 0;
};

struct Fitted {
  sim::Crowd crowd;
  sim::SimulatedCrowd made;
  Estimate estimate;
  quality::WorkerAssessment qualities;
};

Fitted fit(const CrowdCase& c, std::uint64_t seed, bool times, double skew = 1, const char* model = "dawid_skene") {
  ThreadPool threads(2);
  sim::CrowdOptions options;
  options.items = c.items;
  options.workers = c.workers;
  options.classes = c.classes;
  options.labels_per_item = c.labels_per_item;
  options.priors = c.priors;
  options.mix = c.mix;
  options.hard_items = c.hard_items;
  options.activity_skew = skew;
  options.times = times;
  options.seed = seed;
  sim::Crowd crowd(options);
  auto made = crowd.make(threads);
  auto estimate = models::find_model(model).make({})->fit(
      models::Problem{made.table.labels, {}, models::PriorMode::estimate, {}, {}}, models::Context{threads});
  const CostMatrix costs(crowd.prior().size());
  const StoreSource labels(made.table.labels);
  auto qualities =
      quality::estimate_worker_quality({labels, estimate, costs, made.table.workers, {}}, {}, seed, threads);
  return {std::move(crowd), std::move(made), std::move(estimate), std::move(qualities)};
}

struct Coverage {
  double inside = 0, total = 0;
  void add(double truth, double low, double high) {
    inside += truth >= low && truth <= high ? 1 : 0;
    total += 1;
  }
  void add(const Coverage& other) {
    inside += other.inside;
    total += other.total;
  }
  [[nodiscard]] double share() const { return inside / total; }
};

// Cells whose truth is in (0.02, 0.98), workers with 20 labels or more.
Coverage cell_coverage(const Fitted& f) {
  Coverage out;
  const std::size_t k = f.crowd.prior().size();
  for (std::size_t w = 0; w < f.qualities.workers.size(); ++w) {
    if (f.qualities.workers[w].label_count < 20) continue;
    for (std::size_t t = 0; t < k; ++t) {
      for (std::size_t g = 0; g < k; ++g) {
        const double truth = f.crowd.confusion().at(w, t, g);
        if (truth > 0.02 && truth < 0.98) out.add(truth, f.qualities.low.at(w, t, g), f.qualities.high.at(w, t, g));
      }
    }
  }
  return out;
}

TEST(QualityIntervals, NinetyPercentCoverNinetyPercent) {
  const CrowdCase cases[] = {
      {"usual mix, 4 classes", 1000, 50, "4", 5, "uniform", "good:0.6,biased:0.15,random:0.15,spammer:0.1"},
      {"good only", 1000, 50, "4", 5, "uniform", "good:1"},
      {"good and mediocre", 1000, 50, "4", 5, "uniform", "good:0.5,mediocre:0.5"},
      {"two classes", 1500, 60, "2", 5, "uniform", "good:0.5,mediocre:0.3,random:0.1,adversarial:0.1"},
      {"two skewed classes", 2000, 60, "2", 5, "0.85,0.15", "good:0.6,mediocre:0.2,spammer:0.2"},
      {"four skewed classes", 2000, 60, "4", 5, "0.7,0.15,0.1,0.05", "good:0.6,biased:0.15,random:0.15,spammer:0.1"},
      {"small", 250, 18, "3", 5, "uniform", "good:0.7,mediocre:0.3"},
      {"eight classes", 2000, 60, "8", 6, "uniform", "good:0.6,biased:0.15,mediocre:0.25"},
      {"three labels an item", 2000, 100, "3", 3, "uniform", "good:0.7,mediocre:0.15,random:0.15"},
      {"many workers", 2000, 400, "4", 5, "uniform", "good:0.6,biased:0.15,random:0.15,spammer:0.1"},
      {"hard items", 1500, 50, "4", 5, "uniform", "good:0.7,mediocre:0.2,random:0.1", 0.1},
      {"colluding", 1500, 50, "3", 5, "uniform", "good:0.7,mediocre:0.15,colluding:0.15"},
      {"adversarial", 1500, 50, "4", 5, "uniform", "good:0.7,adversarial:0.15,random:0.15"},
  };
  Coverage all;
  std::printf("%-22s %8s %9s\n", "crowd", "cells", "coverage");
  for (const auto& c : cases) {
    Coverage here;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) here.add(cell_coverage(fit(c, seed, false)));
    std::printf("%-22s %8.0f %9.3f\n", c.name, here.total, here.share());
    EXPECT_GT(here.share(), 0.85) << c.name;
    EXPECT_LT(here.share(), 0.95) << c.name;
    all.add(here);
  }
  std::printf("%-22s %8.0f %9.3f\n", "all", all.total, all.share());
  EXPECT_GT(all.share(), 0.88);
  EXPECT_LT(all.share(), 0.92);
}

// Models that are not Dawid and Skene's, the default among them, only start the sampler.
TEST(QualityIntervals, CoverWhateverTheModel) {
  const CrowdCase c{"", 1500, 60, "3", 5, "0.5,0.3,0.2", "good:0.6,mediocre:0.2,biased:0.1,spammer:0.1"};
  for (const char* model : {"auto", "majority_vote", "one_coin"}) {
    Coverage here;
    for (std::uint64_t seed = 1; seed <= 2; ++seed) here.add(cell_coverage(fit(c, seed, false, 1, model)));
    std::printf("%-22s %8.0f %9.3f\n", model, here.total, here.share());
    EXPECT_GT(here.share(), 0.86) << model;
    EXPECT_LT(here.share(), 0.97) << model;  // wider where the model's own value lies outside
  }
}

TEST(QualityIntervals, QualityAndAccuracyAreInTheirs) {
  const CrowdCase c{"", 3000, 100, "4", 5, "uniform", "good:0.6,mediocre:0.4"};
  Coverage quality, accuracy;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto f = fit(c, seed, false);
    const quality::QualityFormula formula(f.crowd.prior(), CostMatrix(4));
    for (std::size_t w = 0; w < 100; ++w) {
      const auto matrix = f.crowd.confusion().worker(w);
      const auto& row = f.qualities.workers[w];
      quality.add(formula.quality(formula.worker_cost(matrix)).expected, row.quality_expected.low,
                  row.quality_expected.high);
      accuracy.add(formula.accuracy(matrix), row.accuracy.low, row.accuracy.high);
    }
  }
  std::printf("quality %.3f, accuracy %.3f of %.0f\n", quality.share(), accuracy.share(), quality.total);
  EXPECT_GT(quality.share(), 0.84);
  EXPECT_GT(accuracy.share(), 0.84);
}

struct FlagCounts {
  std::size_t crowds = 0, crowds_flagged = 0, workers = 0, flagged = 0;
};

using quality::WorkerFlag;
constexpr WorkerFlag kFlags[] = {WorkerFlag::spammer, WorkerFlag::biased, WorkerFlag::adversarial,
                                 WorkerFlag::colluding, WorkerFlag::drifting};

TEST(QualityFlags, HonestCrowdsAreLeftAlone) {
  const CrowdCase cases[] = {
      {"four classes", 800, 50, "4", 5, "uniform", "good:0.7,mediocre:0.3"},
      {"two classes", 800, 50, "2", 5, "uniform", "good:1"},
      {"skewed", 1000, 60, "3", 5, "0.7,0.2,0.1", "good:0.8,mediocre:0.2"},
      {"hard items", 800, 50, "4", 5, "uniform", "good:0.7,mediocre:0.3", 0.15},
  };
  std::size_t crowds = 0;
  std::size_t flagged[5] = {};
  for (const auto& c : cases) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
      const auto f = fit(c, seed, true);
      ++crowds;
      for (std::size_t i = 0; i < 5; ++i) {
        flagged[i] += std::any_of(f.qualities.workers.begin(), f.qualities.workers.end(),
                                  [&](const auto& row) { return row.flags.has(kFlags[i]); });
      }
    }
  }
  std::printf("honest crowds with a flag, of %zu: spammer %zu biased %zu adversarial %zu colluding %zu drifting %zu\n",
              crowds, flagged[0], flagged[1], flagged[2], flagged[3], flagged[4]);
  // 5 % of 24 is 1.2; 4 or more has probability 0.03 at that level.
  for (const auto count : flagged) EXPECT_LE(count, 3U);
}

// Share of the workers of a kind with 100 labels or more that have the flag.
double detected(const Fitted& f, sim::WorkerKind kind, WorkerFlag flag) {
  double found = 0, total = 0;
  for (WorkerIndex w = 0; w < f.qualities.workers.size(); ++w) {
    if (f.crowd.kind(w) != kind || f.qualities.workers[w].label_count < 100) continue;
    total += 1;
    found += f.qualities.workers[w].flags.has(flag) ? 1 : 0;
  }
  return total > 0 ? found / total : 1;
}

TEST(QualityFlags, PlantedWorkersAreFound) {
  const CrowdCase mixed{
      "", 4000, 100, "4", 5, "uniform", "good:0.6,biased:0.1,spammer:0.06,random:0.06,adversarial:0.08,drifting:0.1"};
  const auto f = fit(mixed, 3, true, 0.5);
  const CrowdCase ring{"", 3000, 40, "4", 6, "uniform", "good:0.7,colluding:0.3"};
  const auto r = fit(ring, 3, false, 0.5);
  const double spammers = detected(f, sim::WorkerKind::spammer, WorkerFlag::spammer);
  const double random = detected(f, sim::WorkerKind::random, WorkerFlag::spammer);
  const double adversarial = detected(f, sim::WorkerKind::adversarial, WorkerFlag::adversarial);
  const double biased = detected(f, sim::WorkerKind::biased, WorkerFlag::biased);
  const double drifting = detected(f, sim::WorkerKind::drifting, WorkerFlag::drifting);
  const double colluding = detected(r, sim::WorkerKind::colluding, WorkerFlag::colluding);
  std::printf("found: spammer %.2f random %.2f adversarial %.2f biased %.2f drifting %.2f colluding %.2f\n", spammers,
              random, adversarial, biased, drifting, colluding);
  EXPECT_GE(spammers, 0.9);
  EXPECT_GE(random, 0.9);
  EXPECT_GE(adversarial, 0.7);
  EXPECT_GE(biased, 0.3);  // shifts of little more than half can't be told from plain error
  EXPECT_GE(drifting, 0.7);
  EXPECT_GE(colluding, 0.8);
}

}  // namespace
}  // namespace assay
