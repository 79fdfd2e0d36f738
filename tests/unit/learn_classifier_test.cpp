#include <gtest/gtest.h>
#include <xgboost/c_api.h>

#include <cmath>

#include "assay/base/error.h"
#include "assay/base/random.h"
#include "assay/learn/boosted_trees.h"
#include "assay/learn/cross_validation.h"
#include "assay/learn/logistic_regression.h"

namespace assay::learn {
namespace {

struct Data {
  Features features;
  Targets targets;
};

// Two numbers and a missing one; the class is the sign of their sum, blurred; soft says how sure one is of it.
Data blurred(std::size_t count, std::size_t classes, std::uint64_t seed) {
  Random random(seed);
  Data out{Features(3), Targets(count, classes)};
  for (std::size_t i = 0; i < count; ++i) {
    const double x = random.normal(), y = random.normal();
    std::vector<std::uint32_t> columns = {0, 1};
    std::vector<float> values = {static_cast<float>(x), static_cast<float>(y)};
    if (random.uniform() < 0.5) columns.push_back(2), values.push_back(static_cast<float>(x * y));
    out.features.add({columns, values});
    const double at = x + y + 0.5 * random.normal();
    const auto k =
        static_cast<std::size_t>(std::min<double>(static_cast<double>(classes) - 1, std::max(0.0, std::floor(at + 1))));
    for (std::size_t c = 0; c < classes; ++c)
      out.targets(i, c) = c == k ? 0.8 : 0.2 / (static_cast<double>(classes) - 1);
  }
  return out;
}

double loss(const Predictor& predictor, const Data& data) {
  const auto p = predictor.predict(data.features);
  double sum = 0;
  for (std::size_t i = 0; i < p.rows(); ++i) {
    for (std::size_t k = 0; k < p.columns(); ++k) sum -= data.targets(i, k) * std::log(p(i, k));
  }
  return sum;
}

// Without features the probabilities are the targets' shares: 3 of 4 and 1 of 4, by hand.
TEST(LogisticRegression, InterceptsAreShares) {
  Features features(1);
  Targets targets(4, 2);
  for (std::size_t i = 0; i < 4; ++i) {
    features.add({});
    targets(i, i == 0 ? 1 : 0) = 1;
  }
  const auto p = make_logistic_regression({})->fit(features, targets)->predict(features);
  EXPECT_NEAR(p(0, 0), 0.75, 1e-4);
}

// One feature, -1 or 1, that tells the class of 20 items. By symmetry the classes' weights are -b and b, so the
// objective is -20 log s(2b) + penalty b^2 with s the logistic function; for penalty 1 it is least where 20 (1 - s(2b))
// = b.
TEST(LogisticRegression, PenaltyByHand) {
  Features features(1);
  Targets targets(20, 2);
  for (std::size_t i = 0; i < 20; ++i) {
    const std::uint32_t column = 0;
    const float value = i < 10 ? -1.0F : 1.0F;
    features.add({{&column, 1}, {&value, 1}});
    targets(i, i < 10 ? 0 : 1) = 1;
  }
  LogisticRegressionOptions options;
  options.step_tolerance = 1e-10;
  const auto p = make_logistic_regression(options)->fit(features, targets)->predict(features);
  const double b = std::log(p(19, 1) / p(19, 0)) / 2;
  EXPECT_NEAR(20 * (1 - 1 / (1 + std::exp(-2 * b))), b, 1e-6);
}

// No nearby probabilities have a lower penalised loss: perturbing the data a little, the fit stays the better one.
TEST(LogisticRegression, FitIsTheMinimum) {
  const Data data = blurred(200, 3, 1);
  LogisticRegressionOptions tight;
  tight.step_tolerance = 1e-9;
  LogisticRegressionOptions loose;
  loose.max_steps = 3;
  tight.penalty = loose.penalty = 1e-6;
  EXPECT_LT(loss(*make_logistic_regression(tight)->fit(data.features, data.targets), data),
            loss(*make_logistic_regression(loose)->fit(data.features, data.targets), data));
  tight.max_steps = 5000;
  const double best = loss(*make_logistic_regression(tight)->fit(data.features, data.targets), data);
  for (const double penalty : {0.1, 1.0, 10.0}) {
    LogisticRegressionOptions other;
    other.penalty = penalty;
    EXPECT_GT(loss(*make_logistic_regression(other)->fit(data.features, data.targets), data), best - 1e-6);
  }
}

// A row q counts as its copies with weights q_k.
TEST(Classifiers, SoftTargetsAreWeightedCopies) {
  const Data data = blurred(150, 2, 3);
  Features copies(3);
  Targets weights(2 * data.features.row_count(), 2);
  for (std::size_t i = 0; i < data.features.row_count(); ++i) {
    for (std::size_t k = 0; k < 2; ++k) {
      copies.add(data.features.row(i));
      weights(2 * i + k, k) = data.targets(i, k);
    }
  }
  LogisticRegressionOptions options;
  options.step_tolerance = 1e-9;
  const auto classifier = make_logistic_regression(options);
  const auto a = classifier->fit(data.features, data.targets)->predict(data.features);
  const auto b = classifier->fit(copies, weights)->predict(data.features);
  for (std::size_t i = 0; i < a.rows(); ++i) EXPECT_NEAR(a(i, 1), b(i, 1), 1e-5);
}

void ok(int status) { ASSERT_EQ(status, 0) << XGBGetLastError(); }

// XGBoost by itself, with its own objective and its own predictions, from the same start (half of the items are of
// either class): our gradient, our form of the trees and our walk through them must give the same scores.
TEST(BoostedTrees, SameAsXgboost) {
  Data data = blurred(400, 2, 5);
  std::vector<float> labels;
  for (std::size_t i = 0; i < 400; ++i) {
    const bool one = i % 2 == 0 ? data.targets(i, 1) > 0.5 : data.targets(i, 1) <= 0.5;
    labels.push_back(i < 200 ? static_cast<float>(one) : 1 - labels[i - 200]);  // balanced
    data.targets(i, 0) = 1 - labels.back();
    data.targets(i, 1) = labels.back();
  }
  BoostedTreesOptions options;
  options.rounds = 20;
  const auto ours = make_boosted_trees(options)->fit(data.features, data.targets);
  DMatrixHandle matrix = nullptr;
  const std::vector<unsigned> columns(data.features.columns().begin(), data.features.columns().end());
  ok(XGDMatrixCreateFromCSREx(data.features.offsets().data(), columns.data(), data.features.values().data(), 401,
                              columns.size(), 3, &matrix));
  ok(XGDMatrixSetFloatInfo(matrix, "label", labels.data(), labels.size()));
  BoosterHandle booster = nullptr;
  ok(XGBoosterCreate(&matrix, 1, &booster));
  for (const auto& [name, value] : {std::pair{"nthread", "1"},
                                    {"tree_method", "hist"},
                                    {"objective", "binary:logistic"},
                                    {"eta", "0.1"},
                                    {"max_depth", "6"},
                                    {"verbosity", "0"},
                                    {"base_score", "0.5"}}) {
    ok(XGBoosterSetParam(booster, name, value));
  }
  for (int i = 0; i < 20; ++i) ok(XGBoosterUpdateOneIter(booster, i, matrix));
  bst_ulong count = 0;
  const float* theirs = nullptr;
  ok(XGBoosterPredict(booster, matrix, 0, 0, 0, &count, &theirs));
  ASSERT_EQ(count, 400U);
  const auto p = ours->predict(data.features);
  for (std::size_t i = 0; i < 400; ++i) EXPECT_NEAR(p(i, 1), theirs[i], 1e-5);
  XGBoosterFree(booster);
  XGDMatrixFree(matrix);
}

// Exclusive or: no linear classifier tells it, trees do.
TEST(BoostedTrees, TellsCombinations) {
  Features features(2);
  Targets targets(200, 2);
  for (std::size_t i = 0; i < 200; ++i) {
    const float values[] = {static_cast<float>(i % 2), static_cast<float>(i / 2 % 2)};
    const std::uint32_t columns[] = {0, 1};
    features.add({columns, values});
    // One of the four combinations comes more often, or no first split would help.
    targets(i, (i % 2) ^ (i / 2 % 2)) = i % 4 == 0 ? 1.5 : 1;
  }
  const auto trees = make_boosted_trees({})->fit(features, targets)->predict(features);
  const auto linear = make_logistic_regression({})->fit(features, targets)->predict(features);
  double wrong = 0;
  for (std::size_t i = 0; i < 200; ++i) {
    const std::size_t k = (i % 2) ^ (i / 2 % 2);
    EXPECT_GT(trees(i, k), 0.9);
    wrong += linear(i, k) < 0.9 ? 1 : 0;
  }
  EXPECT_GT(wrong, 100);
}

TEST(Classifiers, NothingToLearnFromIsNoError) {
  for (const auto& row : classifiers()) {
    const auto classifier = row.make({});
    Features none(5), bare(5);
    for (std::size_t i = 0; i < 3; ++i) bare.add({});
    for (const std::size_t classes : {1, 2, 3}) {
      std::vector<double> p(classes);
      classifier->fit(none, Targets(0, classes))->predict(FeatureRow{}, p);
      for (const double v : p) EXPECT_NEAR(v, 1.0 / static_cast<double>(classes), 1e-6) << row.name;
      classifier->fit(bare, Targets(3, classes))->predict(FeatureRow{}, p);
      for (const double v : p) EXPECT_NEAR(v, 1.0 / static_cast<double>(classes), 1e-6) << row.name;
    }
  }
}

TEST(Classifiers, ProbabilitiesSumToOne) {
  for (const auto& row : classifiers()) {
    for (const std::size_t classes : {2, 3, 5}) {
      const Data data = blurred(120, classes, 9);
      const auto p = row.make({})->fit(data.features, data.targets)->predict(data.features);
      for (std::size_t i = 0; i < p.rows(); ++i) {
        double sum = 0;
        for (const double v : p.row(i)) {
          EXPECT_GE(v, 0);
          sum += v;
        }
        EXPECT_NEAR(sum, 1, 1e-9);
      }
    }
  }
}

TEST(Classifiers, UnknownNameSaysTheNearest) {
  try {
    (void)find_classifier("bosted_trees");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean boosted_trees?"), std::string::npos);
  }
}

// Labels are random and the features name the item: whoever saw an item's label would repeat it, so out-of-fold
// predictions must be no better than a guess.
TEST(CrossValidation, CannotCopyLabels) {
  constexpr std::size_t kItems = 400;
  Random random(11);
  Features features(kItems);
  Targets targets(kItems, 2);
  for (std::uint32_t i = 0; i < kItems; ++i) {
    const float one = 1;
    features.add({{&i, 1}, {&one, 1}});
    targets(i, random.below(2)) = 1;
  }
  ThreadPool threads(2);
  const auto classifier = find_classifier("logistic_regression").make({});
  const auto seen = classifier->fit(features, targets)->predict(features);
  const auto unseen = cross_predict(*classifier, features, targets, deal_folds(targets, 10, 1), threads);
  double copied = 0, guessed = 0;
  for (std::size_t i = 0; i < kItems; ++i) {
    copied += targets(i, largest(seen.row(i)));
    guessed += targets(i, largest(unseen.row(i)));
  }
  EXPECT_EQ(copied, kItems);
  EXPECT_LT(guessed, 0.6 * kItems);
}

TEST(CrossValidation, SameForAnyNumberOfThreads) {
  const Data data = blurred(300, 3, 13);
  ThreadPool one(1), three(3);
  const auto fold = deal_folds(data.targets, 7, 1);
  for (const auto& row : classifiers()) {
    const auto classifier = row.make({});
    EXPECT_EQ(cross_predict(*classifier, data.features, data.targets, fold, one),
              cross_predict(*classifier, data.features, data.targets, fold, three));
  }
}

TEST(CrossValidation, FoldsHaveTheirShareOfEachClass) {
  Targets targets(100, 2);
  for (std::size_t i = 0; i < 100; ++i) targets(i, i < 20 ? 1 : 0) = 1;
  const auto fold = deal_folds(targets, 10, 4);
  std::vector<int> rare(10), all(10);
  for (std::size_t i = 0; i < 100; ++i) {
    ++all[fold[i]];
    rare[fold[i]] += i < 20 ? 1 : 0;
  }
  EXPECT_EQ(rare, std::vector<int>(10, 2));
  EXPECT_EQ(all, std::vector<int>(10, 10));
}

}  // namespace
}  // namespace assay::learn
