#include "assay/learn/scores.h"

#include <gtest/gtest.h>

#include <cmath>

#include "assay/base/random.h"
#include "assay/core/label_store_builder.h"
#include "assay/learn/targets.h"

namespace assay::learn {
namespace {

Matrix<double> two_classes(const std::vector<double>& second) {
  Matrix<double> out(second.size(), 2);
  for (std::size_t i = 0; i < second.size(); ++i) out(i, 0) = 1 - second[i], out(i, 1) = second[i];
  return out;
}

// Positives .9 and .4, negatives .1, .4 and .6: of six pairs .9 wins three, .4 wins one and ties one: 4.5 / 6.
TEST(Scores, AreaByHand) {
  const auto predicted = two_classes({0.9, 0.4, 0.1, 0.4, 0.6});
  const auto truth = two_classes({1, 1, 0, 0, 0});
  EXPECT_DOUBLE_EQ(area_under_curve(predicted, truth), 0.75);
  const auto scores = score(predicted, truth, 0.9);
  EXPECT_DOUBLE_EQ(scores.accuracy.value, 0.6);  // .9, .1 and .4 are decided rightly
  EXPECT_NEAR(scores.log_loss.value,
              -(std::log(0.9) + std::log(0.4) + std::log(0.9) + std::log(0.6) + std::log(0.4)) / 5, 1e-12);
  EXPECT_LT(scores.auc.low, 0.75);
  EXPECT_GT(scores.auc.high, 0.75);
  EXPECT_LE(scores.auc.high, 1);
}

// DeLong's variance by hand: placements of positives 1, 1/2 (and of negatives 1, 3/4, 1/2), so
// (5/8 - 9/16)/2 + (29/48 - 9/16)/3 = 1/32 + 1/72; on the log-odds scale divided by (3/16)^2, z = 1.6449 at 90 %.
TEST(Scores, AreaIntervalByHand) {
  const auto scores = score(two_classes({0.9, 0.4, 0.1, 0.4, 0.6}), two_classes({1, 1, 0, 0, 0}), 0.9);
  const double half = 1.6448536 * std::sqrt(1.0 / 32 + 1.0 / 72) / (3.0 / 16);
  EXPECT_NEAR(scores.auc.low, 1 / (1 + std::exp(half - std::log(3.0))), 1e-6);
  EXPECT_NEAR(scores.auc.high, 1 / (1 + std::exp(-half - std::log(3.0))), 1e-6);
}

// Wilson's interval of 8 of 10 at 95 %: .4902 to .9433 (Newcombe 1998's formula by hand).
TEST(Scores, AccuracyIntervalByHand) {
  const std::vector<double> right(10, 0.9);
  std::vector<double> truth(10, 1.0);
  truth[0] = truth[1] = 0;
  const auto scores = score(two_classes(right), two_classes(truth), 0.95);
  EXPECT_DOUBLE_EQ(scores.accuracy.value, 0.8);
  EXPECT_NEAR(scores.accuracy.low, 0.4902, 1e-4);
  EXPECT_NEAR(scores.accuracy.high, 0.9433, 1e-4);
}

// An item that is 70 % of the second class counts as .7 of a positive and .3 of a negative, which tie with each other.
TEST(Scores, SoftTruthIsWeightedCopies) {
  const auto predicted = two_classes({0.9, 0.2, 0.5});
  const auto soft = two_classes({0.7, 0.4, 0.5});
  Matrix<double> copies(6, 2), hard(6, 2);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t k = 0; k < 2; ++k) {
      copies(2 * i + k, 0) = predicted(i, 0), copies(2 * i + k, 1) = predicted(i, 1);
      hard(2 * i + k, k) = soft(i, k);
    }
  }
  EXPECT_NEAR(area_under_curve(predicted, soft), area_under_curve(copies, hard), 1e-12);
}

TEST(Scores, OneClassHasNoArea) {
  const auto scores = score(two_classes({0.2, 0.3}), two_classes({1, 1}), 0.9);
  EXPECT_TRUE(std::isnan(scores.auc.value));
  EXPECT_DOUBLE_EQ(scores.accuracy.value, 0);
  EXPECT_TRUE(std::isnan(score(Matrix<double>(0, 2), Matrix<double>(0, 2), 0.9).accuracy.value));
}

// With three classes: the mean of each class against the others, weighted by its share.
TEST(Scores, ManyClassesAreWeighted) {
  Matrix<double> predicted(4, 3), truth(4, 3);
  const double p[4][3] = {{0.7, 0.2, 0.1}, {0.2, 0.5, 0.3}, {0.5, 0.4, 0.1}, {0.1, 0.2, 0.7}};
  const std::size_t t[4] = {0, 0, 1, 2};
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t k = 0; k < 3; ++k) predicted(i, k) = p[i][k];
    truth(i, t[i]) = 1;
  }
  // class 0: {.7,.2} against {.5,.1}: 3 of 4; class 1: .4 against {.2,.5,.2}: 2 of 3; class 2: 3 of 3
  EXPECT_NEAR(area_under_curve(predicted, truth), (2 * 0.75 + 2.0 / 3 + 1) / 4, 1e-12);
}

// The intervals cover: the true AUC of two unit normals one apart is Phi(1 / sqrt 2) = .7602 (Hanley and McNeil 1982).
TEST(Scores, AreaIntervalsCover) {
  int inside = 0;
  for (std::uint64_t trial = 0; trial < 300; ++trial) {
    Random random(17, trial);
    std::vector<double> predicted, truth;
    for (int i = 0; i < 80; ++i) {
      truth.push_back(i % 2);
      predicted.push_back(1 / (1 + std::exp(-random.normal() - (i % 2))));
    }
    const auto auc = score(two_classes(predicted), two_classes(truth), 0.9).auc;
    inside += auc.low <= 0.76025 && auc.high >= 0.76025 ? 1 : 0;
  }
  // 270 are expected, give or take 5.2
  EXPECT_GE(inside, 254);
  EXPECT_LE(inside, 286);
}

LabelStore votes() {
  LabelStoreBuilder builder;
  for (const auto& [item, worker, label] : {std::tuple{0, 0, 1}, {0, 1, 1}, {0, 2, 0}, {2, 0, 0}}) {
    builder.add(static_cast<ItemIndex>(item), static_cast<WorkerIndex>(worker), static_cast<ClassIndex>(label));
  }
  return builder.finish(3, 3, 2);
}

TEST(Targets, HardSoftAndShare) {
  const auto posterior = two_classes({0.9, 0.5, 0.2});
  const auto labels = votes();
  EXPECT_EQ(make_targets(TargetKind::hard, labels, posterior)(0, 1), 1);
  EXPECT_EQ(make_targets(TargetKind::soft, labels, posterior)(0, 1), 0.9);
  EXPECT_DOUBLE_EQ(make_targets(TargetKind::share, labels, posterior)(0, 1), 2.0 / 3);
  for (const auto kind : {TargetKind::hard, TargetKind::soft, TargetKind::share}) {
    const auto targets = make_targets(kind, labels, posterior);
    EXPECT_EQ(targets(1, 0) + targets(1, 1), 0) << "nobody labelled it";
  }
}

}  // namespace
}  // namespace assay::learn
