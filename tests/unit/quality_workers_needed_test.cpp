// How many workers like this one: the sums, the target, the simulation and the adaptive procedure.
#include "assay/quality/workers_needed.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "assay/base/error.h"
#include "assay/base/random.h"
#include "assay/quality/expected_cost.h"
#include "assay/quality/simulated_costs.h"
#include "assay/quality/worker_value.h"
#include "tests/support/matrices.h"

namespace assay::quality {
namespace {

using assay::testing::random_matrix;

std::vector<double> symmetric(std::size_t k, double accuracy) {
  std::vector<double> out(k * k, (1 - accuracy) / double(k - 1));
  for (std::size_t i = 0; i < k; ++i) out[i * k + i] = accuracy;
  return out;
}

std::vector<double> even(std::size_t k) { return std::vector<double>(k, 1.0 / double(k)); }

WorkersNeeded need(std::vector<double> prior, const CostMatrix& costs, const std::vector<double>& confusion,
                   const QualityTarget& target) {
  EqualWorkers workers(std::move(prior), costs);
  workers.set(confusion);
  return workers_needed(workers, target);
}

// Every sequence of m labels, one by one.
double cost_by_enumeration(const std::vector<double>& prior, const CostMatrix& costs,
                           const std::vector<double>& confusion, int m) {
  const std::size_t k = prior.size();
  double total = 0;
  const std::function<void(int, std::vector<double>)> go = [&](int left, const std::vector<double>& joint) {
    if (left == 0) {
      total += minimum_cost(joint, costs);
      return;
    }
    for (std::size_t g = 0; g < k; ++g) {
      auto next = joint;
      for (std::size_t i = 0; i < k; ++i) next[i] *= confusion[g * k + i];
      go(left - 1, next);
    }
  };
  go(m, prior);
  return total;
}

TEST(EqualWorkers, SumsWhatEnumerationSums) {
  Random random(3);
  for (const std::size_t k : {2U, 3U, 4U, 5U, 6U}) {
    for (int round = 0; round < 6; ++round) {
      std::vector<double> prior(k);
      random.dirichlet(std::vector<double>(k, 2.0), prior);
      CostMatrix costs(k);
      if (round % 2 == 1) {
        for (std::size_t i = 0; i < k; ++i) {
          for (std::size_t j = 0; j < k; ++j) costs.set(i, j, i == j ? 0 : 1 + random.uniform() * 4);
        }
      }
      const auto confusion = random_matrix(k, 3, random);
      EqualWorkers workers(prior, costs);
      workers.set(confusion);
      double last = workers.spammer_cost();
      for (int m = 0; m <= (k > 4 ? 3 : 5); ++m) {
        const double exact = workers.cost(static_cast<std::uint32_t>(m));
        EXPECT_NEAR(exact, cost_by_enumeration(prior, costs, confusion, m), 1e-12);
        EXPECT_LE(workers.least_cost(static_cast<std::uint32_t>(m)), exact + 1e-12);
        EXPECT_LE(exact, last + 1e-12) << "more labels never cost more";
        last = exact;
      }
    }
  }
}

// Computed by hand from binomials: cost(m) is the probability that the majority of m is wrong.
TEST(WorkersNeeded, ExactTableOfBinarySymmetricWorkers) {
  const double accuracy[] = {0.90, 0.85, 0.80, 0.75, 0.70, 0.65, 0.60};
  const double targets[] = {0.1, 0.05, 0.01};
  const double expected[7][3] = {{1, 3, 5},   {3, 5, 9},    {5, 7, 13},   {7, 9, 19},
                                 {9, 17, 31}, {17, 29, 57}, {41, 67, 133}};
  for (int q = 0; q < 7; ++q) {
    for (int t = 0; t < 3; ++t) {
      const auto needed = need(even(2), CostMatrix(2), symmetric(2, accuracy[q]), {targets[t]});
      EXPECT_EQ(needed.count, expected[q][t]) << accuracy[q] << " " << targets[t];
      EXPECT_LE(needed.continuous, needed.count);
      EXPECT_GT(needed.continuous, needed.count - 2);
      EXPECT_EQ(needed.error, 0);
      EXPECT_LE(needed.cost_reached, targets[t] * (1 + 1e-9));
      EXPECT_GT(needed.cost_before, targets[t]);
    }
  }
}

TEST(WorkersNeeded, LimitsAreKept) {
  EXPECT_EQ(need(even(2), CostMatrix(2), symmetric(2, 0.6), {.cost = 0.01, .most = 133}).count, 133);
  const auto beyond = need(even(2), CostMatrix(2), symmetric(2, 0.6), {.cost = 0.01, .most = 132});
  EXPECT_EQ(beyond.count, 0);
  EXPECT_NEAR(beyond.cost_reached, 0.0101, 2e-4);
}

TEST(WorkersNeeded, PermutationsNeedOneAndIdenticalRowsNeverDo) {
  Random random(5);
  for (const std::size_t k : {2U, 3U, 4U, 7U}) {
    std::vector<double> permuted(k * k);
    for (std::size_t i = 0; i < k; ++i) permuted[((i + 1) % k) * k + i] = 1;
    const auto perfect = need(even(k), CostMatrix(k), permuted, {0.001});
    EXPECT_EQ(perfect.count, 1);
    EXPECT_EQ(price_share(perfect.continuous, 200), 1);
    std::vector<double> row(k);
    random.dirichlet(std::vector<double>(k, 1.0), row);
    std::vector<double> blind(k * k);
    for (std::size_t g = 0; g < k; ++g) {
      for (std::size_t i = 0; i < k; ++i) blind[g * k + i] = row[g];
    }
    const auto none = need(even(k), CostMatrix(k), blind, {0.1});
    EXPECT_EQ(none.count, 0);
    EXPECT_EQ(none.continuous, WorkersNeeded::kNone);
    EXPECT_EQ(price_share(none.continuous, 200), 0);
  }
}

// The lecture's prior: 85 % G, 5 % each of P, R, X. Always G is worth nothing, although it is right on 85 %.
TEST(WorkersNeeded, SpammerOfTheLectureIsWorthNothing) {
  const std::vector<double> prior = {0.85, 0.05, 0.05, 0.05};
  std::vector<double> always_g(16);
  for (std::size_t i = 0; i < 4; ++i) always_g[i] = 1;
  ValueFormula formula(prior, CostMatrix(4), {.cost = 0.05}, Labelling::fixed);
  EXPECT_EQ(formula.value(always_g).share, 0);
  EXPECT_GT(formula.value(symmetric(4, 0.8)).share, 0.05);
}

TEST(WorkersNeeded, TargetsOutOfReachAreRefusedWithBothNumbers) {
  const auto message = [](double target, const CostMatrix& costs) -> std::string {
    try {
      check_target({target}, std::vector<double>{0.85, 0.15}, costs, "--target-cost");
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_EQ(message(0.1, CostMatrix(2)), "");
  EXPECT_NE(message(0.15, CostMatrix(2)).find("0.15"), std::string::npos);
  const auto met = message(0.2, CostMatrix(2));
  EXPECT_NE(met.find("0.2"), std::string::npos);
  EXPECT_NE(met.find("0.15"), std::string::npos);
  CostMatrix dear(2);
  dear.set(1, 1, 0.5);
  const auto unreachable = message(0.05, dear);
  EXPECT_NE(unreachable.find("0.05"), std::string::npos);
  EXPECT_NE(unreachable.find("0.075"), std::string::npos);
  EXPECT_NE(message(std::nan(""), CostMatrix(2)), "");
  EXPECT_NE(message(0, CostMatrix(2)), "");
}

// Where the sum is short enough both must agree.
TEST(SimulatedCosts, AgreeWithTheSum) {
  Random random(11);
  int off = 0;
  int checks = 0;
  for (int round = 0; round < 12; ++round) {
    const std::size_t k = 2 + round % 4;
    CostMatrix costs = round % 2 == 0 ? CostMatrix(k) : CostMatrix::ordinal(k);
    std::vector<double> prior(k);
    random.dirichlet(std::vector<double>(k, 5.0), prior);
    const auto confusion = random_matrix(k, 3, random);
    EqualWorkers workers(prior, costs);
    workers.set(confusion);
    SimulatedCosts simulated(prior, costs, confusion, 4096, 1);
    for (std::uint32_t m = 1; m <= 20; ++m) {
      simulated.add_label();
      if (m % 5 != 0) continue;
      const auto cost = simulated.cost();
      EXPECT_NEAR(cost.mean, workers.cost(m), 5 * cost.error + 2e-4);
      off += std::abs(cost.mean - workers.cost(m)) > 2 * cost.error + 2e-4 ? 1 : 0;
      ++checks;
    }
  }
  EXPECT_LT(off, checks / 5);
}

// Ten classes need the simulation from a dozen labels on; its stated error is honest over seeds.
TEST(WorkersNeeded, SimulatedNumbersStateTheirError) {
  const auto confusion = symmetric(10, 0.4);
  double sum = 0;
  double squares = 0;
  double stated = 0;
  constexpr int kSeeds = 12;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const auto needed = need(even(10), CostMatrix(10), confusion, {.cost = 0.02, .seed = seed});
    ASSERT_TRUE(needed.is_simulated);
    ASSERT_GT(needed.count, 11);
    EXPECT_LE(needed.continuous, needed.count);
    sum += needed.continuous;
    squares += needed.continuous * needed.continuous;
    stated += needed.error;
  }
  const double sd = std::sqrt(squares / kSeeds - sum / kSeeds * sum / kSeeds);
  EXPECT_LT(sd, 2 * stated / kSeeds);
  EXPECT_GT(sd, 0.2 * stated / kSeeds);
  const auto again = need(even(10), CostMatrix(10), confusion, {.cost = 0.02, .seed = 1});
  EXPECT_EQ(again.continuous, need(even(10), CostMatrix(10), confusion, {.cost = 0.02, .seed = 1}).continuous);
}

TEST(AdaptiveWorkersNeeded, NeedsFewerLabelsThanAFixedNumber) {
  for (const double q : {0.9, 0.8, 0.7}) {
    EqualWorkers workers(even(2), CostMatrix(2));
    workers.set(symmetric(2, q));
    const auto fixed = workers_needed(workers, {0.05});
    const auto adaptive = adaptive_workers_needed(workers, {0.05});
    EXPECT_LT(adaptive.continuous, fixed.continuous);
    EXPECT_GT(adaptive.error, 0);
    EXPECT_LT(adaptive.error, 0.05 * adaptive.continuous);
    EXPECT_EQ(adaptive.continuous, adaptive_workers_needed(workers, {0.05}).continuous);
  }
}

// One label on every item halves the doubt of a perfect worker's first item: he needs as many labels as there are items
// to settle, a share of 1 - target / spammer's cost.
TEST(AdaptiveWorkersNeeded, PerfectAndBlindWorkers) {
  EqualWorkers workers(even(2), CostMatrix(2));
  workers.set(symmetric(2, 1));
  EXPECT_NEAR(adaptive_workers_needed(workers, {0.1}).continuous, 0.8, 1e-9);
  workers.set(symmetric(2, 0.5));
  const auto blind = adaptive_workers_needed(workers, {0.1});
  EXPECT_EQ(blind.count, 0);
  EXPECT_DOUBLE_EQ(blind.cost_reached, 0.5);
}

}  // namespace
}  // namespace assay::quality
