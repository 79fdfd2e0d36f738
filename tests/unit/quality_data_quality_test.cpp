// Evaluation by hand: four items, two classes, one item without truth, one without labels.
#include "assay/quality/data_quality.h"

#include <gtest/gtest.h>

#include <cmath>

#include "assay/core/label_store_builder.h"

namespace assay::quality {
namespace {

struct Example {
  LabelStore labels;
  Matrix<double> posterior{5, 2};
  std::vector<ClassIndex> decided{0, 0, 1, 0, 0};
  std::vector<ClassIndex> truth{0, 1, 1, kNoClass, 0};
  CostMatrix costs{2};

  Example() {
    LabelStoreBuilder builder;
    builder.add(0, 0, 0);
    builder.add(1, 0, 0);
    builder.add(1, 1, 1);
    builder.add(2, 0, 1);
    builder.add(2, 1, 1);
    builder.add(3, 1, 0);
    labels = builder.finish(5, 2, 2);
    const double p[] = {0.9, 0.5, 0.2, 0.6, 0.7};
    for (std::size_t o = 0; o < 5; ++o) {
      posterior(o, 0) = p[o];
      posterior(o, 1) = 1 - p[o];
    }
  }
  [[nodiscard]] Evaluation run() const { return evaluate({labels, posterior, decided, truth, costs, {}}); }
};

TEST(Evaluation, FiguresByHand) {
  const auto e = Example().run();
  EXPECT_EQ(e.item_count, 3U);
  EXPECT_EQ(e.unlabelled_count, 1U);
  EXPECT_NEAR(e.accuracy, 2.0 / 3, 1e-12);
  EXPECT_NEAR(e.accuracy_ties_split, 2.5 / 3, 1e-12);
  EXPECT_NEAR(e.log_loss, -(std::log(.9) + std::log(.5) + std::log(.8)) / 3, 1e-12);
  EXPECT_NEAR(e.brier, (2 * .01 + 2 * .25 + 2 * .04) / 3, 1e-12);
  EXPECT_NEAR(e.classes[0].precision, 0.5, 1e-12);
  EXPECT_NEAR(e.classes[0].recall, 1, 1e-12);
  EXPECT_NEAR(e.classes[1].precision, 1, 1e-12);
  EXPECT_NEAR(e.classes[1].recall, 0.5, 1e-12);
  EXPECT_NEAR(e.macro_f1, 2.0 / 3, 1e-12);
  // Bins: .9 right, .5 wrong, .8 right.
  EXPECT_NEAR(e.calibration_error, (.1 + .5 + .2) / 3, 1e-12);
}

// The claim's shares are 1.6/3 and 1.4/3, those of the truth 1/3 and 2/3: spammers' minimum costs 1.4/3 and 1/3, the
// second one's expected cost 4/9.
TEST(Evaluation, ClaimAndTruthEachAgainstItsOwnSpammer) {
  const auto e = Example().run();
  EXPECT_NEAR(e.claimed.accuracy, (.9 + .5 + .8) / 3, 1e-12);
  EXPECT_NEAR(e.claimed.minimum_cost, (.1 + .5 + .2) / 3, 1e-12);
  EXPECT_NEAR(e.claimed.quality_minimum, 1 - .8 / 1.4, 1e-12);
  EXPECT_NEAR(e.actual.minimum_cost, 1.0 / 3, 1e-12);
  EXPECT_NEAR(e.actual.quality_minimum, 0, 1e-12);
  EXPECT_NEAR(e.actual.expected_cost, (.1 + .5 + .2) / 3, 1e-12);
  EXPECT_NEAR(e.actual.quality_expected, 1 - .8 / 3 * 9 / 4, 1e-12);
}

TEST(Evaluation, WorkersAgainstTheTruth) {
  const auto e = Example().run();
  EXPECT_EQ(e.workers[0].label_count, 3U);
  EXPECT_NEAR(e.workers[0].accuracy, 2.0 / 3, 1e-12);
  // Worker 1 met only one class: nothing is claimed for him.
  EXPECT_EQ(e.workers[1].label_count, 2U);
  EXPECT_NEAR(e.workers[1].quality_expected, 0, 1e-12);
}

// Workers 0 to 2 are right on 20, 16 and 12 of 20 items and estimated in that order; workers 3 and 4 have one label
// each with truth and would turn the order round.
TEST(Evaluation, RankCorrelationIsOverWorkersWithEnoughTruth) {
  LabelStoreBuilder builder;
  std::vector<ClassIndex> truth;
  for (ItemIndex o = 0; o < 20; ++o) {
    truth.push_back(o % 2);
    for (WorkerIndex w = 0; w < 3; ++w) {
      builder.add(o, w, static_cast<ClassIndex>(o < 20 - 4 * w ? o % 2 : 1 - o % 2));
    }
  }
  builder.add(0, 3, 0);
  builder.add(1, 4, 0);
  const LabelStore labels = builder.finish(20, 5, 2);
  const Matrix<double> posterior(20, 2, 0.5);
  const CostMatrix costs(2);
  const std::vector<double> estimated = {0.9, 0.6, 0.3, 0.1, 0.95};
  const auto e = evaluate({labels, posterior, truth, truth, costs, estimated});
  EXPECT_EQ(e.ranked_worker_count, 3U);
  EXPECT_DOUBLE_EQ(e.worker_rank_correlation, 1);
  EXPECT_EQ(e.workers[3].label_count, 1U);
}

TEST(Evaluation, NoTruthAtAll) {
  Example x;
  x.truth.assign(5, kNoClass);
  const auto e = x.run();
  EXPECT_EQ(e.item_count, 0U);
  EXPECT_TRUE(std::isnan(e.accuracy));
  EXPECT_TRUE(std::isnan(e.actual.quality_minimum));
}

}  // namespace
}  // namespace assay::quality
