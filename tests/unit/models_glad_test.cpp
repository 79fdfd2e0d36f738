#include "assay/models/glad.h"

#include <gtest/gtest.h>

#include <cmath>

#include "assay/base/numerics.h"
#include "assay/base/random.h"
#include "assay/models/glad_item.h"
#include "tests/support/problems.h"

namespace assay::models {
namespace {

struct ItemCase {
  std::vector<ClassIndex> labels;
  std::vector<double> abilities, weights, log_prior;
};

ItemCase random_item(std::size_t k, std::size_t n, Random& random) {
  ItemCase c;
  for (std::size_t l = 0; l < n; ++l) {
    c.labels.push_back(static_cast<ClassIndex>(random.below(k)));
    c.abilities.push_back(1 + random.normal());
    c.weights.push_back(0.5 + random.uniform());
  }
  std::vector<double> prior(k);
  random.dirichlet(std::vector<double>(k, 2.0), prior);
  for (const double p : prior) c.log_prior.push_back(std::log(p));
  return c;
}

// The log posterior of one item straight from the definition.
double plain_value(const ItemCase& c, double b, ClassIndex gold) {
  const std::size_t k = c.log_prior.size();
  std::vector<double> log_p(k);
  for (std::size_t t = 0; t < k; ++t) {
    log_p[t] = gold == kNoClass ? c.log_prior[t] : 0;
    for (std::size_t l = 0; l < c.labels.size(); ++l) {
      const double x = c.abilities[l] * std::exp(b);
      const double right = -std::log1p(std::exp(-x));
      const double wrong = -std::log1p(std::exp(x)) - std::log(static_cast<double>(k - 1));
      log_p[t] += c.weights[l] * (c.labels[l] == t ? right : wrong);
    }
  }
  return (gold == kNoClass ? log_sum_exp(log_p) : log_p[gold]) - 0.5 * (b - 1) * (b - 1);
}

TEST(GladItem, IsTheDefinition) {
  Random random(5);
  for (int i = 0; i < 200; ++i) {
    const std::size_t k = 2 + random.below(4);
    const ItemCase c = random_item(k, 1 + random.below(9), random);
    const double b = random.normal();
    const ClassIndex gold = i % 4 == 0 ? static_cast<ClassIndex>(random.below(k)) : kNoClass;
    GladItem item(k, {1, 1});
    item.load(c.labels, c.abilities, c.weights, c.log_prior, gold, false);
    item.evaluate(b);
    EXPECT_NEAR(item.value(), plain_value(c, b, gold), 1e-9);
  }
}

TEST(GladItem, HasTheSlopeOfFiniteDifferences) {
  Random random(6);
  for (int i = 0; i < 200; ++i) {
    const std::size_t k = 2 + random.below(4);
    const ItemCase c = random_item(k, 1 + random.below(9), random);
    const double b = random.normal();
    GladItem item(k, {1, 1});
    item.load(c.labels, c.abilities, c.weights, c.log_prior, kNoClass, false);
    item.evaluate(b);
    const double h = 1e-5;
    const double numeric = (plain_value(c, b + h, kNoClass) - plain_value(c, b - h, kNoClass)) / (2 * h);
    EXPECT_NEAR(item.slope(), numeric, 1e-6 * (1 + std::abs(numeric)));
    // dF/dx = weight (p - s) for each label: the gradient that abilities follow.
    for (std::size_t l = 0; l < c.labels.size(); ++l) {
      ItemCase up = c, down = c;
      up.abilities[l] += h;
      down.abilities[l] -= h;
      const double by_ability = (plain_value(up, b, kNoClass) - plain_value(down, b, kNoClass)) / (2 * h);
      const double analytic = c.weights[l] * std::exp(b) * (item.posterior()[c.labels[l]] - item.correct()[l]);
      EXPECT_NEAR(analytic, by_ability, 1e-6 * (1 + std::abs(by_ability)));
    }
  }
}

TEST(GladItem, NeverLosesByAStepAndStandsExtremes) {
  Random random(7);
  for (int i = 0; i < 200; ++i) {
    const std::size_t k = 2 + random.below(4);
    ItemCase c = random_item(k, 1 + random.below(2000), random);
    if (i % 3 == 0) {
      for (double& a : c.abilities) a *= 1e6;
    }
    GladItem item(k, {1, 1});
    item.load(c.labels, c.abilities, c.weights, c.log_prior, kNoClass, false);
    const double b = 5 * random.normal();
    item.evaluate(b);
    const double before = item.value();
    EXPECT_TRUE(std::isfinite(before));
    const double next = item.climb(b);
    EXPECT_GE(item.value(), before);
    EXPECT_TRUE(std::isfinite(next));
  }
}

TEST(GladItem, GivesTheSameWithUnitWeightsAsWithout) {
  Random random(8);
  ItemCase c = random_item(3, 700, random);
  c.weights.assign(700, 1.0);
  GladItem with(3, {1, 1}), without(3, {1, 1});
  with.load(c.labels, c.abilities, c.weights, c.log_prior, kNoClass, false);
  without.load(c.labels, c.abilities, {}, c.log_prior, kNoClass, false);
  with.evaluate(0.3);
  without.evaluate(0.3);
  EXPECT_NEAR(with.value(), without.value(), 1e-9);
  EXPECT_NEAR(with.slope(), without.slope(), 1e-9);
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
