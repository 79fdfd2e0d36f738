// The lecture's numbers and the facts of the formulas, worked out by hand.
#include "assay/quality/expected_cost.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "assay/base/random.h"

namespace assay::quality {
namespace {

// From rows true x given to the memory order [given][true].
std::vector<double> confusion(const std::vector<std::vector<double>>& rows) {
  std::vector<double> out(rows.size() * rows.size());
  for (std::size_t t = 0; t < rows.size(); ++t) {
    for (std::size_t g = 0; g < rows.size(); ++g) out[g * rows.size() + t] = rows[t][g];
  }
  return out;
}

TEST(SoftLabel, CostsOfTheLecture) {
  const CostMatrix costs(4);
  EXPECT_NEAR(expected_cost(std::vector<double>{.25, .25, .25, .25}, costs), 0.75, 1e-15);
  EXPECT_NEAR(expected_cost(std::vector<double>{.99, .01, 0, 0}, costs), 0.0198, 1e-15);
  EXPECT_NEAR(minimum_cost(std::vector<double>{.99, .01, 0, 0}, costs), 0.01, 1e-15);
}

TEST(WorkerCost, LazySpammerIsWorthNothing) {
  const QualityFormula formula({.85, .15}, CostMatrix(2));
  const auto lazy = confusion({{1, 0}, {1, 0}});
  std::vector<double> soft(2);
  EXPECT_DOUBLE_EQ(soft_label(formula.prior(), std::vector<double>{1, 1}, soft), 1);
  EXPECT_NEAR(soft[0], .85, 1e-15);
  const auto cost = formula.worker_cost(lazy);
  EXPECT_NEAR(cost.expected, .255, 1e-15);
  EXPECT_NEAR(cost.minimum, .15, 1e-15);
  EXPECT_NEAR(formula.quality(cost).expected, 0, 1e-15);
  EXPECT_NEAR(formula.quality(cost).minimum, 0, 1e-15);
  EXPECT_NEAR(formula.accuracy(lazy), .85, 1e-15);
}

// Pr(G) = .85 x .8 + .15 x .2 = .71, soft .68/.71 : .03/.71; Pr(P) = .29, soft .17/.29 : .12/.29.
// Cost = 2 (.68 x .03 / .71 + .17 x .12 / .29) = .1981544; no label moves the decision away from G, so the minimum cost
// stays .15, the spammer's.
TEST(WorkerCost, GoodWorkerWithTwentyPercentError) {
  const QualityFormula formula({.85, .15}, CostMatrix(2));
  const auto cost = formula.worker_cost(confusion({{.8, .2}, {.2, .8}}));
  EXPECT_NEAR(cost.expected, 2 * (.68 * .03 / .71 + .17 * .12 / .29), 1e-15);
  EXPECT_NEAR(cost.expected, .19815, 5e-6);
  EXPECT_NEAR(formula.quality(cost).expected, .2229, 5e-5);
  EXPECT_NEAR(cost.minimum, .15, 1e-15);
  EXPECT_NEAR(formula.quality(cost).minimum, 0, 1e-14);
}

// The executive: his labels G, P and X are certain, R is R or P with equal probability: Pr(R) = .1, cost .1 x .5 = .05.
TEST(WorkerCost, ExecutiveOneClassTooStrict) {
  const QualityFormula formula({.85, .05, .05, .05}, CostMatrix(4));
  const auto executive = confusion({{.2, .8, 0, 0}, {0, 0, 1, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}});
  EXPECT_NEAR(formula.spammer_cost().expected, .27, 1e-15);
  EXPECT_NEAR(formula.spammer_cost().minimum, .15, 1e-15);
  const auto cost = formula.worker_cost(executive);
  EXPECT_NEAR(cost.expected, .05, 1e-15);
  EXPECT_NEAR(cost.minimum, .05, 1e-15);
  EXPECT_NEAR(formula.quality(cost).expected, 1 - .05 / .27, 1e-15);
  EXPECT_NEAR(formula.quality(cost).minimum, 2.0 / 3, 1e-15);
  EXPECT_NEAR(1 - formula.accuracy(executive), .73, 1e-15);
}

TEST(WorkerCost, BinarySymmetric) {
  const QualityFormula formula({.5, .5}, CostMatrix(2));
  for (const double p : {0.0, 0.2, 0.5, 0.7, 0.9, 1.0}) {
    const auto quality = formula.quality(formula.worker_cost(confusion({{p, 1 - p}, {1 - p, p}})));
    EXPECT_NEAR(quality.expected, (2 * p - 1) * (2 * p - 1), 1e-14);
    EXPECT_NEAR(quality.minimum, std::abs(2 * p - 1), 1e-14);
  }
}

TEST(WorkerCost, PriorOnOneClassIsNotDefined) {
  const QualityFormula formula({1, 0}, CostMatrix(2));
  EXPECT_FALSE(formula.defined());
  EXPECT_TRUE(std::isnan(formula.quality(formula.worker_cost(confusion({{1, 0}, {0, 1}}))).expected));
}

TEST(BestDecision, TiesGoToTheLargerPriorThenToClassOrder) {
  const CostMatrix costs(3);
  const std::vector<double> p{.4, .2, .4};
  EXPECT_EQ(best_decision(p, std::vector<double>{.3, .3, .4}, costs).label, 2);
  EXPECT_EQ(best_decision(p, std::vector<double>{1 / 3., 1 / 3., 1 / 3.}, costs).label, 0);
  EXPECT_EQ(most_likely(p, std::vector<double>{.3, .3, .4}), 2);
  EXPECT_EQ(most_likely(p, std::vector<double>{.4, .2, .4}), 0);
}

TEST(BestDecision, CostsMoveTheDecision) {
  CostMatrix costs(2);
  costs.set(1, 0, 5);
  const auto decision = best_decision(std::vector<double>{.8, .2}, std::vector<double>{.5, .5}, costs);
  EXPECT_EQ(decision.label, 1);
  EXPECT_NEAR(decision.cost, .8, 1e-15);
}

// Of many classes 0/1 costs are summed in a shorter way.
TEST(BestDecision, ManyClassesAreDecidedAsFewAre) {
  constexpr std::size_t kClasses = 40;
  const CostMatrix zero_one(kClasses);
  CostMatrix written = zero_one;  // but for a last bit, so that sums are the long ones
  written.set(3, 4, std::nextafter(1.0, 2.0));
  ASSERT_FALSE(written.is_zero_one());
  Random random(1);
  std::vector<double> p(kClasses), prior(kClasses, 1.0 / kClasses);
  for (int i = 0; i < 200; ++i) {
    random.dirichlet(std::vector<double>(kClasses, i % 2 == 0 ? 0.05 : 2), p);
    const auto fast = best_decision(p, prior, zero_one);
    const auto slow = best_decision(p, prior, written);
    EXPECT_EQ(fast.label, slow.label);
    EXPECT_NEAR(fast.cost, slow.cost, 1e-14);
    EXPECT_NEAR(expected_cost(p, zero_one), expected_cost(p, written), 1e-14);
    EXPECT_NEAR(minimum_cost(p, zero_one), minimum_cost(p, written), 1e-14);
  }
}

TEST(CostMatrix, IsZeroOneHoweverItWasFilled) {
  CostMatrix costs(3);
  EXPECT_TRUE(costs.is_zero_one());
  costs.set(0, 1, 2.5);
  costs.set(2, 2, 0.5);
  EXPECT_FALSE(costs.is_zero_one());
  costs.set(0, 1, 1);
  costs.set(0, 1, 1);
  EXPECT_FALSE(costs.is_zero_one());
  costs.set(2, 2, 0);
  EXPECT_TRUE(costs.is_zero_one());
  EXPECT_FALSE(CostMatrix::ordinal(3).is_zero_one());
  EXPECT_TRUE(CostMatrix::ordinal(2).is_zero_one());
}

TEST(Doubt, IsAQuarterOfTheLargestCost) {
  EXPECT_NEAR(doubtful_cost(CostMatrix(3)), 0.25, 1e-8);
  EXPECT_LE(doubtful_cost(CostMatrix(3)), 1 - 0.75) << "wrong with a quarter is in doubt, whatever the last bit";
  EXPECT_NEAR(doubtful_cost(CostMatrix::ordinal(5)), 1, 1e-8);
  CostMatrix nothing(2);
  nothing.set(0, 1, 0);
  nothing.set(1, 0, 0);
  EXPECT_EQ(doubtful_cost(nothing), std::numeric_limits<double>::infinity());
}

}  // namespace
}  // namespace assay::quality
