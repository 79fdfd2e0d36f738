#include "assay/live/live_estimator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "assay/base/error.h"
#include "assay/base/numerics.h"
#include "assay/live/named_estimator.h"
#include "tests/support/live_streams.h"

namespace assay::live {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

double sum(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

void settle(LiveEstimator& estimator) {
  ThreadPool threads(2);
  (void)estimator.settle({.threads = threads});
}

// A crowd of five workers, the last of whom always says class 0, on thirty items of two classes.
LiveEstimator small_crowd() {
  LiveEstimator estimator(2);
  for (ItemIndex item = 0; item < 30; ++item) {
    for (WorkerIndex worker = 0; worker < 5; ++worker) {
      const bool wrong = (item + 3 * worker) % 7 == 0;
      estimator.observe(worker, item, worker == 4 ? ClassIndex{0} : static_cast<ClassIndex>((item % 2) != wrong));
    }
  }
  return estimator;
}

TEST(LiveEstimator, AnItemWithOneLabelHasThePriorTimesTheRow) {
  for (const bool settled : {false, true}) {
    LiveEstimator estimator = small_crowd();
    if (settled) settle(estimator);
    for (WorkerIndex worker = 0; worker < 5; ++worker) {
      const auto item = static_cast<ItemIndex>(estimator.item_count());
      const auto prior = estimator.prior();
      const auto confusion = estimator.confusion(worker);
      std::vector<double> expected(2);
      for (std::size_t t = 0; t < 2; ++t) expected[t] = prior[t] * confusion[2 + t];
      normalize(expected);
      estimator.observe(worker, item, 1);
      EXPECT_NEAR(estimator.posterior(item)[1], expected[1], 1e-8) << worker << settled;
    }
  }
}

TEST(LiveEstimator, TheFirstLabelOfAllIsHalfwayBetweenChanceAndPerfect) {
  LiveEstimator estimator(4);
  EXPECT_THAT(estimator.prior(), Each(0.25));
  estimator.observe(0, 0, 2);
  const auto p = estimator.posterior(0);
  EXPECT_NEAR(p[2], 0.625, 1e-9);
  EXPECT_NEAR(p[0], 0.125, 1e-9);
}

TEST(LiveEstimator, T5ALabelWeighsOneHoweverManyTheItemHasAndHoweverOftenItIsGiven) {
  LiveEstimator estimator(2);
  for (WorkerIndex worker = 0; worker < 10; ++worker) estimator.observe(worker, 0, worker < 8 ? 1 : 0);
  for (WorkerIndex worker = 0; worker < 10; ++worker) EXPECT_EQ(sum(estimator.counts(worker)), 1);
  for (int i = 0; i < 5; ++i) estimator.observe(3, 0, static_cast<ClassIndex>(i % 2));
  EXPECT_EQ(sum(estimator.counts(3)), 1);
  EXPECT_EQ(estimator.counts(3)[2] + estimator.counts(3)[3], 0);  // nothing is left of the label 1
  EXPECT_EQ(estimator.label_count(), 10);
}

TEST(LiveEstimator, TheSameLabelAgainChangesNothing) {
  LiveEstimator estimator = small_crowd();
  const auto before = estimator.snapshot();
  EXPECT_EQ(estimator.observe(2, 3, *estimator.label(2, 3)), estimator.label(2, 3));
  estimator.add_gold(5, 1);
  estimator.drop_gold(6);
  EXPECT_EQ(estimator.forget(2, 99), std::nullopt);
  EXPECT_EQ(estimator.changes_since_settling(), 151);
  EXPECT_EQ(estimator.drop_gold(5), 1);
  estimator = LiveEstimator::restore(before);
  estimator.observe(2, 3, *estimator.label(2, 3));
  EXPECT_EQ(estimator.snapshot(), before);
}

TEST(LiveEstimator, ForgettingTakesAllOfALabelBack) {
  LiveEstimator estimator = small_crowd();
  settle(estimator);
  const auto item = static_cast<ItemIndex>(estimator.item_count());
  estimator.observe(0, item, 1);  // wakes worker 0; the item is judged with all else as it is
  const auto counts = estimator.counts(0);
  const auto prior = estimator.prior();
  const auto p = estimator.posterior(item);
  EXPECT_EQ(estimator.observe(1, item, 0), std::nullopt);
  EXPECT_NE(estimator.posterior(item), p);
  EXPECT_EQ(estimator.forget(1, item), 0);
  EXPECT_EQ(estimator.counts(0), counts);
  EXPECT_EQ(estimator.prior(), prior);
  EXPECT_EQ(estimator.posterior(item), p);
  EXPECT_EQ(estimator.forget(0, item), 1);
  EXPECT_EQ(estimator.posterior(item), estimator.prior());
  EXPECT_EQ(estimator.label(0, item), std::nullopt);
}

TEST(LiveEstimator, ReplacingIsForgettingAndObserving) {
  LiveEstimator replaced = small_crowd();
  LiveEstimator forgotten = small_crowd();
  EXPECT_EQ(replaced.observe(1, 2, 1), 0);
  forgotten.forget(1, 2);
  forgotten.observe(1, 2, 1);
  for (WorkerIndex worker = 0; worker < 5; ++worker) {
    EXPECT_THAT(replaced.counts(worker), ::testing::Pointwise(::testing::DoubleNear(1e-8), forgotten.counts(worker)));
  }
}

TEST(LiveEstimator, T9GoldCountsAtOnceAndCanChangeAndGo) {
  LiveEstimator estimator = small_crowd();
  const double before = estimator.confusion(4)[1];  // says 0 when the truth is 1
  const auto p = estimator.posterior(0);
  estimator.add_gold(0, 1);
  EXPECT_THAT(estimator.posterior(0), ElementsAre(0, 1));
  EXPECT_GT(estimator.confusion(4)[1], before);
  estimator.add_gold(0, 0);
  EXPECT_THAT(estimator.posterior(0), ElementsAre(1, 0));
  EXPECT_EQ(estimator.gold(0), 0);
  EXPECT_EQ(estimator.drop_gold(0), 0);
  EXPECT_EQ(estimator.gold(0), kNoClass);
  EXPECT_NEAR(estimator.posterior(0)[0], p[0], 0.01);
}

TEST(LiveEstimator, GoldOfAnItemWithoutLabelsWaitsForThem) {
  LiveEstimator estimator = small_crowd();
  estimator.add_gold(30, 1);
  EXPECT_THAT(estimator.posterior(30), ElementsAre(0, 1));
  const double before = estimator.counts(0)[3];
  estimator.observe(0, 30, 1);
  EXPECT_EQ(estimator.counts(0)[3], before + 1);
  estimator.forget(0, 30);
  EXPECT_THAT(estimator.posterior(30), ElementsAre(0, 1));
  estimator.drop_gold(30);
  EXPECT_EQ(estimator.posterior(30), estimator.prior());
}

TEST(LiveEstimator, RefreshesInPiecesRoundAndRound) {
  LiveEstimator at_once = small_crowd();
  LiveEstimator in_pieces = small_crowd();
  const auto before = at_once.posterior(0);
  at_once.refresh(30);
  at_once.refresh(15);
  for (int piece = 0; piece < 3; ++piece) in_pieces.refresh(15);
  EXPECT_EQ(in_pieces.snapshot(), at_once.snapshot());
  EXPECT_NE(at_once.posterior(0), before);
  LiveEstimator(2).refresh(5);
}

TEST(LiveEstimator, QualityIsThatOfTheFormulas) {
  LiveEstimator estimator = small_crowd();
  const CostMatrix costs(2);
  for (const bool settled : {false, true}) {
    if (settled) settle(estimator);
    const quality::QualityFormula formula(estimator.prior(), costs);
    const auto of = estimator.quality(1, costs);
    EXPECT_EQ(of.label_count, 30);
    EXPECT_EQ(of.cost.expected, formula.worker_cost(estimator.confusion(1)).expected);
    EXPECT_GT(of.quality.expected, 0.2);
    EXPECT_LT(estimator.quality(4, costs).quality.expected, 0.1);
  }
  EXPECT_THROW((void)estimator.quality(1, CostMatrix(3)), Error);
  EXPECT_THROW((void)estimator.quality(9, costs), Error);
}

TEST(LiveEstimator, ASettlingChangesNobodyUntilHisNextLabel) {
  LiveEstimator estimator = small_crowd();
  ThreadPool threads(1);
  const Estimate batch = estimator.settle({.threads = threads});
  estimator.observe(0, 30, 1);
  const auto worker = batch.confusion.worker(2);
  EXPECT_EQ(estimator.confusion(2), std::vector<double>(worker.begin(), worker.end()));
  for (ItemIndex item = 0; item < 30; ++item) {
    const auto p = batch.posterior.row(item);
    EXPECT_EQ(estimator.posterior(item), std::vector<double>(p.begin(), p.end()));
  }
  // One label more hardly moves a worker with thirty.
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(estimator.confusion(0)[i], batch.confusion.worker(0)[i], 0.05);
}

TEST(LiveEstimator, NewWorkersStartAsTheSettledCrowd) {
  LiveEstimator estimator = small_crowd();
  settle(estimator);
  estimator.grow(30, 7);
  const auto row = estimator.confusion(6);
  double right = 0;
  for (WorkerIndex worker = 0; worker < 5; ++worker) right += estimator.counts(worker)[3];
  double all = 0;
  for (WorkerIndex worker = 0; worker < 5; ++worker) all += estimator.counts(worker)[1] + estimator.counts(worker)[3];
  EXPECT_NEAR(row[3], (right + 0.75) / (all + 1), 1e-12);
}

TEST(LiveEstimator, AFixedPriorStays) {
  LiveOptions options;
  options.prior = {0.9, 0.1};
  LiveEstimator estimator(2, options);
  for (WorkerIndex worker = 0; worker < 3; ++worker) estimator.observe(worker, 0, 1);
  EXPECT_THAT(estimator.prior(), ElementsAre(0.9, 0.1));
  settle(estimator);
  EXPECT_THAT(estimator.prior(), ElementsAre(0.9, 0.1));
}

TEST(LiveEstimator, OneClassAndNoLabelsAreFine) {
  LiveEstimator one(1);
  one.observe(0, 0, 0);
  settle(one);
  one.observe(1, 0, 0);
  EXPECT_THAT(one.posterior(0), ElementsAre(1));
  LiveEstimator none(3);
  settle(none);
  none.grow(2, 2);
  settle(none);
  EXPECT_THAT(none.posterior(1), Each(::testing::DoubleNear(1.0 / 3, 1e-15)));
}

TEST(LiveEstimator, ManyLabelsOnOneItemNeitherUnderflowNorMislead) {
  LiveEstimator estimator(3);
  for (WorkerIndex worker = 0; worker < 3000; ++worker) estimator.observe(worker, 0, worker % 3 == 0 ? 1 : 2);
  EXPECT_GT(estimator.posterior(0)[2], 0.999);
  EXPECT_NEAR(sum(estimator.posterior(0)), 1, 1e-12);
}

TEST(LiveEstimator, RefusesWhatIsOutOfRangeAndStaysAsItWas) {
  LiveEstimator estimator = small_crowd();
  const auto before = estimator.snapshot();
  EXPECT_THROW(estimator.observe(0, 0, 2), Error);
  EXPECT_THROW(estimator.observe(0, 31, 0), Error);
  EXPECT_THROW(estimator.observe(6, 0, 0), Error);
  EXPECT_THROW(estimator.add_gold(0, kNoClass), Error);
  EXPECT_THROW(estimator.add_gold(31, 0), Error);
  EXPECT_THROW((void)estimator.posterior(30), Error);
  EXPECT_EQ(estimator.snapshot(), before);
  EXPECT_THROW(LiveEstimator(0), Error);
  EXPECT_THROW(LiveEstimator(70000), Error);
  EXPECT_THROW(LiveEstimator(2, {.model = "dawid_skeen"}), Error);
  EXPECT_THROW(LiveEstimator(2, {.prior = {0.5, 0.6}}), Error);
  EXPECT_THROW(LiveEstimator(2, {.prior = {1.0}}), Error);
  EXPECT_THROW(LiveEstimator(2, {.lean_labels = 0}), Error);
}

TEST(LiveEstimator, LimitsAreErrorsAndLeaveItUsable) {
  NamedEstimator estimator(ClassSet({"no", "yes"}), {.max_items = 2, .max_cells = 8});
  estimator.observe("ann", "a", "yes");
  estimator.observe("ann", "b", "yes");
  EXPECT_THROW(estimator.observe("bob", "c", "yes"), Error);
  EXPECT_THROW(estimator.add_gold("c", "yes"), Error);
  estimator.observe("bob", "a", "no");
  EXPECT_THROW(estimator.observe("cyd", "a", "yes"), Error);
  estimator.observe("bob", "b", "no");
  EXPECT_EQ(estimator.workers().size(), 2);
  EXPECT_EQ(NamedEstimator::restore(estimator.snapshot()).snapshot(), estimator.snapshot());
}

TEST(NamedEstimator, AnswersByName) {
  NamedEstimator estimator(ClassSet({"cat", "dog"}));
  for (const char* worker : {"ann", "bob", "cyd"}) estimator.observe(worker, "first", "dog");
  EXPECT_EQ(estimator.observe("ann", "first", "cat"), 1);
  EXPECT_GT(estimator.posterior("first")[1], 0.6);
  EXPECT_EQ(estimator.posterior("never seen"), estimator.estimator().prior());
  EXPECT_EQ(estimator.quality("ann", CostMatrix(2)).label_count, 1);
  EXPECT_THROW((void)estimator.quality("dan", CostMatrix(2)), Error);
  EXPECT_EQ(estimator.forget("dan", "first"), std::nullopt);
  EXPECT_EQ(estimator.forget("ann", "first"), 0);
  estimator.add_gold("second", "cat");
  EXPECT_EQ(estimator.drop_gold("second"), 0);
  EXPECT_EQ(estimator.drop_gold("third"), std::nullopt);
  try {
    estimator.observe("ann", "first", "dgo");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("dog"));
  }
}

}  // namespace
}  // namespace assay::live
