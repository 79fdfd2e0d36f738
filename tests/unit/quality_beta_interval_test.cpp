// The table of quantiles against the exact ones.
#include "assay/quality/beta_interval.h"

#include <gtest/gtest.h>

#include "assay/base/numerics.h"

namespace assay::quality {
namespace {

TEST(BetaIntervals, WithinAHundredthOfTheWidth) {
  const BetaIntervals intervals(0.9);
  for (const double a : {0.05, 0.3, 1.0, 2.7, 30.0, 400.0, 20000.0}) {
    for (const double b : {0.1, 0.5, 1.3, 8.0, 77.0, 3000.0}) {
      const auto got = intervals.of_beta(a, b);
      const double low = beta_quantile(0.05, a, b);
      const double high = beta_quantile(0.95, a, b);
      EXPECT_NEAR(got.low, low, 0.01 * (high - low)) << a << " " << b;
      EXPECT_NEAR(got.high, high, 0.01 * (high - low)) << a << " " << b;
    }
  }
}

TEST(BetaIntervals, MomentsOfABeta) {
  const BetaIntervals intervals(0.8);
  const double mean = 3.0 / 10;
  const auto got = intervals.of_moments(mean, mean * (1 - mean) / 11, 0);
  EXPECT_NEAR(got.low, beta_quantile(0.1, 3, 7), 0.003);
  EXPECT_NEAR(got.high, beta_quantile(0.9, 3, 7), 0.003);
}

TEST(BetaIntervals, CertaintyIsAPoint) {
  const BetaIntervals intervals(0.9);
  for (const double mean : {0.0, 0.4, 1.0}) {
    const auto got = intervals.of_moments(mean, 0, 0.2);
    EXPECT_EQ(got.low, mean);
    EXPECT_EQ(got.high, mean);
  }
}

}  // namespace
}  // namespace assay::quality
