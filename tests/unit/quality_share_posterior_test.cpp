// The posterior of a label's value from that of the worker's quality.
#include "assay/quality/share_posterior.h"

#include <gtest/gtest.h>

#include <cmath>

namespace assay::quality {
namespace {

TEST(QualityQuantile, MeetsTheEstimateAndItsBounds) {
  const Measured quality{0.4, 0.1, 0.8};
  EXPECT_NEAR(quality_quantile(quality, 0.9, 0.05), 0.1, 1e-9);
  EXPECT_NEAR(quality_quantile(quality, 0.9, 0.5), 0.4, 1e-9);
  EXPECT_NEAR(quality_quantile(quality, 0.9, 0.95), 0.8, 1e-9);
  double last = 0;
  for (double p = 0.01; p < 1; p += 0.01) {
    EXPECT_GT(quality_quantile(quality, 0.9, p), last);
    last = quality_quantile(quality, 0.9, p);
  }
  EXPECT_DOUBLE_EQ(quality_quantile({0.2, 0, 0.5}, 0.9, 0.25), 0.1) << "half of the mass in a line down to 0";
  EXPECT_LT(quality_quantile({std::nan(""), std::nan(""), std::nan("")}, 0.9, 0.3), 0.5);
}

struct Setting {
  std::vector<double> prior;
  std::vector<double> confusion;  // [given][true]
};

// Workers of all kinds: symmetric, skewed prior, always one class too high, who mostly takes the second class for the
// first.
const Setting kSettings[] = {
    {{0.5, 0.5}, {0.8, 0.2, 0.2, 0.8}},
    {{0.85, 0.15}, {0.9, 0.3, 0.1, 0.7}},
    {{0.4, 0.3, 0.3}, {0.2, 0.1, 0.8, 0.7, 0.1, 0.1, 0.1, 0.8, 0.1}},
    {{0.25, 0.25, 0.25, 0.25},
     {0.8, 0.6, 0.1, 0.05, 0.1, 0.3, 0.05, 0.05, 0.05, 0.05, 0.8, 0.1, 0.05, 0.05, 0.05, 0.8}},
};

TEST(SharePosterior, RisesWithTheQualityAndPassesThroughTheValue) {
  for (const auto& setting : kSettings) {
    const CostMatrix costs(setting.prior.size());
    ValueFormula formula(setting.prior, costs, {.cost = 0.05}, Labelling::fixed);
    const QualityFormula qualities(setting.prior, costs);
    const auto value = formula.value(setting.confusion);
    const double own = qualities.quality(qualities.worker_cost(setting.confusion)).expected;
    SharePosterior shares(formula, qualities, setting.confusion, value, {own, own * 0.6, own + 0.6 * (1 - own)}, 0.9);
    EXPECT_NEAR(shares.quantile(0.5), value.share, 1e-3 * value.share);
    double last = 0;
    for (double p = 0.02; p < 1; p += 0.04) {
      const double share = shares.quantile(p);
      EXPECT_GE(share, last - 1e-9);
      last = share;
    }
    EXPECT_GT(shares.quantile(0.95), 1.1 * value.share);
    EXPECT_GT(shares.mean(), shares.quantile(0.1));
    EXPECT_LT(shares.mean(), shares.quantile(0.9));
    EXPECT_NEAR(shares.probability_from(shares.quantile(0.3)), 0.7, 0.01);
    EXPECT_EQ(shares.probability_from(0), 1);
  }
}

// The wide rows of an unknown worker are no knowledge: his value is spread around that of the mean matrix.
TEST(SharePosterior, LittleKnownIsNotWorthMore) {
  const std::vector<double> prior(6, 1.0 / 6);
  std::vector<double> confusion(36, 0.1);
  for (std::size_t i = 0; i < 6; ++i) confusion[i * 6 + i] = 0.5;
  const CostMatrix costs(6);
  ValueFormula formula(prior, costs, {.cost = 0.3}, Labelling::fixed);
  const QualityFormula qualities(prior, costs);
  const auto value = formula.value(confusion);
  const double own = qualities.quality(qualities.worker_cost(confusion)).expected;
  SharePosterior shares(formula, qualities, confusion, value, {own, own / 3, std::min(0.9, own * 2)}, 0.9);
  EXPECT_LT(shares.quantile(0.1), value.share);
  EXPECT_LT(shares.mean(), 2 * value.share);
}

TEST(SharePosterior, NobodyBlindIsWorthAnything) {
  const std::vector<double> prior = {0.5, 0.5};
  const std::vector<double> confusion = {0.7, 0.7, 0.3, 0.3};
  const CostMatrix costs(2);
  ValueFormula formula(prior, costs, {.cost = 0.05}, Labelling::fixed);
  const QualityFormula qualities(prior, costs);
  const auto value = formula.value(confusion);
  SharePosterior shares(formula, qualities, confusion, value, {0, 0, 0.3}, 0.9);
  EXPECT_EQ(shares.mean(), 0);
  EXPECT_EQ(shares.quantile(0.99), 0);
  EXPECT_EQ(shares.probability_from(0.01), 0);
}

}  // namespace
}  // namespace assay::quality
