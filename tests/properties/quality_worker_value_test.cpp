// The value of a label is smooth: continuous and monotone from random to perfect, and the hull is the whole hull.
#include "assay/quality/worker_value.h"

#include <gtest/gtest.h>

#include <cmath>

#include "assay/base/random.h"
#include "tests/support/matrices.h"

namespace assay::quality {
namespace {

using assay::testing::random_matrix;

struct Way {
  std::vector<double> prior;
  double target;
  bool ordinal;
};

// (1 - x) blind + x end; the blind worker's rows are all alike.
std::vector<double> between(const std::vector<double>& blind, const std::vector<double>& end, double x) {
  const std::size_t n = blind.size();
  std::vector<double> out(n);
  for (std::size_t i = 0; i < n; ++i) out[i] = (1 - x) * blind[i] + x * end[i];
  return out;
}

TEST(WorkerValue, RisesSmoothlyFromRandomToPerfect) {
  const Way ways[] = {{{0.5, 0.5}, 0.01, false},     {{0.85, 0.15}, 0.05, false},
                      {{0.97, 0.03}, 0.01, false},   {{0.4, 0.35, 0.25}, 0.02, false},
                      {{0.6, 0.3, 0.1}, 0.05, true}, {{0.85, 0.05, 0.05, 0.05}, 0.04, false}};
  for (const auto& way : ways) {
    const std::size_t k = way.prior.size();
    const CostMatrix costs = way.ordinal ? CostMatrix::ordinal(k) : CostMatrix(k);
    ValueFormula formula(way.prior, costs, {.cost = way.target, .most = k == 4 ? 56U : 200U}, Labelling::fixed);
    std::vector<double> blind(k * k, 1.0 / double(k));
    std::vector<double> perfect(k * k);
    for (std::size_t i = 0; i < k; ++i) perfect[i * k + i] = 1;
    EXPECT_EQ(formula.value(blind).share, 0);
    EXPECT_EQ(formula.value(perfect).share, 1);
    // Halving the step must halve the largest rise: a cliff would stay as high.
    const auto largest_rise = [&](int steps) {
      double last = 0;
      double largest = 0;
      for (int i = 0; i <= steps; ++i) {
        const double share = formula.value(between(blind, perfect, double(i) / steps)).share;
        EXPECT_GE(share, last - 1e-9) << k << " classes, at " << double(i) / steps;
        largest = std::max(largest, share - last);
        last = share;
      }
      return largest;
    };
    const double coarse = largest_rise(200);
    const double fine = largest_rise(1600);
    EXPECT_LT(fine, coarse / 4) << k << " classes, prior " << way.prior[0];
    EXPECT_LT(fine, 0.02);
  }
}

// Near the last worker allowed the price fades, and a whole number of labels is no step.
TEST(WorkerValue, FadesToNothing) {
  EXPECT_EQ(price_share(0.3, 200), 1);
  EXPECT_EQ(price_share(1, 200), 1);
  EXPECT_DOUBLE_EQ(price_share(4, 200), 0.25);
  EXPECT_DOUBLE_EQ(price_share(180, 200), 1.0 / 180);
  EXPECT_DOUBLE_EQ(price_share(190, 200), 0.5 / 190);
  EXPECT_EQ(price_share(200, 200), 0);
  EXPECT_EQ(price_share(WorkersNeeded::kNone, 200), 0);
  EXPECT_EQ(price_share(1, 1), 1);
}

// Not all points are looked at: the hull of all, a tenth beyond the last worker allowed, crosses at the same place.
TEST(WorkersNeeded, TheWholeHullCrossesAtTheSamePlace) {
  Random random(2);
  int compared = 0;
  for (int round = 0; round < 160; ++round) {
    const std::size_t k = 2 + round % 2;
    std::vector<double> prior(k);
    random.dirichlet(std::vector<double>(k, 1.5), prior);
    EqualWorkers workers(prior, CostMatrix(k));
    workers.set(random_matrix(k, 1.5, random));
    const double target = workers.spammer_cost() * (0.02 + 0.9 * random.uniform());
    const auto needed = workers_needed(workers, {.cost = target, .most = 150});
    if (needed.count == 0 || needed.count > 120) continue;
    std::vector<double> log_cost;
    for (std::uint32_t m = 0; m <= 167; ++m) log_cost.push_back(std::log(std::max(workers.cost(m), 1e-300)));
    double earliest = 1e9;
    for (std::size_t a = 0; a < needed.count; ++a) {
      for (std::size_t b = a + 1; b < log_cost.size(); ++b) {
        if (!(log_cost[a] > std::log(target) && log_cost[b] <= std::log(target))) continue;
        const double part = (log_cost[a] - std::log(target)) / (log_cost[a] - log_cost[b]);
        earliest = std::min(earliest, double(a) + part * double(b - a));
      }
    }
    EXPECT_NEAR(needed.continuous, earliest, 1e-6 * earliest) << "round " << round << ", d " << needed.count;
    ++compared;
  }
  EXPECT_GT(compared, 80);
}

// Draws are valued by an approximation: their mean is that of full values.
TEST(WorkerValue, DrawsAreValuedAsFullValuesAre) {
  Random random(4);
  double full = 0;
  double rough = 0;
  for (int worker = 0; worker < 12; ++worker) {
    const std::size_t k = 2 + worker % 3;
    Confusions mean(1, k);
    Confusions none(1, k, std::nan(""));
    Confusions counts(1, k);
    const auto matrix = random_matrix(k, 2 + worker % 5 * 2, random);
    for (std::size_t t = 0; t < k; ++t) {
      for (std::size_t g = 0; g < k; ++g) {
        mean.at(0, t, g) = matrix[g * k + t];
        counts.at(0, t, g) = 40 * matrix[g * k + t];
      }
    }
    const ConfusionPosterior posterior(mean, none, none, counts, 0.9);
    ValueFormula formula(std::vector<double>(k, 1.0 / double(k)), CostMatrix(k), {.cost = 0.05}, Labelling::fixed);
    Random stream(worker);
    const auto value = formula.value(posterior.mean().worker(0));
    rough += formula.distribution(posterior, 0, value, 60, stream).mean;
    Random same(worker);
    std::vector<double> drawn(k * k);
    for (int i = 0; i < 60; ++i) {
      posterior.draw(0, same, drawn);
      full += formula.value(drawn).share / 60;
    }
  }
  EXPECT_NEAR(rough, full, 0.01 * full);
}

}  // namespace
}  // namespace assay::quality
