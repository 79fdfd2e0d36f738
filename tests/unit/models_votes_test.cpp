#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "assay/models/majority_vote.h"
#include "assay/models/one_coin.h"
#include "assay/models/weighted_majority.h"
#include "tests/support/problems.h"

namespace assay::models {
namespace {

using ::testing::ElementsAre;

LabelStore four_items() {
  // Worker:  0 1 2      item 0: a a b   item 1: b b b   item 2: a b -   item 3: - a b
  LabelStoreBuilder builder;
  const std::vector<Label> rows = {{0, 0, 0}, {0, 1, 0}, {0, 2, 1}, {1, 0, 1}, {1, 1, 1},
                                   {1, 2, 1}, {2, 0, 0}, {2, 1, 1}, {3, 1, 0}, {3, 2, 1}};
  for (const auto& row : rows) builder.add(row.item, row.worker, row.label);
  return builder.finish(4, 3, 2);
}

TEST(MajorityVote, GivesSharesAndTheirMean) {
  const LabelStore labels = four_items();
  ThreadPool pool(1);
  const Estimate estimate = make_majority_vote()->fit(Problem{labels}, Context{pool});
  EXPECT_DOUBLE_EQ(estimate.posterior(0, 0), 2.0 / 3);
  EXPECT_DOUBLE_EQ(estimate.posterior(1, 0), 0);
  EXPECT_DOUBLE_EQ(estimate.posterior(2, 0), 0.5);
  EXPECT_DOUBLE_EQ(estimate.prior[0], (2.0 / 3 + 0 + 0.5 + 0.5) / 4);
  EXPECT_EQ(estimate.summary.termination, Termination::closed_form);
}

TEST(WeightedMajority, WeighsByAgreementAsWorkedOutByHand) {
  // Plain votes: item 0 a, item 1 b, items 2 and 3 tied (half an agreement for each side).
  // Worker 0: 1 + 1 + 1/2 of 3 labels; worker 1: 1 + 1 + 1/2 + 1/2 of 4; worker 2: 0 + 1 + 1/2 of 3.
  const LabelStore labels = four_items();
  ThreadPool pool(1);
  WeightedMajorityOptions options;
  options.shrinkage = 0;
  const Estimate estimate = make_weighted_majority(options)->fit(Problem{labels}, Context{pool});
  EXPECT_THAT(estimate.worker_score, ::testing::Pointwise(::testing::DoubleNear(1e-12), {2.5 / 3, 3.0 / 4, 1.5 / 3}));
  EXPECT_NEAR(estimate.posterior(2, 0), (2.5 / 3) / (2.5 / 3 + 0.75), 1e-12);
  EXPECT_NEAR(estimate.posterior(3, 0), 0.75 / (0.75 + 0.5), 1e-12);
}

TEST(WeightedMajority, FallsBackToThePlainVoteWhenNobodyCounts) {
  // Two workers who always disagree: both agree with half, which is chance.
  LabelStoreBuilder builder;
  for (ItemIndex o = 0; o < 10; ++o) {
    builder.add(o, 0, 0);
    builder.add(o, 1, 1);
  }
  const LabelStore labels = builder.finish(10, 2, 2);
  ThreadPool pool(1);
  WeightedMajorityOptions options;
  options.weights = "above_chance";
  const Estimate estimate = make_weighted_majority(options)->fit(Problem{labels}, Context{pool});
  EXPECT_DOUBLE_EQ(estimate.posterior(0, 0), 0.5);
}

TEST(WeightedMajority, DoesNotPunishForItemsLeftOut) {
  // Worker 1 answers a tenth of what worker 0 answers, equally well.
  LabelStoreBuilder builder;
  for (ItemIndex o = 0; o < 100; ++o) {
    const auto truth = static_cast<ClassIndex>(o % 2);
    builder.add(o, 0, truth);
    if (o < 10) builder.add(o, 1, truth);
    for (WorkerIndex w = 2; w < 5; ++w) builder.add(o, w, truth);
  }
  const LabelStore labels = builder.finish(100, 5, 2);
  ThreadPool pool(1);
  const Estimate estimate = make_weighted_majority({})->fit(Problem{labels}, Context{pool});
  EXPECT_DOUBLE_EQ(estimate.worker_score[0], estimate.worker_score[1]);
}

TEST(OneCoin, FindsAccuraciesAndTheirPosteriors) {
  const auto crowd = testing::simple_crowd(3000, 30, 4, 6, 5);
  ThreadPool pool(2);
  const Estimate estimate = make_one_coin({})->fit(Problem{crowd.labels}, Context{pool});
  for (std::size_t w = 0; w < 30; ++w) {
    // The generator draws the true class among the errors too.
    EXPECT_NEAR(estimate.worker_score[w], crowd.accuracy[w], 0.06) << w;
    EXPECT_DOUBLE_EQ(estimate.confusion.at(w, 1, 1), estimate.worker_score[w]);
    EXPECT_NEAR(estimate.confusion.at(w, 1, 2), (1 - estimate.worker_score[w]) / 3, 1e-12);
  }
}

}  // namespace
}  // namespace assay::models
