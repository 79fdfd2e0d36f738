// The table of workers on data where everything is known, so that its numbers can be worked out by hand.
#include "assay/quality/worker_quality.h"

#include <gtest/gtest.h>

#include <cmath>

#include "assay/core/label_store_builder.h"
#include "assay/models/dawid_skene.h"
#include "assay/quality/others.h"
#include "assay/sim/crowd.h"

namespace assay::quality {
namespace {

struct Data {
  LabelStore labels;
  NameTable names;
  GoldLabels gold;
};

// Every item is gold; worker w labels an item of class t with g as often as counts[w][t][g] says.
Data gold_data(const std::vector<std::vector<std::vector<int>>>& counts) {
  const std::size_t k = counts[0].size();
  Data out;
  LabelStoreBuilder builder;
  for (std::size_t w = 0; w < counts.size(); ++w) {
    out.names.intern("w" + std::to_string(w));
    for (std::size_t t = 0; t < counts[w].size(); ++t) {
      for (std::size_t g = 0; g < k; ++g) {
        for (int i = 0; i < counts[w][t][g]; ++i) {
          builder.add(static_cast<ItemIndex>(out.gold.size()), static_cast<WorkerIndex>(w), static_cast<ClassIndex>(g));
          out.gold.push_back(static_cast<ClassIndex>(t));
        }
      }
    }
  }
  out.labels = builder.finish(out.gold.size(), counts.size(), k);
  return out;
}

WorkerAssessment assess(const Data& data, std::vector<double> prior, bool population_prior,
                        std::size_t thread_count = 1) {
  ThreadPool threads(thread_count);
  models::DawidSkeneOptions model;
  model.pseudo_count = 0;
  const auto fixed = prior.empty() ? models::PriorMode::estimate : models::PriorMode::fixed;
  const models::Problem problem{data.labels, data.gold, fixed, prior, {}};
  const auto estimate = models::make_dawid_skene(model)->fit(problem, models::Context{threads});
  WorkerQualityOptions options;
  options.population_prior = population_prior;
  const StoreSource labels(data.labels);
  return estimate_worker_quality(
      {labels, estimate, CostMatrix(data.labels.class_count()), data.names, data.gold, !prior.empty()}, options, 1,
      threads);
}

// The lecture: an executive who is one class too strict beats the worker with 20 % error and the lazy one with 15 %.
TEST(WorkerQuality, LectureWithoutThePopulation) {
  const auto out = assess(gold_data({{{85, 0}, {15, 0}}, {{68, 17}, {3, 12}}}), {.85, .15}, false);
  EXPECT_NEAR(out.workers[0].quality_expected.value, 0, 1e-9);
  EXPECT_NEAR(out.workers[0].expected_cost, .255, 1e-9);
  EXPECT_NEAR(out.workers[1].expected_cost, .19815, 5e-6);
  EXPECT_NEAR(out.workers[1].quality_expected.value, .2229, 5e-5);
  EXPECT_NEAR(out.workers[1].quality_minimum.value, 0, 1e-9);
  EXPECT_EQ(out.workers[1].rank, 1U);
  EXPECT_EQ(out.workers[0].rank, 2U);
  EXPECT_EQ(out.workers[0].label_count, 100U);
  EXPECT_EQ(out.workers[0].gold_count, 100U);
}

TEST(WorkerQuality, ExecutiveIsBiasedNotBad) {
  const std::vector<std::vector<int>> executive{{340, 1360, 0, 0}, {0, 0, 100, 0}, {0, 0, 100, 0}, {0, 0, 0, 100}};
  const std::vector<std::vector<int>> lazy{{1700, 0, 0, 0}, {100, 0, 0, 0}, {100, 0, 0, 0}, {100, 0, 0, 0}};
  const auto out = assess(gold_data({executive, lazy}), {.85, .05, .05, .05}, false);
  EXPECT_NEAR(out.workers[0].quality_expected.value, 1 - .05 / .27, 1e-9);
  EXPECT_NEAR(out.workers[0].quality_minimum.value, 2.0 / 3, 1e-9);
  EXPECT_NEAR(out.workers[0].accuracy.value, .27, 1e-9);
  EXPECT_EQ(to_text(out.workers[0].flags), "biased");
  EXPECT_EQ(to_text(out.workers[1].flags), "spammer");
}

TEST(WorkerQuality, NobodyIsWithoutANumber) {
  Data data = gold_data({{{20, 2}, {1, 22}}, {{18, 3}, {2, 20}}, {{1, 0}, {0, 0}}, {{0, 0}, {0, 0}}});
  const auto out = assess(data, {}, true);
  for (const auto& row : out.workers) {
    EXPECT_GE(row.quality_expected.value, row.quality_expected.low);
    EXPECT_LE(row.quality_expected.value, row.quality_expected.high);
    EXPECT_GE(row.quality_expected.low, 0);
    EXPECT_LE(row.quality_expected.high, 1);
  }
  // The worker without labels looks like the crowd, with a wide interval; one label hardly moves that.
  EXPECT_GT(out.workers[3].quality_expected.value, 0.2);
  EXPECT_GT(out.workers[3].quality_expected.high - out.workers[3].quality_expected.low, 0.4);
  EXPECT_NEAR(out.workers[2].quality_expected.value, out.workers[3].quality_expected.value, 0.25);
  EXPECT_LT(out.workers[2].quality_expected.value, out.workers[0].quality_expected.value);
  EXPECT_TRUE(out.workers[3].flags == WorkerFlags());
}

TEST(WorkerQuality, PriorOnOneClassIsSaidSo) {
  const auto out = assess(gold_data({{{20, 2}, {0, 0}}}), {1, 0}, true);
  EXPECT_TRUE(std::isnan(out.workers[0].quality_expected.value));
  EXPECT_TRUE(std::isnan(out.workers[0].quality_expected.low));
  ASSERT_EQ(out.notes.size(), 1U);
  EXPECT_EQ(out.workers[0].rank, 1U);
}

TEST(WorkerQuality, TiesInRankGoByNumberOfLabelsThenName) {
  Data data = gold_data({{{5, 0}, {0, 5}}, {{9, 0}, {0, 9}}, {{5, 0}, {0, 5}}});
  const auto out = assess(data, {.5, .5}, false);
  EXPECT_EQ(out.workers[1].rank, 1U);
  EXPECT_EQ(out.workers[0].rank, 2U);
  EXPECT_EQ(out.workers[2].rank, 3U);
}

TEST(Heard, EverybodyOrBetweenTwoAndFourThousandLabels) {
  const std::vector<std::uint64_t> witnessed = {0, 100, 4095, 4096, 8191, 8192, 100'000, 3'000'000};
  const Heard heard(witnessed);
  for (std::size_t w = 0; w < witnessed.size(); ++w) {
    std::uint64_t count = 0;
    for (std::uint64_t item = 0; item < witnessed[w]; ++item) count += heard.hears(w, Heard::halvings_of(item)) ? 1 : 0;
    if (witnessed[w] < 4096) {
      EXPECT_EQ(count, witnessed[w]);
    } else {
      EXPECT_GT(count, 1850U) << witnessed[w];  // four deviations of a random 2,048
      EXPECT_LT(count, 4350U) << witnessed[w];
    }
  }
}

TEST(WorkerQuality, SameForAnyNumberOfThreads) {
  sim::CrowdOptions options;
  options.items = 3000;
  options.workers = 200;
  ThreadPool one(1), three(3);
  const auto made = sim::Crowd(options).make(one);
  const auto estimate = models::make_dawid_skene({})->fit(
      models::Problem{made.table.labels, {}, models::PriorMode::estimate, {}, {}}, models::Context{one});
  const CostMatrix costs(4);
  const StoreSource labels(made.table.labels);
  const WorkerQualityProblem problem{labels, estimate, costs, made.table.workers, {}};
  const auto a = estimate_worker_quality(problem, {}, 9, one);
  const auto b = estimate_worker_quality(problem, {}, 9, three);
  EXPECT_EQ(a.low, b.low);
  EXPECT_EQ(a.high, b.high);
  for (std::size_t w = 0; w < 200; ++w) {
    EXPECT_EQ(a.workers[w].rank, b.workers[w].rank);
    EXPECT_EQ(a.workers[w].quality_expected.high, b.workers[w].quality_expected.high);
    EXPECT_EQ(a.workers[w].accuracy.low, b.workers[w].accuracy.low);
    EXPECT_TRUE(a.workers[w].flags == b.workers[w].flags);
  }
}

// What an earlier estimate knew of a worker counts like labels.
TEST(WorkerQuality, EarlierEstimateSpeaksForAWorkerWithoutLabels) {
  Data data = gold_data({{{20, 2}, {1, 22}}, {{18, 3}, {2, 20}}, {{0, 0}, {0, 0}}});
  Confusions earlier(3, 2);
  earlier.at(2, 0, 1) = earlier.at(2, 1, 0) = 50;  // a consistent liar
  ThreadPool threads(1);
  const models::Problem problem{data.labels, data.gold, models::PriorMode::estimate, {}, {}};
  const auto estimate = models::make_dawid_skene({})->fit(problem, models::Context{threads});
  const StoreSource labels(data.labels);
  const auto out = estimate_worker_quality({labels, estimate, CostMatrix(2), data.names, data.gold, false, &earlier},
                                           {}, 1, threads);
  EXPECT_LT(out.workers[2].accuracy.value, 0.1);
  EXPECT_LT(out.workers[2].accuracy.high, 0.2);
  EXPECT_GT(out.workers[2].quality_expected.value, 0.7);
}

TEST(WorkerQuality, NoLabelsAndNoWorkers) {
  Data data;
  data.labels = LabelStoreBuilder().finish(0, 0, 2);
  EXPECT_TRUE(assess(data, {.5, .5}, true).workers.empty());
}

}  // namespace
}  // namespace assay::quality
