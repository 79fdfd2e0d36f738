// Intervals cover, and flags are rarely wrong: over simulated crowds of many kinds, fitted by Dawid-Skene.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <vector>

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

// Not only on average: cells of one crowd share its sampled truths and its population, so that they err together a
// little more than by chance.
TEST(QualityIntervals, SingleCrowdsCoverToo) {
  const CrowdCase cases[] = {
      {"two classes", 1500, 60, "2", 5, "uniform", "good:0.5,mediocre:0.3,random:0.1,adversarial:0.1"},
      {"two skewed classes", 2000, 60, "2", 5, "0.85,0.15", "good:0.6,mediocre:0.2,spammer:0.2"},
      {"three, small", 250, 18, "3", 5, "uniform", "good:0.7,mediocre:0.3"},
      {"usual mix, 4 classes", 1000, 50, "4", 5, "uniform", "good:0.6,biased:0.15,random:0.15,spammer:0.1"},
      {"five classes", 1500, 60, "5", 5, "uniform", "good:0.6,mediocre:0.2,biased:0.1,random:0.1"},
      {"five skewed classes", 1500, 60, "5", 5, "0.5,0.2,0.15,0.1,0.05",
       "good:0.6,mediocre:0.2,biased:0.1,spammer:0.1"},
  };
  constexpr std::uint64_t kSeeds = 6;
  std::printf("%-22s %8s %6s %6s %6s %6s %9s\n", "crowd", "cells", "mean", "least", "most", "sd", "chance sd");
  for (const auto& c : cases) {
    Coverage all;
    std::vector<double> shares;
    double least = 1, most = 0;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      const auto here = cell_coverage(fit(c, seed, false));
      all.add(here);
      least = std::min(least, here.share());
      most = std::max(most, here.share());
      shares.push_back(here.share());
    }
    const double cells = all.total / kSeeds;
    const double chance = std::sqrt(0.09 / cells);
    const double mean = std::accumulate(shares.begin(), shares.end(), 0.0) / kSeeds;
    double squares = 0;
    for (const double share : shares) squares += (share - mean) * (share - mean);
    const double spread = std::sqrt(squares / (kSeeds - 1));
    std::printf("%-22s %8.0f %6.3f %6.3f %6.3f %6.3f %9.3f\n", c.name, cells, all.share(), least, most, spread, chance);
    EXPECT_GT(all.share(), 0.88) << c.name;
    EXPECT_LT(all.share(), 0.94) << c.name;
    EXPECT_LT(spread, 2.5 * chance) << c.name;
  }
}

// Value and interval come from the same draws.
TEST(QualityIntervals, ValuesLieInsideTheirs) {
  const CrowdCase cases[] = {
      {"", 90, 31, "6", 2, "uniform", "good:1"},
      {"", 20, 60, "26", 10, "uniform", "good:1"},
      {"", 15, 80, "8", 30, "uniform", "good:0.8,mediocre:0.2"},
      {"", 600, 40, "2", 3, "0.94,0.06", "good:0.6,mediocre:0.2,spammer:0.2"},
      {"", 1000, 50, "4", 5, "uniform", "good:0.6,biased:0.15,random:0.15,spammer:0.1"},
  };
  const auto inside = [](const quality::Measured& m) {
    return m.low < m.high ? (m.low < m.value && m.value < m.high) || m.value == 0 : m.low == m.value;
  };
  for (const auto& c : cases) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      const auto f = fit(c, seed, false, 1, "auto");
      for (const auto& row : f.qualities.workers) {
        EXPECT_TRUE(inside(row.quality_expected) && inside(row.quality_minimum) && inside(row.accuracy))
            << c.classes << " classes: " << row.quality_expected.low << " " << row.quality_expected.value << " "
            << row.quality_expected.high;
      }
      const auto value = f.qualities.confusion.values();
      for (std::size_t i = 0; i < value.size(); ++i) {
        EXPECT_TRUE(inside({value[i], f.qualities.low.values()[i], f.qualities.high.values()[i]}));
      }
    }
  }
}

// Kinds of workers that differ on all classes at once must not be taken for chance in each row.
TEST(QualityIntervals, QualityAndAccuracyAreInTheirs) {
  const std::vector<CrowdCase> cases = {
      {"two kinds, 4 classes", 3000, 100, "4", 5, "uniform", "good:0.6,mediocre:0.4"},
      {"three kinds, 2 classes", 2000, 100, "2", 5, "uniform", "good:0.6,mediocre:0.2,biased:0.2"},
      {"three kinds, 4 classes", 2000, 100, "4", 5, "uniform", "good:0.6,mediocre:0.2,biased:0.2"},
      {"three kinds, 8 classes", 2000, 100, "8", 5, "uniform", "good:0.6,mediocre:0.2,biased:0.2"},
  };
  for (const auto& c : cases) {
    Coverage quality, accuracy;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      const auto f = fit(c, seed, false);
      const CostMatrix costs(f.crowd.prior().size());
      const quality::QualityFormula formula(f.crowd.prior(), costs);
      for (std::size_t w = 0; w < f.crowd.confusion().worker_count(); ++w) {
        const auto matrix = f.crowd.confusion().worker(w);
        const auto& row = f.qualities.workers[w];
        quality.add(formula.quality(formula.worker_cost(matrix)).expected, row.quality_expected.low,
                    row.quality_expected.high);
        accuracy.add(formula.accuracy(matrix), row.accuracy.low, row.accuracy.high);
      }
    }
    std::printf("%-22s quality %.3f, accuracy %.3f of %.0f\n", c.name, quality.share(), accuracy.share(),
                quality.total);
    // Of eight classes a worker's labels leave a dozen for each.
    const double least = std::string_view(c.classes) == "8" ? 0.75 : 0.84;
    EXPECT_GT(quality.share(), least) << c.name;
    EXPECT_GT(accuracy.share(), least) << c.name;
  }
}

using quality::WorkerFlag;
constexpr WorkerFlag kFlags[] = {WorkerFlag::spammer, WorkerFlag::biased, WorkerFlag::adversarial,
                                 WorkerFlag::colluding, WorkerFlag::drifting};

// How many crowds have a flag of each kind, and how many workers have any.
struct FlagCounts {
  std::size_t crowds = 0, workers = 0, flagged_workers = 0;
  std::size_t flagged_crowds[5] = {};

  // A worker who is worth less than 0.1 is what the flag of spammers is for.
  void add(const Fitted& f) {
    const quality::QualityFormula formula(f.crowd.prior(), CostMatrix(f.crowd.prior().size()));
    bool found[5] = {};
    ++crowds;
    for (WorkerIndex w = 0; w < f.qualities.workers.size(); ++w) {
      const auto& row = f.qualities.workers[w];
      const double worth = formula.quality(formula.worker_cost(f.crowd.confusion().worker(w))).expected;
      if (row.label_count == 0 || worth < 0.1) continue;
      ++workers;
      flagged_workers += row.flags.any() ? 1 : 0;
      for (std::size_t i = 0; i < 5; ++i) found[i] = found[i] || row.flags.has(kFlags[i]);
    }
    for (std::size_t i = 0; i < 5; ++i) flagged_crowds[i] += found[i] ? 1 : 0;
  }
  void print(const char* what) const {
    std::printf("%-26s %zu of %5zu workers flagged; crowds with a flag, of %zu:", what, flagged_workers, workers,
                crowds);
    for (std::size_t i = 0; i < 5; ++i) std::printf(" %s %zu", name(kFlags[i]).data(), flagged_crowds[i]);
    std::printf("\n");
  }
};

TEST(QualityFlags, HonestCrowdsAreLeftAlone) {
  const CrowdCase cases[] = {
      {"four classes", 800, 50, "4", 5, "uniform", "good:0.7,mediocre:0.3"},
      {"two classes", 800, 50, "2", 5, "uniform", "good:1"},
      {"skewed", 1000, 60, "3", 5, "0.7,0.2,0.1", "good:0.8,mediocre:0.2"},
      {"hard items", 800, 50, "4", 5, "uniform", "good:0.7,mediocre:0.3", 0.15},
  };
  FlagCounts counts;
  for (const auto& c : cases) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) counts.add(fit(c, seed, true));
  }
  counts.print("all");
  // 5 % of 24 is 1.2; 4 or more has probability 0.03 at that level.
  for (const auto count : counts.flagged_crowds) EXPECT_LE(count, 3U);
}

// Little data is no charge: whatever the crowd, the model and the number of classes, at most 1 honest worker in 500 is
// flagged of anything.
TEST(QualityFlags, HonestWorkersWithLittleDataAreLeftAlone) {
  const CrowdCase cases[] = {
      {"many classes, few items", 20, 60, "26", 10, "uniform", "good:1"},
      {"many classes, one item each", 60, 60, "12", 1.2, "uniform", "good:1"},
      {"one label an item", 400, 40, "3", 1, "uniform", "good:0.8,mediocre:0.2"},
      {"two labels an item", 300, 40, "5", 2, "uniform", "good:0.8,mediocre:0.2"},
      {"few labels a worker", 300, 300, "6", 3, "uniform", "good:0.8,mediocre:0.2"},
      {"very skewed", 600, 40, "4", 3, "0.94,0.03,0.02,0.01", "good:0.8,mediocre:0.2"},
      {"two very skewed classes", 400, 40, "2", 3, "0.97,0.03", "good:0.8,mediocre:0.2"},
      {"few workers", 60, 6, "4", 4, "uniform", "good:0.8,mediocre:0.2"},
      {"many workers an item", 15, 80, "8", 30, "uniform", "good:0.8,mediocre:0.2"},
      {"hard items", 200, 60, "5", 3, "uniform", "good:1", 0.3},
  };
  FlagCounts all;
  for (const auto& c : cases) {
    FlagCounts here;
    for (const char* model : {"auto", "dawid_skene"}) {
      for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const auto f = fit(c, seed, true, 1, model);
        here.add(f);
        all.add(f);
      }
    }
    here.print(c.name);
    EXPECT_LE(here.flagged_workers * 100, here.workers) << c.name;
  }
  all.print("all");
  EXPECT_LE(all.flagged_workers * 500, all.workers);
}

TEST(QualityFlags, OneLabelAnItemSpeaksAgainstNobody) {
  const auto f = fit({"", 500, 25, "3", 1, "uniform", "good:0.5,spammer:0.3,adversarial:0.2"}, 1, true, 1, "auto");
  for (const auto& row : f.qualities.workers) {
    EXPECT_FALSE(row.flags.any());
    EXPECT_LE(row.quality_expected.low, 0.01);
    EXPECT_GE(row.quality_expected.high, 0.99);
  }
  ASSERT_FALSE(f.qualities.notes.empty());
  EXPECT_NE(f.qualities.notes.front().find("no worker is flagged"), std::string::npos) << f.qualities.notes.front();
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

// With other numbers of classes, common classes and the model that users get.
TEST(QualityFlags, SpammersAreFoundInOtherCrowds) {
  const CrowdCase cases[] = {
      {"two skewed classes", 3000, 50, "2", 5, "0.7,0.3", "good:0.7,spammer:0.1,random:0.1,adversarial:0.1"},
      {"seven classes", 2000, 50, "7", 5, "uniform", "good:0.7,spammer:0.1,random:0.1,adversarial:0.1"},
      {"three labels an item", 3000, 50, "4", 3, "uniform", "good:0.7,spammer:0.1,random:0.1,adversarial:0.1"},
  };
  for (const auto& c : cases) {
    const auto f = fit(c, 2, false, 0.5, "auto");
    const double spammers = detected(f, sim::WorkerKind::spammer, WorkerFlag::spammer);
    const double random = detected(f, sim::WorkerKind::random, WorkerFlag::spammer);
    const double adversarial = detected(f, sim::WorkerKind::adversarial, WorkerFlag::adversarial);
    std::printf("%-22s found: spammer %.2f random %.2f adversarial %.2f\n", c.name, spammers, random, adversarial);
    EXPECT_GE(spammers, 0.8) << c.name;
    EXPECT_GE(random, 0.8) << c.name;
    if (c.classes[0] == '7') continue;  // chance is a seventh: little room below it
    EXPECT_GE(adversarial, 0.6) << c.name;
  }
}

}  // namespace
}  // namespace assay
