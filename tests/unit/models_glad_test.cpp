#include "assay/models/glad.h"

#include <gtest/gtest.h>

#include <cmath>

#include "assay/base/numerics.h"
#include "assay/base/random.h"
#include "assay/models/glad_kernel.h"
#include "tests/support/instruction_sets.h"
#include "tests/support/problems.h"

namespace assay::models {
namespace {

constexpr double kMean = 1;
constexpr double kPrecision = 1.5;

// Items with labels, and all that the kernel is told and tells of them.
struct Crowd {
  std::vector<std::uint64_t> offsets = {0};
  std::vector<std::uint32_t> entries;
  std::vector<float> weights;
  std::vector<ClassIndex> gold;
  bool gold_in_prior = false;
  std::vector<double> log_prior, ability, log_easiness;
  std::vector<double> posterior, slope, curvature, workers, classes;

  [[nodiscard]] std::size_t k() const { return log_prior.size(); }
  [[nodiscard]] std::size_t items() const { return offsets.size() - 1; }
  double run() {
    posterior.assign(items() * k(), 0);
    slope.assign(items(), 0);
    curvature.assign(items(), 0);
    workers.assign(2 * ability.size(), 0);
    classes.assign(k(), 0);
    return run_glad_kernel({.offsets = offsets.data(),
                            .entries = entries.data(),
                            .weights = weights.empty() ? nullptr : weights.data(),
                            .gold = gold.empty() ? nullptr : gold.data(),
                            .gold_in_prior = gold_in_prior,
                            .begin = 0,
                            .end = static_cast<ItemIndex>(items()),
                            .class_count = k(),
                            .log_prior = log_prior.data(),
                            .ability = ability.data(),
                            .log_easiness = log_easiness.data(),
                            .easiness_mean = kMean,
                            .easiness_precision = kPrecision,
                            .posterior = posterior.data(),
                            .slope = slope.data(),
                            .curvature = curvature.data(),
                            .workers = workers.data(),
                            .classes = classes.data()});
  }
};

// Every third item has no label, every seventh more than a batch takes; with weights and gold or without.
Crowd random_crowd(std::size_t k, std::size_t items, bool weighted, bool with_gold, Random& random) {
  Crowd c;
  constexpr std::size_t kWorkers = 12;
  for (std::size_t w = 0; w < kWorkers; ++w) c.ability.push_back(1 + random.normal());
  for (std::size_t o = 0; o < items; ++o) {
    const std::size_t n = o % 3 == 1 ? 0 : o % 7 == 6 ? 600 : 1 + random.below(9);
    for (std::size_t l = 0; l < n; ++l) {
      c.entries.push_back(static_cast<std::uint32_t>(random.below(kWorkers) * k + random.below(k)));
      if (weighted) c.weights.push_back(static_cast<float>(0.5 + random.uniform()));
    }
    c.offsets.push_back(c.entries.size());
    c.log_easiness.push_back(0.5 * random.normal());
    if (with_gold) c.gold.push_back(random.below(2) == 0 ? kNoClass : static_cast<ClassIndex>(random.below(k)));
  }
  c.gold_in_prior = with_gold && random.below(2) == 0;
  std::vector<double> prior(k);
  random.dirichlet(std::vector<double>(k, 2.0), prior);
  for (const double p : prior) c.log_prior.push_back(std::log(p));
  return c;
}

// log Pr(labels of item o, class t) and the label's part of it, straight from the definition.
std::vector<double> plain_scores(const Crowd& c, std::size_t o) {
  const std::size_t k = c.k();
  const bool counts_prior = c.gold.empty() || c.gold[o] == kNoClass || c.gold_in_prior;
  std::vector<double> log_p(k);
  for (std::size_t t = 0; t < k; ++t) {
    log_p[t] = counts_prior ? c.log_prior[t] : 0;
    for (std::uint64_t l = c.offsets[o]; l < c.offsets[o + 1]; ++l) {
      const double x = c.ability[c.entries[l] / k] * std::exp(c.log_easiness[o]);
      const double right = -std::log1p(std::exp(-x));
      const double wrong = -std::log1p(std::exp(x)) - std::log(static_cast<double>(k - 1));
      log_p[t] += (c.weights.empty() ? 1 : c.weights[l]) * (c.entries[l] % k == t ? right : wrong);
    }
  }
  return log_p;
}

bool is_gold(const Crowd& c, std::size_t o) { return !c.gold.empty() && c.gold[o] != kNoClass; }

double plain_value(const Crowd& c) {
  double sum = 0;
  for (std::size_t o = 0; o < c.items(); ++o) {
    if (c.offsets[o] == c.offsets[o + 1]) continue;
    const auto scores = plain_scores(c, o);
    const double distance = c.log_easiness[o] - kMean;
    sum += (is_gold(c, o) ? scores[c.gold[o]] : log_sum_exp(scores)) - 0.5 * kPrecision * distance * distance;
  }
  return sum;
}

TEST(GladKernel, IsTheDefinition) {
  Random random(5);
  for (int i = 0; i < 80; ++i) {
    Crowd c = random_crowd(2 + random.below(i % 8 == 7 ? 12 : 3), 1 + random.below(400), i % 2 == 1, i % 4 > 1, random);
    const double value = c.run();
    const double expected = plain_value(c);
    EXPECT_NEAR(value, expected, 1e-12 * (1 + std::abs(expected)));
    std::vector<double> classes(c.k());
    for (std::size_t o = 0; o < c.items(); ++o) {
      if (c.offsets[o] == c.offsets[o + 1]) continue;
      auto scores = plain_scores(c, o);
      const double total = log_sum_exp(scores);
      for (std::size_t t = 0; t < c.k(); ++t) {
        const double p = is_gold(c, o) ? (c.gold[o] == t ? 1 : 0) : std::exp(scores[t] - total);
        EXPECT_NEAR(c.posterior[o * c.k() + t], p, 1e-12);
        if (!is_gold(c, o) || c.gold_in_prior) classes[t] += p;
      }
    }
    for (std::size_t t = 0; t < c.k(); ++t) EXPECT_NEAR(c.classes[t], classes[t], 1e-9);
  }
}

// (f(x + h) - f(x - h)) / 2h of the plain value.
double numeric_slope(Crowd& c, double& x) {
  constexpr double h = 1e-5;
  const double at = x;
  x = at + h;
  const double up = plain_value(c);
  x = at - h;
  const double down = plain_value(c);
  x = at;
  return (up - down) / (2 * h);
}

TEST(GladKernel, HasTheSlopesOfFiniteDifferences) {
  Random random(6);
  for (int i = 0; i < 40; ++i) {
    Crowd c = random_crowd(2 + random.below(4), 1 + random.below(12), i % 2 == 1, i % 4 > 1, random);
    c.run();
    for (std::size_t o = 0; o < c.items(); ++o) {
      const bool has_labels = c.offsets[o] < c.offsets[o + 1];
      const double expected =
          has_labels ? numeric_slope(c, c.log_easiness[o]) : kPrecision * (kMean - c.log_easiness[o]);
      EXPECT_NEAR(c.slope[o], expected, 1e-5 * (1 + std::abs(expected)));
      EXPECT_GE(c.curvature[o], kPrecision);
    }
    for (std::size_t w = 0; w < c.ability.size(); ++w) {
      const double expected = numeric_slope(c, c.ability[w]);
      EXPECT_NEAR(c.workers[2 * w], expected, 1e-5 * (1 + std::abs(expected)));
    }
  }
}

// With the truth known, Fisher's information is the second derivative.
TEST(GladKernel, HasTheInformation) {
  Random random(7);
  Crowd c = random_crowd(3, 1, true, false, random);
  c.gold = {1};
  c.run();
  double by_item = kPrecision;
  std::vector<double> by_worker(c.ability.size());
  for (std::size_t l = 0; l < c.entries.size(); ++l) {
    const std::size_t w = c.entries[l] / 3;
    const double e = std::exp(c.log_easiness[0]);
    const double s = 1 / (1 + std::exp(-c.ability[w] * e));
    by_worker[w] += c.weights[l] * e * e * s * (1 - s);
    by_item += c.weights[l] * e * e * c.ability[w] * c.ability[w] * s * (1 - s);
  }
  EXPECT_NEAR(c.curvature[0], by_item, 1e-12);
  for (std::size_t w = 0; w < by_worker.size(); ++w) EXPECT_NEAR(c.workers[2 * w + 1], by_worker[w], 1e-12);
}

TEST(GladKernel, StandsExtremes) {
  Random random(8);
  for (int i = 0; i < 40; ++i) {
    Crowd c = random_crowd(2 + random.below(3), 40, i % 2 == 1, false, random);
    for (double& a : c.ability) a *= 1e6;
    for (double& b : c.log_easiness) b *= 100;
    EXPECT_TRUE(std::isfinite(c.run()));
    for (const auto* values : {&c.posterior, &c.slope, &c.curvature, &c.workers}) {
      for (const double v : *values) ASSERT_TRUE(std::isfinite(v));
    }
  }
}

TEST(GladKernel, HasTheSameBitsWithEveryInstructionSet) {
  Random random(9);
  for (int i = 0; i < 12; ++i) {
    Crowd c = random_crowd(2 + random.below(12), 300, i % 2 == 1, i % 4 > 1, random);
    const double value = c.run();
    const Crowd widest = c;
    testing::with_every_instruction_set([&] {
      EXPECT_EQ(c.run(), value);
      EXPECT_EQ(c.posterior, widest.posterior);
      EXPECT_EQ(c.slope, widest.slope);
      EXPECT_EQ(c.curvature, widest.curvature);
      EXPECT_EQ(c.workers, widest.workers);
      EXPECT_EQ(c.classes, widest.classes);
    });
  }
}

// At the end all slopes are 0, by the plain formulas: a_w is where its labels pull as hard as its prior, and so is b_o.
TEST(Glad, EndsWhereNothingPulls) {
  const auto crowd = testing::simple_crowd(400, 15, 3, 5, 3);
  ThreadPool pool(2);
  for (const bool accelerate : {true, false}) {
    GladOptions options;
    options.tolerance = 1e-14;
    options.class_prior = "estimated";
    options.accelerate = accelerate;
    const Estimate estimate = make_glad(options)->fit(Problem{crowd.labels}, Context{pool});
    EXPECT_EQ(estimate.summary.termination, Termination::converged);
    std::vector<double> by_worker(15), classes(3, 1.0);
    for (ItemIndex o = 0; o < 400; ++o) {
      const double e = 1 / estimate.item_difficulty[o];
      double by_item = 0;
      for (const auto row : crowd.labels.rows(o)) {
        const WorkerIndex w = row / 3;
        const double a = estimate.worker_score[w];
        const double pull = estimate.posterior(o, row % 3) - 1 / (1 + std::exp(-a * e));
        by_worker[w] += e * pull;
        by_item += a * e * pull;
      }
      EXPECT_NEAR(by_item, std::log(e) - 1, 1e-3);
      for (std::size_t t = 0; t < 3; ++t) classes[t] += estimate.posterior(o, t);
    }
    for (WorkerIndex w = 0; w < 15; ++w) EXPECT_NEAR(by_worker[w], estimate.worker_score[w] - 1, 2e-3);
    for (std::size_t t = 0; t < 3; ++t) EXPECT_NEAR(estimate.prior[t], classes[t] / 403, 1e-5);
  }
}

TEST(Glad, FindsAbilitiesAndHardItems) {
  // Items alternate between easy and hopeless; ten workers of ability 0 to 3.
  Random random(9);
  LabelStoreBuilder builder;
  std::vector<ClassIndex> truth;
  for (ItemIndex o = 0; o < 600; ++o) {
    truth.push_back(static_cast<ClassIndex>(random.below(3)));
    const double easiness = o % 2 == 0 ? 2 : 0.1;
    for (WorkerIndex w = 0; w < 10; ++w) {
      const double right = 1 / (1 + std::exp(-easiness * 3 * w / 9.0));
      const bool is_right = random.uniform() < right;
      builder.add(o, w, is_right ? truth[o] : static_cast<ClassIndex>((truth[o] + 1 + random.below(2)) % 3));
    }
  }
  const LabelStore labels = builder.finish(600, 10, 3);
  ThreadPool pool(2);
  const Estimate estimate = make_glad({})->fit(Problem{labels}, Context{pool});
  double easy = 0, hard = 0;
  for (ItemIndex o = 0; o < 600; ++o) (o % 2 == 0 ? easy : hard) += std::log(estimate.item_difficulty[o]) / 300;
  EXPECT_GT(hard, easy + 0.5);
  // Abilities above some point tie: easy items are all right, hopeless ones say nothing.
  for (WorkerIndex w = 2; w < 7; ++w) EXPECT_GT(estimate.worker_score[w], estimate.worker_score[w - 2]);
  for (WorkerIndex w = 7; w < 10; ++w) EXPECT_GT(estimate.worker_score[w], estimate.worker_score[4]);
}

}  // namespace
}  // namespace assay::models
