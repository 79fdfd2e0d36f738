#include <cmath>

#include "assay/models/auto.h"
#include "assay/models/dawid_skene.h"
#include "assay/models/held_out.h"
#include "assay/models/majority_vote.h"
#include "assay/models/pull_pass.h"
#include "assay/models/shrinkage.h"
#include "assay/models/shrunken_dawid_skene.h"
#include "gtest/gtest.h"
#include "tests/support/problems.h"

namespace assay::models {
namespace {

Context context_on(ThreadPool& threads) { return {threads, 1, nullptr, nullptr}; }

double accuracy(const Estimate& estimate, const std::vector<ClassIndex>& truth) {
  double right = 0;
  for (std::size_t o = 0; o < truth.size(); ++o) {
    const auto p = estimate.posterior.row(o);
    right += std::max_element(p.begin(), p.end()) - p.begin() == truth[o] ? 1 : 0;
  }
  return right / static_cast<double>(truth.size());
}

TEST(Shrinkage, RowsLeanOnCrowdAndOwnAccuracy) {
  ThreadPool threads(1);
  Confusions n(2, 2);
  n.at(0, 0, 0) = 6;  // worker 0 is right on all of 6 items of class 0 and on 2 of 4 of class 1
  n.at(0, 1, 1) = 2;
  n.at(0, 1, 0) = 2;
  const Confusions c = shrunken_rates(n, {}, {4, 0.5}, threads);
  // A = 8/10; crowd rows with 2 labels at A: class 0 (7.6, 0.4)/8, class 1 (2.4, 3.6)/6; coin a_0 = (8 + 3.2)/14 = .8.
  EXPECT_NEAR(c.at(0, 0, 0), (6 + 4 * (0.5 * 0.95 + 0.5 * 0.8)) / 10, 1e-12);
  EXPECT_NEAR(c.at(0, 1, 1), (2 + 4 * (0.5 * 0.6 + 0.5 * 0.8)) / 8, 1e-12);
  // Worker 1 gave nothing: his coin is the crowd's, .8.
  EXPECT_NEAR(c.at(1, 0, 0), 0.5 * 0.95 + 0.5 * 0.8, 1e-12);
  EXPECT_NEAR(c.at(1, 1, 0) + c.at(1, 1, 1), 1, 1e-12);
}

// p_o(t, j) by the formula of the header, no logarithms.
TEST(PullPass, AgreesWithTheFormula) {
  const auto crowd = testing::simple_crowd(60, 7, 3, 4, 5);
  const Problem problem{crowd.labels};
  ThreadPool threads(1);
  LabelPass pass(problem, threads);
  PullFactors factors;
  factors.prior = {0.5, 0.3, 0.2};
  factors.rates = shrunken_rates(pass.votes().labels, {}, {}, threads);
  factors.shares = Matrix<double>(3, 4, 0.1);
  for (std::size_t t = 0; t < 3; ++t) factors.shares(t, 3) = 0.7;
  PullCounts counts;
  PullPass pulls(pass);
  const auto shared = std::make_shared<const PullFactors>(factors);
  pulls.run(shared, counts);
  Matrix<double> posterior;
  std::vector<double> misled;
  pulls.describe(shared, posterior, misled);

  double own = 0;
  double evidence = 0;
  for (ItemIndex o = 0; o < 60; ++o) {
    double state[3][4];
    double sum = 0;
    for (std::size_t t = 0; t < 3; ++t) {
      for (std::size_t j = 0; j < 4; ++j) {
        state[t][j] = factors.prior[t] * factors.shares(t, j);
        for (const auto row : crowd.labels.rows(o)) {
          const double rate = factors.rates.at(crowd.labels.worker_of(row), t, crowd.labels.label_of(row));
          state[t][j] *= j == 3 ? rate : 0.5 * rate + (crowd.labels.label_of(row) == j ? 0.5 : 0);
        }
        sum += state[t][j];
      }
    }
    evidence += std::log(sum);
    for (std::size_t t = 0; t < 3; ++t) {
      const double p = (state[t][0] + state[t][1] + state[t][2] + state[t][3]) / sum;
      EXPECT_NEAR(posterior(o, t), p, 1e-12);
      for (const auto row : crowd.labels.rows(o)) {
        const auto l = crowd.labels.label_of(row);
        const double rate = factors.rates.at(crowd.labels.worker_of(row), t, l);
        own += p - state[t][l] / sum * 0.5 / (0.5 * rate + 0.5);
      }
    }
  }
  double counted = 0;
  for (const double n : counts.own.labels.values()) counted += n;
  EXPECT_NEAR(counted, own, 1e-9);
  EXPECT_NEAR(counts.own.log_evidence, evidence, 1e-9);
}

// What a pass with pulls finds.
struct Pulled {
  PullCounts counts;
  Matrix<double> posterior;
  std::vector<double> misled;
};

Pulled pull(const LabelStore& labels, const PullFactors& factors) {
  const Problem problem{labels};
  ThreadPool threads(1);
  LabelPass pass(problem, threads);
  PullPass pulls(pass);
  const auto shared = std::make_shared<const PullFactors>(factors);
  Pulled out;
  pulls.run(shared, out.counts);
  pulls.describe(shared, out.posterior, out.misled);
  return out;
}

void expect_near(std::span<const double> a, std::span<const double> b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-9) << i;
}

// Labels of weight 1 that say so go by logarithms, item by item; those without weights by the kernel, whose loops
// differ with the number of classes. Every fifth item is too long for it, and one has no labels.
TEST(PullPass, KernelAndLogarithmsAgree) {
  for (const std::size_t k : {1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 30}) {
    SCOPED_TRACE(k);
    Random random(k);
    LabelStoreBuilder plain;
    LabelStoreBuilder weighted;
    weighted.expect(true, false, false);
    constexpr std::size_t kItems = 40;
    constexpr std::size_t kWorkers = 9;
    for (ItemIndex item = 1; item < kItems; ++item) {
      const std::size_t n = item % 5 == 0 ? 30 : 1 + random.below(24);
      for (std::size_t i = 0; i < n; ++i) {
        const auto worker = static_cast<WorkerIndex>(random.below(kWorkers));
        const auto label = static_cast<ClassIndex>(std::min(random.below(k), random.below(k)));
        plain.add(item, worker, label);
        weighted.add(item, worker, label);
      }
    }
    PullFactors factors;
    factors.prior.assign(k, 1 / static_cast<double>(k));
    factors.rates = Confusions(kWorkers, k);
    for (double& rate : factors.rates.values()) rate = random.below(20) == 0 ? 0 : random.uniform();
    factors.shares = Matrix<double>(k, k + 1);
    for (double& share : factors.shares.values()) share = random.uniform() / static_cast<double>(k);
    const Pulled a = pull(plain.finish(kItems, kWorkers, k), factors);
    const Pulled b = pull(weighted.finish(kItems, kWorkers, k), factors);
    EXPECT_NEAR(a.counts.own.log_evidence, b.counts.own.log_evidence, 1e-9 * std::abs(b.counts.own.log_evidence));
    EXPECT_NEAR(a.counts.moved, b.counts.moved, 1e-9);
    EXPECT_EQ(a.counts.labelled_count, static_cast<double>(kItems - 1));
    expect_near(a.counts.own.labels.values(), b.counts.own.labels.values());
    expect_near(a.counts.own.classes, b.counts.own.classes);
    expect_near(a.counts.shares.values(), b.counts.shares.values());
    expect_near(a.posterior.values(), b.posterior.values());
    expect_near(a.misled, b.misled);
  }
}

TEST(ShrunkenDawidSkene, WithoutPullsAndAnchorIsEmWithShrunkenRates) {
  const auto crowd = testing::simple_crowd(400, 20, 3, 5, 11);
  const Problem problem{crowd.labels};
  ThreadPool threads(1);
  ShrunkenDawidSkeneOptions options;
  options.pull = 0;
  options.vote_share = 0;
  options.max_iterations = 1;
  const Estimate one = make_shrunken_dawid_skene(options)->fit(problem, context_on(threads));
  LabelPass pass(problem, threads);
  const Counts votes = pass.votes();
  Factors factors{votes.classes, shrunken_rates(votes.labels, {}, {}, threads)};
  Counts counts;
  Matrix<double> posterior;
  pass.run(factors, counts, &posterior);
  for (std::size_t i = 0; i < posterior.values().size(); ++i) {
    EXPECT_NEAR(one.posterior.values()[i], posterior.values()[i], 1e-9);
  }
}

TEST(ShrunkenDawidSkene, BeatsTheVoteAndIsTheSameForAnyThreads) {
  const auto crowd = testing::simple_crowd(3000, 60, 4, 5, 3);
  const Problem problem{crowd.labels};
  ThreadPool one(1);
  ThreadPool three(3);
  const auto model = make_shrunken_dawid_skene({});
  const Estimate a = model->fit(problem, context_on(one));
  const Estimate b = model->fit(problem, context_on(three));
  EXPECT_EQ(a.posterior, b.posterior);
  EXPECT_EQ(a.confusion, b.confusion);
  EXPECT_GT(accuracy(a, crowd.truth),
            accuracy(make_majority_vote()->fit(problem, context_on(one)), crowd.truth) + 0.02);
}

TEST(HeldOut, PutsAsideAFifthOfEachItemsWorkers) {
  LabelStoreBuilder builder;
  for (ItemIndex o = 0; o < 100; ++o) {
    for (WorkerIndex w = 0; w < 10; ++w) builder.add(o, w, static_cast<ClassIndex>(w % 2));
  }
  const LabelStore labels = builder.finish(100, 10, 2);
  const Problem problem{labels};
  const StoreSource source(labels);
  const HeldOut held = hold_out(problem, source, 1000000, 1);
  EXPECT_EQ(held.labels.size(), 200);
  EXPECT_EQ(held.kept.label_count(), 800);
  const HeldOut sample = hold_out(problem, source, 500, 1);
  EXPECT_NEAR(double(sample.kept.item_count()), 50, 20);
  EXPECT_EQ(sample.labels.size(), 2 * sample.kept.item_count());
}

TEST(Auto, ClampsGoldGivesUnlabelledItemsThePriorAndSaysWhatItChose) {
  const auto crowd = testing::simple_crowd(500, 30, 3, 5, 7);
  LabelStoreBuilder builder;
  for (ItemIndex o = 0; o < 500; ++o) {
    for (const auto row : crowd.labels.rows(o)) builder.add(o, crowd.labels.worker_of(row), crowd.labels.label_of(row));
  }
  const LabelStore labels = builder.finish(502, 30, 3);
  Problem problem{labels};
  problem.gold.assign(502, kNoClass);
  problem.gold[0] = 2;
  problem.gold[501] = 1;
  ThreadPool threads(1);
  const Estimate out = make_auto({})->fit(problem, context_on(threads));
  EXPECT_EQ(out.posterior(0, 2), 1);
  EXPECT_EQ(out.posterior(501, 1), 1);
  for (std::size_t t = 0; t < 3; ++t) EXPECT_NEAR(out.posterior(500, t), out.prior[t], 1e-12);
  ASSERT_FALSE(out.summary.notes.empty());
  bool said = false;
  for (const auto& note : out.summary.notes) said = said || note.find("held-out labels best") != std::string::npos;
  EXPECT_TRUE(said);
}

// Everybody is misled on a third of the items: plain EM is sure of itself there.
TEST(Auto, ClaimsLessThanPlainEmWhereWorkersErrTogether) {
  Random random(4);
  LabelStoreBuilder builder;
  std::vector<ClassIndex> truth;
  for (ItemIndex o = 0; o < 1500; ++o) {
    truth.push_back(static_cast<ClassIndex>(random.below(2)));
    const double right = o % 3 == 0 ? 0.35 : 0.85;
    for (WorkerIndex w = 0; w < 7; ++w) {
      builder.add(o, w, random.uniform() < right ? truth[o] : static_cast<ClassIndex>(1 - truth[o]));
    }
  }
  const LabelStore labels = builder.finish(1500, 7, 2);
  const Problem problem{labels};
  ThreadPool threads(1);
  const auto overclaim = [&](const Estimate& estimate) {
    double claimed = 0;
    for (std::size_t o = 0; o < truth.size(); ++o)
      claimed += std::max(estimate.posterior(o, 0), estimate.posterior(o, 1));
    return claimed / static_cast<double>(truth.size()) - accuracy(estimate, truth);
  };
  const double plain = overclaim(make_dawid_skene({})->fit(problem, context_on(threads)));
  const double pooled = overclaim(make_auto({})->fit(problem, context_on(threads)));
  EXPECT_GT(plain, 0.15);
  EXPECT_LT(pooled, 0.8 * plain);
}

TEST(Auto, IsNotFarUnderTheVoteWhenLabelsAreFew) {
  ThreadPool threads(1);
  for (const std::size_t classes : {2, 5}) {
    for (const std::size_t per_item : {1, 2, 3}) {
      const auto crowd = testing::simple_crowd(600, 40, classes, per_item, 10 * classes + per_item);
      const Problem problem{crowd.labels};
      const double found = accuracy(make_auto({})->fit(problem, context_on(threads)), crowd.truth);
      const double vote = accuracy(make_majority_vote()->fit(problem, context_on(threads)), crowd.truth);
      EXPECT_GT(found, vote - 0.02) << classes << " classes, " << per_item << " labels an item";
    }
  }
}

// A class that one item in twenty belongs to keeps its items.
TEST(Auto, FindsARareClass) {
  Random random(8);
  LabelStoreBuilder builder;
  std::vector<ClassIndex> truth;
  for (ItemIndex o = 0; o < 2000; ++o) {
    truth.push_back(o % 20 == 0 ? 1 : 0);
    for (int i = 0; i < 5; ++i) {
      const auto worker = static_cast<WorkerIndex>(random.below(30));
      const bool right = random.uniform() < (worker < 20 ? 0.9 : 0.6);
      builder.add(o, worker, right ? truth[o] : static_cast<ClassIndex>(1 - truth[o]));
    }
  }
  const LabelStore labels = builder.finish(2000, 30, 2);
  const Problem problem{labels};
  ThreadPool threads(1);
  const Estimate out = make_auto({})->fit(problem, context_on(threads));
  EXPECT_GT(accuracy(out, truth), 0.96);
  EXPECT_NEAR(out.prior[1], 0.05, 0.02);
  double found = 0;
  for (ItemIndex o = 0; o < 2000; o += 20) found += out.posterior(o, 1) > 0.5 ? 0.01 : 0;
  EXPECT_GT(found, 0.8);
}

}  // namespace
}  // namespace assay::models
