#include "assay/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

namespace assay {
namespace {

struct Moments {
  double mean, variance;
};

Moments moments_of(const std::function<double()>& draw) {
  constexpr int kDraws = 100'000;
  double sum = 0, squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = draw();
    sum += x;
    squares += x * x;
  }
  const double mean = sum / kDraws;
  return {mean, squares / kDraws - mean * mean};
}

TEST(Random, SeedAndStreamFixTheNumbers) {
  Random a(7, 1), b(7, 1), other_stream(7, 2), other_seed(8, 1);
  const std::uint64_t first = a.bits();
  EXPECT_EQ(first, b.bits());
  EXPECT_NE(first, other_stream.bits());
  EXPECT_NE(first, other_seed.bits());
}

// Bounds are about six standard errors of the mean; the seed is fixed, so the test cannot fail by chance.
TEST(Random, DistributionsHaveTheirMoments) {
  Random random(1);
  const auto uniform = moments_of([&] { return random.uniform(); });
  EXPECT_NEAR(uniform.mean, 0.5, 0.006);
  EXPECT_NEAR(uniform.variance, 1.0 / 12, 0.003);
  const auto normal = moments_of([&] { return random.normal(); });
  EXPECT_NEAR(normal.mean, 0, 0.02);
  EXPECT_NEAR(normal.variance, 1, 0.03);
  const auto exponential = moments_of([&] { return random.exponential(); });
  EXPECT_NEAR(exponential.mean, 1, 0.02);
  for (const double shape : {0.2, 1.0, 5.0}) {
    const auto gamma = moments_of([&] { return random.gamma(shape); });
    EXPECT_NEAR(gamma.mean, shape, 6 * std::sqrt(shape / 100'000)) << shape;
    EXPECT_NEAR(gamma.variance, shape, 0.1 * shape + 0.05) << shape;
  }
  const auto beta = moments_of([&] { return random.beta(2, 3); });
  EXPECT_NEAR(beta.mean, 0.4, 0.005);
  EXPECT_NEAR(beta.variance, 0.04, 0.002);
}

TEST(Random, BelowReachesEveryValueAndNoOther) {
  Random random(3);
  std::vector<int> seen(5);
  for (int i = 0; i < 1000; ++i) ++seen.at(random.below(5));
  for (const int count : seen) EXPECT_NEAR(count, 200, 80);
  EXPECT_EQ(random.below(1), 0u);
}

TEST(Random, CategoricalNeverDrawsZeroWeight) {
  Random random(4);
  const std::vector<double> weights{0, 3, 0, 1};
  std::vector<int> seen(4);
  for (int i = 0; i < 4000; ++i) ++seen.at(random.categorical(weights));
  EXPECT_EQ(seen[0], 0);
  EXPECT_EQ(seen[2], 0);
  EXPECT_NEAR(seen[1], 3000, 170);
}

TEST(Random, DirichletSumsToOne) {
  Random random(5);
  const std::vector<double> alpha{0.01, 2, 30};
  std::vector<double> p(3);
  for (int i = 0; i < 1000; ++i) {
    random.dirichlet(alpha, p);
    EXPECT_NEAR(std::accumulate(p.begin(), p.end(), 0.0), 1, 1e-12);
  }
}

TEST(Random, ShuffleKeepsTheElements) {
  Random random(6);
  std::vector<int> values(50);
  std::iota(values.begin(), values.end(), 0);
  auto shuffled = values;
  random.shuffle(std::span<int>(shuffled));
  EXPECT_NE(shuffled, values);
  std::sort(shuffled.begin(), shuffled.end());
  EXPECT_EQ(shuffled, values);
}

}  // namespace
}  // namespace assay
