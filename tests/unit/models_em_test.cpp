#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "assay/base/numerics.h"
#include "assay/models/dawid_skene.h"
#include "tests/support/problems.h"

namespace assay::models {
namespace {

// One E-step the obvious way, in logarithms, one item after another.
Counts reference_pass(const Problem& problem, const Factors& factors, Matrix<double>& posterior) {
  const LabelStore& labels = problem.labels;
  const std::size_t k = labels.class_count();
  Counts counts(labels.worker_count(), k);
  posterior = Matrix<double>(labels.item_count(), k);
  for (ItemIndex item = 0; item < labels.item_count(); ++item) {
    std::vector<double> log_p(k);
    for (std::size_t t = 0; t < k; ++t) {
      log_p[t] = std::log(factors.prior[t]);
      for (const auto row : labels.rows(item)) {
        log_p[t] += std::log(factors.table.at(labels.worker_of(row), t, labels.label_of(row)));
      }
    }
    const double total = log_sum_exp(log_p);
    if (!labels.rows(item).empty()) counts.log_evidence += total;
    for (std::size_t t = 0; t < k; ++t) {
      const double p = std::exp(log_p[t] - total);
      posterior(item, t) = p;
      if (labels.rows(item).empty()) continue;
      counts.classes[t] += p;
      for (const auto row : labels.rows(item)) counts.labels.at(labels.worker_of(row), t, labels.label_of(row)) += p;
    }
  }
  return counts;
}

Factors random_factors(std::size_t workers, std::size_t k, std::uint64_t seed) {
  Random random(seed);
  Factors factors;
  factors.prior.resize(k);
  random.dirichlet(std::vector<double>(k, 1.0), factors.prior);
  factors.table = Confusions(workers, k);
  for (double& v : factors.table.values()) v = random.uniform() + 1e-9;
  return factors;
}

class LabelPassTest : public ::testing::TestWithParam<std::size_t> {};

TEST_P(LabelPassTest, AgreesWithThePlainLoop) {
  const std::size_t k = GetParam();
  const auto crowd = testing::simple_crowd(3000, 40, k, 5, k);
  ThreadPool pool(2);
  const Problem problem{crowd.labels};
  LabelPass pass(problem, pool);
  const Factors factors = random_factors(40, k, 3);
  Counts counts;
  Matrix<double> posterior;
  pass.run(factors, counts, &posterior);
  Matrix<double> expected_posterior;
  const Counts expected = reference_pass(problem, factors, expected_posterior);
  EXPECT_NEAR(counts.log_evidence, expected.log_evidence, 1e-9 * std::abs(expected.log_evidence));
  for (std::size_t i = 0; i < posterior.values().size(); ++i) {
    ASSERT_NEAR(posterior.values()[i], expected_posterior.values()[i], 1e-12);
  }
  for (std::size_t i = 0; i < counts.labels.values().size(); ++i) {
    ASSERT_NEAR(counts.labels.values()[i], expected.labels.values()[i], 1e-8);
  }
}
INSTANTIATE_TEST_SUITE_P(Classes, LabelPassTest, ::testing::Values(1, 2, 3, 4, 5, 6, 7, 8, 9, 30));

TEST(LabelPass, ThousandsOfLabelsAnItemDoNotUnderflow) {
  LabelStoreBuilder builder;
  for (WorkerIndex w = 0; w < 5000; ++w) builder.add(0, w, w % 5 < 3 ? 0 : 1);
  const LabelStore labels = builder.finish(1, 5000, 2);
  ThreadPool pool(1);
  const Problem problem{labels};
  LabelPass pass(problem, pool);
  Factors factors{{0.5, 0.5}, Confusions(5000, 2, 1e-20)};
  for (WorkerIndex w = 0; w < 5000; ++w) factors.table.at(w, 0, 0) = 2e-20;
  Counts counts;
  Matrix<double> posterior;
  pass.run(factors, counts, &posterior);
  EXPECT_NEAR(posterior(0, 0), 1, 1e-12);
  EXPECT_TRUE(std::isfinite(counts.log_evidence));
}

TEST(LabelPass, UnitWeightsAndGoldOfNobodyChangeNothing) {
  const auto crowd = testing::simple_crowd(500, 20, 3, 4, 9);
  LabelStoreBuilder builder;
  builder.expect(true, false, false);
  for (ItemIndex item = 0; item < 500; ++item) {
    for (const auto row : crowd.labels.rows(item)) {
      builder.add(item, crowd.labels.worker_of(row), crowd.labels.label_of(row), {1.0F, 0, 0});
    }
  }
  const LabelStore weighted = builder.finish(500, 20, 3);
  ThreadPool pool(1);
  const Context context{pool};
  const auto model = make_dawid_skene({});
  const Estimate a = model->fit(Problem{crowd.labels}, context);
  const Estimate b = model->fit(Problem{weighted}, context);
  const Estimate c = model->fit(Problem{crowd.labels, GoldLabels(500, kNoClass)}, context);
  for (std::size_t i = 0; i < a.posterior.values().size(); ++i) {
    ASSERT_NEAR(a.posterior.values()[i], b.posterior.values()[i], 1e-6);
    ASSERT_NEAR(a.posterior.values()[i], c.posterior.values()[i], 1e-6);
  }
}

TEST(LabelPass, AWeightOfTwoIsTheSameLabelTwice) {
  LabelStoreBuilder twice;
  LabelStoreBuilder weighted;
  weighted.expect(true, false, false);
  const auto crowd = testing::simple_crowd(200, 10, 3, 4, 11);
  for (ItemIndex item = 0; item < 200; ++item) {
    for (const auto row : crowd.labels.rows(item)) {
      const auto w = crowd.labels.worker_of(row);
      const auto l = crowd.labels.label_of(row);
      const bool heavy = (item + w) % 3 == 0;
      twice.add(item, w, l);
      if (heavy) twice.add(item, w, l);
      weighted.add(item, w, l, {heavy ? 2.0F : 1.0F, 0, 0});
    }
  }
  const LabelStore a = twice.finish(200, 10, 3);
  const LabelStore b = weighted.finish(200, 10, 3);
  ThreadPool pool(1);
  const auto model = make_dawid_skene({});
  const Estimate x = model->fit(Problem{a}, Context{pool});
  const Estimate y = model->fit(Problem{b}, Context{pool});
  for (std::size_t i = 0; i < x.posterior.values().size(); ++i) {
    ASSERT_NEAR(x.posterior.values()[i], y.posterior.values()[i], 1e-6);
  }
}

// The estimates of the 1979 paper, as published-and-rerun references give them.
TEST(DawidSkene, GivesTheAnaesthetistsOfThePaper) {
  const LabelTable table = testing::read_simple_csv("examples/anaesthetists/labels.csv");
  ASSERT_EQ(table.labels.label_count(), 315U);
  ThreadPool pool(1);
  DawidSkeneOptions options;
  options.pseudo_count = 0;
  for (const bool accelerate : {false, true}) {
    options.accelerate = accelerate;
    options.tolerance = 1e-10;
    const Estimate e = make_dawid_skene(options)->fit(Problem{table.labels}, Context{pool});
    EXPECT_NEAR(e.summary.objective.back(), -192.8909, 5e-5);
    EXPECT_EQ(e.summary.termination, Termination::converged);
    const double prior[] = {.40, .42, .11, .07};
    for (std::size_t c = 0; c < 4; ++c) EXPECT_NEAR(e.prior[c], prior[c], 5e-3);
    const double observer1[4][4] = {{.89, .11, 0, 0}, {.07, .88, .05, 0}, {0, .34, .66, 0}, {0, 0, .56, .44}};
    const double observer3[4][4] = {{1, 0, 0, 0}, {.11, .79, .11, 0}, {0, .4, .2, .4}, {0, 0, .67, .33}};
    for (std::size_t t = 0; t < 4; ++t) {
      for (std::size_t g = 0; g < 4; ++g) {
        EXPECT_NEAR(e.confusion.at(0, t, g), observer1[t][g], 5.1e-3) << t << g;
        EXPECT_NEAR(e.confusion.at(2, t, g), observer3[t][g], 5.1e-3) << t << g;
      }
    }
    const auto patient35 = *table.items.find("patient35");
    EXPECT_NEAR(e.posterior(patient35, 1), 0.948, 5e-4);
  }
}

TEST(DawidSkene, ObjectiveNeverFallsAndAccelerationEndsNoLower) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto crowd = testing::simple_crowd(400, 30, 2 + seed % 5, 4, seed);
    ThreadPool pool(2);
    DawidSkeneOptions options;
    options.pseudo_count = seed % 2 == 0 ? 0 : 0.5;
    std::uint64_t passes[2];
    double last[2];
    for (const bool accelerate : {false, true}) {
      options.accelerate = accelerate;
      const Estimate e = make_dawid_skene(options)->fit(Problem{crowd.labels}, Context{pool});
      EXPECT_TRUE(std::is_sorted(e.summary.objective.begin(), e.summary.objective.end()));
      passes[accelerate] = e.summary.iterations;
      last[accelerate] = e.summary.objective.back();
    }
    EXPECT_GE(last[1], last[0] - 0.02 * std::abs(last[0])) << "seed " << seed;
    EXPECT_LT(passes[1], 1000U);
  }
}

TEST(DawidSkene, SameBytesForAnyNumberOfThreads) {
  const auto crowd = testing::simple_crowd(20000, 100, 4, 5, 5);
  std::vector<Estimate> estimates;
  for (const std::size_t threads : {1, 2, 3, 7}) {
    ThreadPool pool(threads);
    estimates.push_back(make_dawid_skene({})->fit(Problem{crowd.labels}, Context{pool}));
  }
  for (const auto& e : estimates) {
    EXPECT_EQ(e.posterior, estimates[0].posterior);
    EXPECT_EQ(e.confusion, estimates[0].confusion);
    EXPECT_EQ(e.prior, estimates[0].prior);
    EXPECT_EQ(e.summary.objective, estimates[0].summary.objective);
  }
}

TEST(DawidSkene, GoldIsClampedAndLeftOutOfThePriorUnlessAllIsGold) {
  const auto crowd = testing::simple_crowd(300, 20, 2, 3, 2);
  ThreadPool pool(1);
  // All of class 0's items are gold: a prior that counted them would be near the truth's half.
  GoldLabels gold(300, kNoClass);
  for (ItemIndex item = 0; item < 300; ++item) {
    if (crowd.truth[item] == 0 && item % 2 == 0) gold[item] = 0;
  }
  const Estimate some = make_dawid_skene({})->fit(Problem{crowd.labels, gold}, Context{pool});
  for (ItemIndex item = 0; item < 300; ++item) {
    if (gold[item] == kNoClass) continue;
    EXPECT_EQ(some.posterior(item, gold[item]), 1);
  }
  EXPECT_LT(some.prior[0], 0.45);
  const Estimate all = make_dawid_skene({})->fit(Problem{crowd.labels, crowd.truth}, Context{pool});
  const auto zeros = std::count(crowd.truth.begin(), crowd.truth.end(), 0);
  EXPECT_NEAR(all.prior[0], static_cast<double>(zeros) / 300, 1e-12);
  EXPECT_THAT(all.summary.notes.at(0), ::testing::HasSubstr("every labelled item is gold"));
}

TEST(DawidSkene, TakesAPriorAsGiven) {
  LabelStoreBuilder builder;
  builder.add(0, 0, 1);
  const LabelStore labels = builder.finish(1, 1, 2);
  ThreadPool pool(1);
  Problem problem{labels};
  problem.prior_mode = PriorMode::fixed;
  problem.prior = {0.999, 0.001};
  problem.worker_priors = Confusions(1, 2);
  for (std::size_t t = 0; t < 2; ++t) {
    for (std::size_t g = 0; g < 2; ++g) problem.worker_priors.at(0, t, g) = 1e9 * (t == g ? 0.9 : 0.1);
  }
  const Estimate e = make_dawid_skene({})->fit(problem, Context{pool});
  EXPECT_NEAR(e.posterior(0, 0), 0.999 * 0.1 / (0.999 * 0.1 + 0.001 * 0.9), 1e-6);
  EXPECT_EQ(e.prior, problem.prior);
}

}  // namespace
}  // namespace assay::models
