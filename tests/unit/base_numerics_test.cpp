#include "assay/base/numerics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace assay {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Numerics, LogSumExpNeitherOverflowsNorUnderflows) {
  EXPECT_DOUBLE_EQ(log_sum_exp(std::vector{1000.0, 1000.0}), 1000 + std::log(2));
  EXPECT_DOUBLE_EQ(log_sum_exp(std::vector{-1000.0, -1000.0}), -1000 + std::log(2));
  EXPECT_DOUBLE_EQ(log_sum_exp(std::vector{-kInfinity, 3.0}), 3);
  EXPECT_EQ(log_sum_exp(std::vector{-kInfinity, -kInfinity}), -kInfinity);
  EXPECT_EQ(log_sum_exp({}), -kInfinity);
}

TEST(Numerics, EntropyOfCertaintyIsZeroAndOfUniformIsLogK) {
  EXPECT_EQ(entropy(std::vector{1.0, 0.0, 0.0}), 0);
  EXPECT_DOUBLE_EQ(entropy(std::vector{0.25, 0.25, 0.25, 0.25}), std::log(4));
  EXPECT_EQ(x_log_x(0), 0);
}

// Abramowitz and Stegun, tables 6.1-6.4.
TEST(Numerics, GammaFunctions) {
  EXPECT_NEAR(digamma(1), -0.5772156649015329, 1e-14);
  EXPECT_NEAR(digamma(0.5), -1.9635100260214235, 1e-13);
  EXPECT_NEAR(digamma(1e-3), -1000.5755719318103, 1e-9);
  EXPECT_NEAR(digamma(1e6), std::log(1e6) - 0.5e-6, 1e-12);
  EXPECT_NEAR(log_gamma(0.5), 0.5 * std::log(M_PI), 1e-15);
  EXPECT_NEAR(log_gamma(11), std::log(3628800.0), 1e-12);
}

TEST(Numerics, BetaQuantileInvertsTheDistribution) {
  EXPECT_NEAR(beta_cdf(0.3, 2, 1), 0.09, 1e-15);
  EXPECT_NEAR(beta_quantile(0.09, 2, 1), 0.3, 1e-12);
  EXPECT_NEAR(beta_quantile(0.5, 3, 3), 0.5, 1e-12);
  for (const double p : {0.01, 0.05, 0.5, 0.95, 0.99}) {
    for (const double a : {0.1, 1.0, 7.5, 1000.0}) {
      EXPECT_NEAR(beta_cdf(beta_quantile(p, a, 2.5), a, 2.5), p, 1e-9) << p << " " << a;
    }
  }
  EXPECT_EQ(beta_quantile(0, 2, 3), 0);
  EXPECT_EQ(beta_quantile(1, 2, 3), 1);
}

TEST(Numerics, NormalAndChiSquared) {
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-12);
  EXPECT_NEAR(chi_squared_tail(3.841458820694124, 1), 0.05, 1e-12);
  EXPECT_EQ(chi_squared_tail(0, 4), 1);
}

TEST(Numerics, NormalizeReturnsTheSumAndMakesNothingUniform) {
  std::vector p{1.0, 3.0};
  EXPECT_EQ(normalize(p), 4);
  EXPECT_EQ(p, (std::vector{0.25, 0.75}));
  std::vector nothing{0.0, 0.0};
  EXPECT_EQ(normalize(nothing), 0);
  EXPECT_EQ(nothing, (std::vector{0.5, 0.5}));
}

}  // namespace
}  // namespace assay
