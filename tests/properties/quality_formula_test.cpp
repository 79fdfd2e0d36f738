// Facts of the formulas that hold for every worker.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "assay/base/random.h"
#include "assay/quality/expected_cost.h"

namespace assay::quality {
namespace {

struct Drawn {
  std::vector<double> prior;
  std::vector<double> confusion;  // [given][true]
};

Drawn draw(std::size_t k, Random& random) {
  Drawn out{std::vector<double>(k), std::vector<double>(k * k)};
  const std::vector<double> alpha(k, 0.5);
  random.dirichlet(std::vector<double>(k, 2.0), out.prior);
  std::vector<double> row(k);
  for (std::size_t t = 0; t < k; ++t) {
    random.dirichlet(alpha, row);
    for (std::size_t g = 0; g < k; ++g) out.confusion[g * k + t] = row[g];
  }
  return out;
}

CostMatrix draw_costs(std::size_t k, Random& random) {
  CostMatrix costs(k);
  for (std::size_t t = 0; t < k; ++t) {
    for (std::size_t d = 0; d < k; ++d) costs.set(t, d, t == d ? 0 : 0.1 + 5 * random.uniform());
  }
  return costs;
}

TEST(QualityFormula, NoWorkerIsWorseThanASpammer) {
  Random random(1);
  for (int i = 0; i < 300; ++i) {
    const std::size_t k = 2 + random.below(5);
    const auto x = draw(k, random);
    const QualityFormula zero_one(x.prior, CostMatrix(k));
    const auto cost = zero_one.worker_cost(x.confusion);
    EXPECT_LE(cost.expected, zero_one.spammer_cost().expected + 1e-12);
    EXPECT_LE(cost.minimum, zero_one.spammer_cost().minimum + 1e-12);
    EXPECT_LE(cost.minimum, cost.expected + 1e-12);
    const QualityFormula any(x.prior, draw_costs(k, random));
    EXPECT_LE(any.worker_cost(x.confusion).minimum, any.spammer_cost().minimum + 1e-12);
    const auto quality = any.quality(any.worker_cost(x.confusion));
    EXPECT_GE(quality.expected, 0);
    EXPECT_LE(quality.expected, 1);
  }
}

TEST(QualityFormula, EqualRowsAreWorthNothingAndPermutationsEverything) {
  Random random(2);
  for (int i = 0; i < 100; ++i) {
    const std::size_t k = 2 + random.below(5);
    auto x = draw(k, random);
    const QualityFormula formula(x.prior, draw_costs(k, random));
    auto equal = x.confusion;
    for (std::size_t g = 0; g < k; ++g) std::fill_n(equal.begin() + std::ptrdiff_t(g * k), k, x.confusion[g * k]);
    double sum = 0;
    for (std::size_t g = 0; g < k; ++g) sum += equal[g * k];
    for (double& v : equal) v /= sum;
    EXPECT_NEAR(formula.quality(formula.worker_cost(equal)).expected, 0, 1e-9);
    EXPECT_NEAR(formula.quality(formula.worker_cost(equal)).minimum, 0, 1e-9);
    std::vector<std::size_t> order(k);
    std::iota(order.begin(), order.end(), std::size_t{0});
    random.shuffle(std::span(order));
    std::vector<double> liar(k * k);
    for (std::size_t t = 0; t < k; ++t) liar[order[t] * k + t] = 1;
    EXPECT_NEAR(formula.quality(formula.worker_cost(liar)).expected, 1, 1e-9);
    EXPECT_NEAR(formula.quality(formula.worker_cost(liar)).minimum, 1, 1e-9);
  }
}

TEST(QualityFormula, RenamingClassesChangesNothing) {
  Random random(3);
  for (int i = 0; i < 100; ++i) {
    const std::size_t k = 2 + random.below(5);
    const auto x = draw(k, random);
    const auto costs = draw_costs(k, random);
    std::vector<std::size_t> order(k);
    std::iota(order.begin(), order.end(), std::size_t{0});
    random.shuffle(std::span(order));
    Drawn y = x;
    CostMatrix renamed(k);
    for (std::size_t t = 0; t < k; ++t) {
      y.prior[order[t]] = x.prior[t];
      for (std::size_t g = 0; g < k; ++g) {
        y.confusion[order[g] * k + order[t]] = x.confusion[g * k + t];
        renamed.set(order[t], order[g], costs(t, g));
      }
    }
    const QualityFormula a(x.prior, costs), b(y.prior, renamed);
    EXPECT_NEAR(a.worker_cost(x.confusion).expected, b.worker_cost(y.confusion).expected, 1e-12);
    EXPECT_NEAR(a.worker_cost(x.confusion).minimum, b.worker_cost(y.confusion).minimum, 1e-12);
  }
}

// A label's soft label is a distribution, and soft labels average to the prior.
TEST(SoftLabel, AverageToThePrior) {
  Random random(4);
  for (int i = 0; i < 100; ++i) {
    const std::size_t k = 2 + random.below(5);
    const auto x = draw(k, random);
    std::vector<double> mean(k), soft(k);
    for (std::size_t g = 0; g < k; ++g) {
      const double share = soft_label(x.prior, std::span(x.confusion).subspan(g * k, k), soft);
      EXPECT_NEAR(std::accumulate(soft.begin(), soft.end(), 0.0), 1, 1e-12);
      for (std::size_t t = 0; t < k; ++t) mean[t] += share * soft[t];
    }
    for (std::size_t t = 0; t < k; ++t) EXPECT_NEAR(mean[t], x.prior[t], 1e-12);
  }
}

}  // namespace
}  // namespace assay::quality
