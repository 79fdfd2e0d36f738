#include <gtest/gtest.h>

#include <cmath>

#include "assay/base/error.h"
#include "assay/base/money.h"
#include "assay/base/random.h"
#include "assay/core/label_store_builder.h"
#include "assay/engine/learn.h"
#include "assay/learn/logistic_regression.h"
#include "assay/planning/beat_machine.h"
#include "assay/planning/guided.h"
#include "assay/planning/labeller_curves.h"
#include "assay/planning/reliability.h"
#include "assay/planning/search_cost.h"
#include "tests/support/faults.h"

namespace assay::planning {
namespace {

using assay::testing::fault;

struct Data {
  learn::Features features{6};
  std::vector<ClassIndex> truth;
};

// Six yes/no features; the second class, of share `rare`, tends to have the first three.
Data data(std::size_t count, double rare, std::uint64_t seed) {
  Random random(seed);
  Data out;
  for (std::size_t i = 0; i < count; ++i) {
    const bool second = random.uniform() < rare;
    std::vector<std::uint32_t> columns;
    for (std::uint32_t c = 0; c < 6; ++c) {
      if (random.uniform() < (c < 3 && second ? 0.75 : 0.3)) columns.push_back(c);
    }
    out.features.add({columns, std::vector<float>(columns.size(), 1.0F)});
    out.truth.push_back(second ? 1 : 0);
  }
  return out;
}

// Fleiss 1971, table 1: 30 patients, 6 raters, 5 diagnoses: kappa .430 as printed there.
TEST(Reliability, FleissPatients) {
  const int counts[30][5] = {{0, 0, 0, 6, 0}, {0, 3, 0, 0, 3}, {0, 1, 4, 0, 1}, {0, 0, 0, 0, 6}, {0, 3, 0, 3, 0},
                             {2, 0, 4, 0, 0}, {0, 0, 4, 0, 2}, {2, 0, 3, 1, 0}, {2, 0, 0, 4, 0}, {0, 0, 0, 0, 6},
                             {1, 0, 0, 5, 0}, {1, 1, 0, 4, 0}, {0, 3, 3, 0, 0}, {1, 0, 0, 5, 0}, {0, 2, 0, 3, 1},
                             {0, 0, 5, 0, 1}, {3, 0, 0, 1, 2}, {5, 1, 0, 0, 0}, {0, 2, 0, 4, 0}, {1, 0, 2, 0, 3},
                             {0, 0, 0, 0, 6}, {0, 1, 0, 5, 0}, {0, 2, 0, 1, 3}, {2, 0, 0, 4, 0}, {1, 0, 0, 4, 1},
                             {0, 5, 0, 1, 0}, {4, 0, 0, 0, 2}, {0, 2, 0, 4, 0}, {1, 0, 5, 0, 0}, {0, 0, 0, 0, 6}};
  LabelStoreBuilder builder;
  std::vector<std::uint32_t> items;
  for (ItemIndex o = 0; o < 30; ++o) {
    WorkerIndex worker = 0;
    for (ClassIndex c = 0; c < 5; ++c) {
      for (int i = 0; i < counts[o][c]; ++i) builder.add(o, worker++, c);
    }
    items.push_back(o);
  }
  const auto agreements = item_agreements(builder.finish(30, 6, 5), items);
  const std::vector<double> once(30, 1.0);
  EXPECT_NEAR(single_reliability(agreements, once), 0.430, 5e-4);
}

// (2q - 1)^2 for two classes, and Spearman and Brown's 3 r / (1 + 2 r).
TEST(Reliability, OfLabelsOfKnownQuality) {
  Random random(3);
  LabelStoreBuilder builder;
  std::vector<std::uint32_t> items;
  for (ItemIndex o = 0; o < 20000; ++o) {
    const auto truth = static_cast<ClassIndex>(random.below(2));
    for (WorkerIndex w = 0; w < 3; ++w)
      builder.add(o, w, random.uniform() < 0.8 ? truth : static_cast<ClassIndex>(1 - truth));
    items.push_back(o);
  }
  const auto labels = builder.finish(20000, 3, 2);
  const auto agreements = item_agreements(labels, items);
  const std::vector<double> once(20000, 1.0);
  EXPECT_NEAR(single_reliability(agreements, once), 0.36, 0.012);
  EXPECT_DOUBLE_EQ(pooled_reliability(0.36, 1), 0.36);
  EXPECT_DOUBLE_EQ(pooled_reliability(0.36, 3), 1.08 / 1.72);
}

TEST(Reliability, SingleLabelsTellNothing) {
  LabelStoreBuilder builder;
  builder.add(0, 0, 1);
  const std::vector<std::uint32_t> items = {0};
  const std::vector<double> once = {1};
  EXPECT_TRUE(std::isnan(single_reliability(item_agreements(builder.finish(1, 1, 2), items), once)));
}

// By hand. 1 % of the items, 5 labels of .02: .1 / .01 = 10. Half of the found are duplicates, two labels verify, 80 %
// are valid: (.25 + .5 x .04) / (.5 x .8) = .675. Crossing at .1 / .675; and .5 (.8 x 10 - .04) = 3.98 a find.
TEST(SearchCost, ByHand) {
  SearchOptions options;
  options.search_price = 0.25;
  options.search_label_price = 0.02;
  options.judging_labels = 5;
  options.duplicate_share = 0.5;
  options.verifying_labels = 2;
  options.valid_share = 0.8;
  options.base_rate = 0.01;
  const auto cost = search_cost(options);
  EXPECT_DOUBLE_EQ(cost.by_labelling, 10);
  EXPECT_DOUBLE_EQ(cost.by_searching, 0.675);
  EXPECT_NEAR(cost.crossing_base_rate, 0.1 / 0.675, 1e-12);
  EXPECT_NEAR(cost.crossing_search_price, 3.98, 1e-12);
  // At either crossing both ways cost the same.
  options.base_rate = cost.crossing_base_rate;
  EXPECT_NEAR(search_cost(options).by_labelling, search_cost(options).by_searching, 1e-12);
  options.base_rate = 0.01;
  options.search_price = cost.crossing_search_price;
  EXPECT_NEAR(search_cost(options).by_labelling, search_cost(options).by_searching, 1e-12);
}

TEST(SearchCost, WhatCannotBeFound) {
  const auto with = [](double SearchOptions::* field, double value) {
    SearchOptions options;
    options.*field = value;
    return fault([&] { (void)search_cost(options); });
  };
  EXPECT_NE(with(&SearchOptions::base_rate, 0).find("--base-rate: found 0"), std::string::npos);
  EXPECT_NE(with(&SearchOptions::duplicate_share, 1).find("--duplicate-share: found 1"), std::string::npos);
  EXPECT_NE(with(&SearchOptions::valid_share, 0).find("--valid-share: found 0"), std::string::npos);
}

// Right decisions, and features that came before, earn nothing; wrong ones in proportion to the error.
TEST(BeatMachine, RewardIsProportionalToTheError) {
  learn::Features features(2);
  const float one = 1;
  const std::uint32_t columns[] = {0, 1};
  features.add({{columns, 1}, {&one, 1}});
  features.add({{columns, 1}, {&one, 1}});
  features.add({{columns + 1, 1}, {&one, 1}});
  features.add({});
  Matrix<double> p(4, 2);
  for (std::size_t i = 0; i < 4; ++i) p(i, 0) = i == 2 ? 0.6 : 0.9, p(i, 1) = 1 - p(i, 0);
  const std::vector<ClassIndex> truth = {1, 1, 1, 0};
  const auto rewards = beat_rewards(features, p, truth, Money::kMicrosPerUnit / 2);
  EXPECT_EQ(rewards[0].reward_micros, 450000);
  EXPECT_TRUE(rewards[1].is_duplicate);
  EXPECT_EQ(rewards[1].reward_micros, 0);
  EXPECT_EQ(rewards[2].reward_micros, 300000);
  EXPECT_EQ(rewards[3].reward_micros, 0);
}

GuidedRequest request_of(const Data& d, const learn::Classifier& classifier) {
  GuidedRequest request{d.features, d.truth, 2, 1, classifier, {}, {}, 0.9};
  request.prices.base_rate = 0.01;
  request.options.budget = 10;
  request.options.steps = 5;
  request.options.gathering_repeats = 6;
  return request;
}

TEST(Gathering, SearchFindsWhatLabellingRarelyMeets) {
  const Data d = data(3000, 0.3, 1);
  const auto classifier = learn::make_logistic_regression({});
  ThreadPool threads(2);
  const auto points = gather(request_of(d, *classifier), 1, threads);
  ASSERT_EQ(points.size(), 20U);
  const auto last = [&](Gathering g) { return points[5 * static_cast<std::size_t>(g) + 4]; };
  EXPECT_GT(last(Gathering::guided_learning).examples, 5 * last(Gathering::random_labelling).examples);
  EXPECT_GT(last(Gathering::uncertainty_sampling).examples, last(Gathering::random_labelling).examples);
  EXPECT_GT(last(Gathering::guided_learning).auc.value, last(Gathering::random_labelling).auc.value);
  EXPECT_GT(last(Gathering::hybrid).auc.value, last(Gathering::random_labelling).auc.value);
  // .25 a search and .05 a label or verification: no more than the money buys.
  EXPECT_LE(last(Gathering::guided_learning).items, 10 / 0.175 + 1);
  EXPECT_NEAR(last(Gathering::random_labelling).items, 200, 1e-9);
}

TEST(Gathering, DearSearchesAreAvoidedByTheHybrid) {
  const Data d = data(3000, 0.3, 2);
  const auto classifier = learn::make_logistic_regression({});
  ThreadPool threads(2);
  auto request = request_of(d, *classifier);
  request.prices.search_price = 1;
  request.prices.base_rate = 0.2;
  request.options.budget = 20;
  const auto points = gather(request, 1, threads);
  const auto last = [&](Gathering g) { return points[5 * static_cast<std::size_t>(g) + 4]; };
  EXPECT_GT(last(Gathering::hybrid).examples, last(Gathering::guided_learning).examples);
}

TEST(Gathering, SameForAnyNumberOfThreads) {
  const Data d = data(600, 0.3, 3);
  const auto classifier = learn::make_logistic_regression({});
  ThreadPool one(1), three(3);
  const auto a = gather(request_of(d, *classifier), 4, one), b = gather(request_of(d, *classifier), 4, three);
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].auc.value, b[i].auc.value);
    EXPECT_EQ(a[i].examples, b[i].examples);
  }
}

TEST(Gathering, FreeSearchesAndLabelsEnd) {
  const Data d = data(200, 0.3, 5);
  const auto classifier = learn::make_logistic_regression({});
  ThreadPool threads(2);
  auto request = request_of(d, *classifier);
  request.prices.search_price = request.prices.search_label_price = 0;
  for (const auto& point : gather(request, 1, threads)) EXPECT_LE(point.items, 200);
}

TEST(LearningCurves, BetterLabellersAndMoreItemsTeachMore) {
  const Data d = data(1500, 0.5, 6);
  const auto classifier = learn::make_logistic_regression({});
  CurveRequest request{d.features, d.truth, 2, *classifier, learn::TargetKind::share, {}, 0.9};
  request.options.sizes = "30,300";
  request.options.labeller_accuracies = "0.6,1";
  request.options.labels_per_item = "1,5";
  request.options.curve_repeats = 8;
  ThreadPool one(1), three(3);
  const auto points = learning_curves(request, 1, three);
  ASSERT_EQ(points.size(), 8U);
  const auto at = [&](double accuracy, std::uint64_t redundancy, std::uint64_t items) {
    for (const auto& p : points) {
      if (p.labeller_accuracy == accuracy && p.labels_per_item == redundancy && p.items == items) return p.auc.value;
    }
    return std::nan("");
  };
  EXPECT_GT(at(1, 1, 300), at(1, 1, 30));
  EXPECT_GT(at(1, 1, 300), at(0.6, 1, 300));
  EXPECT_GT(at(0.6, 5, 300), at(0.6, 1, 300));
  const auto again = learning_curves(request, 1, one);
  for (std::size_t i = 0; i < points.size(); ++i) EXPECT_EQ(points[i].auc.value, again[i].auc.value);
  for (const auto kind : {learn::TargetKind::hard, learn::TargetKind::soft}) {
    request.train_on = kind;
    const auto others = learning_curves(request, 1, three);
    EXPECT_GT(others.back().auc.value, 0.8);
  }
}

TEST(LearningCurves, SaysWhatIsWrong) {
  const Data d = data(100, 0.5, 7);
  const auto classifier = learn::make_logistic_regression({});
  CurveRequest request{d.features, d.truth, 2, *classifier, learn::TargetKind::share, {}, 0.9};
  ThreadPool threads(1);
  const auto say = [&] { return fault([&] { (void)learning_curves(request, 1, threads); }); };
  request.options.sizes = "20,71";
  EXPECT_EQ(say(), "--sizes: found \"71\", allowed is a list of whole numbers from 2 to 70 separated by commas");
  request.options.sizes = "20";
  request.options.labeller_accuracies = "0.6,best";
  EXPECT_NE(say().find("--labeller-accuracies: found \"best\""), std::string::npos);
  request.options.labeller_accuracies = "0.6";
  request.options.labels_per_item = "1.5";
  EXPECT_NE(say().find("--labels-per-item: found \"1.5\""), std::string::npos);
}

// The classifier's labels are its decisions, on new items too; the others' stay as they are.
TEST(JoinCrowd, AddsOneWorker) {
  LabelTable table;
  LabelStoreBuilder builder;
  for (const char* name : {"i1", "i2"}) table.items.intern(name);
  table.workers.intern("w");
  table.classes = ClassSet({"a", "b"});
  builder.add(0, 0, 1);
  builder.add(1, 0, 0);
  table.labels = builder.finish(2, 1, 2);
  NameTable items;
  for (const char* name : {"i2", "i3"}) items.intern(name);
  Matrix<double> predicted(2, 2);
  predicted(0, 1) = 0.8, predicted(0, 0) = 0.2, predicted(1, 0) = 1;
  const auto joined = engine::join_crowd(table, items, predicted, "classifier:x");
  EXPECT_EQ(joined.items.size(), 3U);
  EXPECT_EQ(joined.workers.size(), 2U);
  EXPECT_EQ(joined.labels.label_count(), 4U);
  EXPECT_EQ(joined.labels.rows(0).size(), 1U);
  EXPECT_EQ(joined.labels.label_of(joined.labels.rows(1)[1]), 1);
  EXPECT_EQ(joined.labels.label_of(joined.labels.rows(2)[0]), 0);
  EXPECT_NE(fault([&] { (void)engine::join_crowd(table, items, predicted, "w"); }), "");
}

}  // namespace
}  // namespace assay::planning
