// The live estimator against the batch code, whatever the order of changes.
#include "assay/live/live_estimator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "assay/io/read_labels.h"
#include "assay/models/registry.h"
#include "tests/support/live_streams.h"
#include "tests/support/problems.h"

namespace assay::live {
namespace {

using testing::RandomChanges;
using testing::Surviving;

struct Shape {
  std::size_t items, workers, classes;
  std::string model;
};

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> all = {{40, 9, 2, "dawid_skene"}, {25, 12, 4, "dawid_skene"},
                                         {30, 7, 5, "auto"},        {12, 5, 3, "majority_vote"},
                                         {20, 6, 3, "glad"},        {9, 4, 1, "dawid_skene"}};
  return all;
}

void expect_same_bytes(const Estimate& a, const Estimate& b) {
  EXPECT_EQ(a.posterior, b.posterior);
  EXPECT_EQ(a.prior, b.prior);
  EXPECT_EQ(a.confusion, b.confusion);
  EXPECT_EQ(a.counts, b.counts);
  EXPECT_EQ(a.summary.objective, b.summary.objective);
}

Estimate fit_batch(const Surviving& surviving, const LiveEstimator& like) {
  const auto store = surviving.store(like.item_count(), like.worker_count(), like.class_count());
  ThreadPool threads(2);
  const models::Problem problem{.labels = store, .gold = surviving.gold_labels(like.item_count())};
  return models::find_model(like.options().model).make({})->fit(problem, {.threads = threads});
}

// What the counts must be by their definition: each item's part, for each of its labels, from nothing.
void expect_counts_of_a_recount(const LiveEstimator& estimator, const Surviving& surviving) {
  const std::size_t k = estimator.class_count();
  std::vector<std::vector<Units>> exact(estimator.worker_count(), std::vector<Units>(k * k));
  std::vector<std::vector<double>> plain(estimator.worker_count(), std::vector<double>(k * k));
  std::vector<Units> part(k);
  for (const auto& [pair, label] : surviving.labels) {
    const auto p = estimator.posterior(pair.first);
    to_units(p, part);
    for (std::size_t t = 0; t < k; ++t) {
      exact[pair.second][label * k + t] += part[t];
      plain[pair.second][label * k + t] += p[t];
    }
  }
  for (WorkerIndex w = 0; w < estimator.worker_count(); ++w) {
    const auto counts = estimator.counts(w);
    for (std::size_t i = 0; i < k * k; ++i) {
      ASSERT_EQ(counts[i], static_cast<double>(exact[w][i]) * kLabelsPerUnit) << "worker " << w;
      ASSERT_NEAR(counts[i], plain[w][i], 1e-9 * static_cast<double>(1 + surviving.labels.size()));
    }
  }
}

TEST(LiveEstimator, SettlesToWhatTheBatchCodeGives) {
  for (const auto& shape : shapes()) {
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
      LiveEstimator estimator(shape.classes, {.model = shape.model});
      estimator.grow(shape.items, shape.workers);
      Surviving surviving;
      RandomChanges changes(shape.items, shape.workers, shape.classes, seed);
      Random random(seed, 1);
      for (int settling = 0; settling < 4; ++settling) {
        for (std::uint64_t i = random.below(200); i > 0; --i) changes.make_one(estimator, surviving);
        expect_counts_of_a_recount(estimator, surviving);
        ThreadPool threads(1 + random.below(3));
        const Estimate batch = fit_batch(surviving, estimator);
        expect_same_bytes(estimator.settle({.threads = threads}), batch);
        expect_counts_of_a_recount(estimator, surviving);
        const Estimate state = estimator.estimate();
        EXPECT_EQ(state.posterior, batch.posterior);
        EXPECT_EQ(state.prior, batch.prior);
        EXPECT_EQ(state.confusion, batch.confusion);
        EXPECT_EQ(estimator.changes_since_settling(), 0);
      }
    }
  }
}

TEST(LiveEstimator, TheOrderOfObservationLeavesNoTraceInASettling) {
  const auto crowd = testing::simple_crowd(200, 20, 3, 4, 5);
  std::vector<Label> labels;
  for (ItemIndex item = 0; item < 200; ++item) {
    for (const auto row : crowd.labels.rows(item)) {
      labels.push_back({item, crowd.labels.worker_of(row), crowd.labels.label_of(row)});
    }
  }
  // One label a worker and item, so that the order cannot decide which one stays.
  const auto pair_of = [](const Label& label) { return std::pair(label.item, label.worker); };
  std::ranges::sort(labels, {}, pair_of);
  labels.erase(std::ranges::unique(labels, {}, pair_of).begin(), labels.end());
  Random random(1);
  std::vector<Estimate> settled;
  for (int order = 0; order < 3; ++order) {
    random.shuffle(std::span<Label>(labels));
    LiveEstimator estimator(3);
    estimator.grow(200, 20);
    for (const auto& label : labels) estimator.observe(label.worker, label.item, label.label);
    ThreadPool threads(2);
    settled.push_back(estimator.settle({.threads = threads}));
    expect_same_bytes(settled.back(), settled.front());
  }
}

// Rows in the order of a file: only the order within an item differs from the batch code's, so the last bits may.
TEST(LiveEstimator, SettlesAFilesRowsToTheFilesEstimate) {
  ThreadPool threads(2);
  const LabelTable table = io::read_labels({"examples/web_pages/labels.csv"}, {}, threads);
  LiveEstimator estimator(table.classes.size());
  for (ItemIndex item = 0; item < table.items.size(); ++item) {
    estimator.grow(item + 1, table.workers.size());
    for (const auto row : table.labels.rows(item)) {
      estimator.observe(table.labels.worker_of(row), item, table.labels.label_of(row));
    }
  }
  ASSERT_EQ(estimator.label_count(), table.labels.label_count());
  const auto batch = models::find_model("dawid_skene").make({})->fit({.labels = table.labels}, {.threads = threads});
  const auto settled = estimator.settle({.threads = threads});
  for (std::size_t i = 0; i < batch.posterior.values().size(); ++i) {
    ASSERT_NEAR(settled.posterior.values()[i], batch.posterior.values()[i], 1e-6);
  }
}

TEST(LiveEstimator, NothingDriftsOverAMillionChanges) {
  constexpr std::size_t kItems = 60;
  LiveEstimator estimator(4);
  estimator.grow(kItems, 15);
  Surviving surviving;
  RandomChanges changes(kItems, 15, 4, 3);
  for (int i = 0; i < 1'000'000; ++i) changes.make_one(estimator, surviving);
  expect_counts_of_a_recount(estimator, surviving);
  double labels = 0;
  for (WorkerIndex w = 0; w < 15; ++w) labels += static_cast<double>(estimator.quality(w, CostMatrix(4)).label_count);
  EXPECT_EQ(labels, static_cast<double>(surviving.labels.size()));
}

TEST(LiveEstimator, ForgettingEverythingLeavesAnEmptyState) {
  LiveEstimator estimator(3);
  estimator.grow(50, 10);
  Surviving surviving;
  RandomChanges changes(50, 10, 3, 9);
  for (int i = 0; i < 5000; ++i) changes.make_one(estimator, surviving);
  for (const auto& [pair, label] : surviving.labels) EXPECT_EQ(estimator.forget(pair.second, pair.first), label);
  for (const auto& [item, truth] : surviving.gold) EXPECT_EQ(estimator.drop_gold(item), truth);
  const LiveEstimator fresh(3);
  EXPECT_EQ(estimator.label_count(), 0);
  EXPECT_EQ(estimator.prior(), fresh.prior());
  for (WorkerIndex w = 0; w < 10; ++w) EXPECT_THAT(estimator.counts(w), ::testing::Each(0.0));
}

TEST(LiveEstimator, IsAboutAsGoodAsASettlingBeforeAnySettling) {
  const auto crowd = testing::simple_crowd(2000, 40, 4, 5, 11);
  LiveEstimator estimator(4);
  for (ItemIndex item = 0; item < 2000; ++item) {
    estimator.grow(item + 1, 40);
    for (const auto row : crowd.labels.rows(item)) {
      estimator.observe(crowd.labels.worker_of(row), item, crowd.labels.label_of(row));
    }
  }
  const auto right = [&](const Estimate& estimate) {
    double count = 0;
    for (ItemIndex item = 0; item < 2000; ++item) {
      count += quality::most_likely(estimate.posterior.row(item), estimate.prior) == crowd.truth[item];
    }
    return count / 2000;
  };
  const double live = right(estimator.estimate());
  estimator.refresh(2000);
  const double refreshed = right(estimator.estimate());
  ThreadPool threads(2);
  const double settled = right(estimator.settle({.threads = threads}));
  EXPECT_GT(live, settled - 0.02);
  EXPECT_GT(refreshed, settled - 0.01);
}

TEST(LiveEstimator, SnapshotsAnswerAndGoOnBitForBit) {
  for (const auto& shape : shapes()) {
    LiveEstimator estimator(shape.classes, {.model = shape.model});
    estimator.grow(shape.items, shape.workers);
    Surviving surviving;
    RandomChanges changes(shape.items, shape.workers, shape.classes, 4);
    for (int round = 0; round < 6; ++round) {
      for (int i = 0; i < 60; ++i) changes.make_one(estimator, surviving);
      if (round % 2 == 1) {
        ThreadPool threads(1);
        (void)estimator.settle({.threads = threads});
      }
      const auto bytes = estimator.snapshot();
      LiveEstimator restored = LiveEstimator::restore(bytes);
      EXPECT_EQ(restored.snapshot(), bytes);
      RandomChanges same = changes;
      Surviving ignored = surviving;
      for (int i = 0; i < 60; ++i) {
        changes.make_one(estimator, surviving);
        same.make_one(restored, ignored);
      }
      EXPECT_EQ(restored.snapshot(), estimator.snapshot());
      const Estimate a = restored.estimate();
      const Estimate b = estimator.estimate();
      expect_same_bytes(a, b);
    }
  }
}

}  // namespace
}  // namespace assay::live
