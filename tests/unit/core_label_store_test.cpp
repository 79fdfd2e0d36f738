#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "assay/base/random.h"
#include "assay/core/label_store_builder.h"

namespace assay {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

using Triple = std::vector<std::uint32_t>;

std::vector<Triple> triples(const LabelStore& store) {
  std::vector<Triple> out;
  for (ItemIndex item = 0; item < store.item_count(); ++item) {
    for (const auto row : store.rows(item)) out.push_back({item, store.worker_of(row), store.label_of(row)});
  }
  return out;
}

// What finish() promises, done the slow way: a stable sort by item.
std::vector<Triple> sorted_by_item(std::vector<Triple> labels) {
  std::stable_sort(labels.begin(), labels.end(), [](const auto& a, const auto& b) { return a[0] < b[0]; });
  return labels;
}

TEST(LabelStoreBuilder, AnyOrderGivesRowsByItemInInputOrder) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    Random random(seed);
    const bool wide = seed % 3 == 0;
    const bool in_order = seed % 5 == 0;
    std::vector<Triple> labels;
    LabelStoreBuilder builder;
    builder.expect(true, false, false);
    for (std::uint32_t i = 0; i < 300; ++i) {
      const auto item = static_cast<std::uint32_t>(in_order ? i / 4 : random.below(50));
      const auto worker = static_cast<std::uint32_t>(random.below(wide ? 5'000'000 : 20));
      const auto label = static_cast<std::uint32_t>(random.below(7));
      labels.push_back({item, worker, label});
      LabelStoreBuilder::Extras extras;
      extras.weight = static_cast<float>(i);
      builder.add(item, worker, static_cast<ClassIndex>(label), extras);
    }
    const LabelStore store = builder.finish(100, wide ? 5'000'000 : 20, 7);
    EXPECT_EQ(triples(store), sorted_by_item(labels));
    // The weights travel with their labels.
    for (ItemIndex item = 0; item < store.item_count(); ++item) {
      for (std::size_t i = 0; i < store.rows(item).size(); ++i) {
        const auto at = static_cast<std::size_t>(store.weights()[store.offset(item) + i]);
        EXPECT_EQ(labels[at][0], item);
        EXPECT_EQ(labels[at][1], store.worker_of(store.rows(item)[i]));
      }
    }
  }
}

TEST(LabelStoreBuilder, RunsAreAddedLikeSingleLabels) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Random random(seed);
    const bool wide = seed % 4 == 0;
    const bool in_order = seed % 3 == 0;
    const bool has_weights = seed % 5 == 0;
    const bool has_times = seed % 7 < 3;
    LabelStoreBuilder by_run;
    LabelStoreBuilder by_label;
    by_run.expect(has_weights, false, false);
    by_label.expect(has_weights, false, false);
    std::uint32_t item = 0;
    for (int batch = 0; batch < 10; ++batch) {
      std::vector<ItemIndex> items;
      std::vector<std::uint32_t> ends;
      std::vector<WorkerIndex> workers;
      std::vector<ClassIndex> labels;
      std::vector<double> times;
      // An item may go on in the next batch; some batches are empty.
      for (std::uint64_t run = random.below(8); run > 0; --run) {
        item = static_cast<std::uint32_t>(in_order ? item + random.below(3) : random.below(40));
        items.push_back(item);
        for (std::uint64_t i = 0; i <= random.below(4); ++i) {
          workers.push_back(static_cast<std::uint32_t>(random.below(wide && batch > 4 ? 5'000'000 : 20)));
          labels.push_back(static_cast<ClassIndex>(random.below(7)));
          // Times are there from the sixth batch on, and in every other one.
          if (has_times && batch > 4 && batch % 2 == 1) times.push_back(static_cast<double>(random.below(100)));
          by_label.add(item, workers.back(), labels.back(), {.time = times.empty() ? kNone : times.back()});
        }
        ends.push_back(static_cast<std::uint32_t>(workers.size()));
      }
      by_run.add_items(items, ends);
      by_run.add_labels(workers, labels, {.weights = {}, .times = times, .seconds = {}});
    }
    const LabelStore a = by_run.finish(100, 5'000'000, 7);
    const LabelStore b = by_label.finish(100, 5'000'000, 7);
    EXPECT_EQ(triples(a), triples(b)) << seed;
    EXPECT_EQ(a.weights().size(), b.weights().size());
    const auto told = [](double time) { return std::isnan(time) ? -1 : time; };
    ASSERT_EQ(a.times().size(), b.times().size());
    for (std::size_t i = 0; i < a.times().size(); ++i) EXPECT_EQ(told(a.times()[i]), told(b.times()[i])) << i;
  }
}

// Each of 30,000 labels with all that a column can hold, for builders that get the same.
struct Given {
  std::vector<ItemIndex> items;
  std::vector<WorkerIndex> workers;
  std::vector<ClassIndex> labels;
  std::vector<float> weights;
  std::vector<double> times;
};

TEST(LabelStoreBuilder, ThreadsAndHalvesGiveTheSameStore) {
  constexpr std::uint32_t kItems = 5000;
  for (const bool shuffled : {false, true}) {
    for (const std::uint32_t workers : {900U, 5'000'000U}) {
      for (const bool extras : {false, true}) {
        Random random(7);
        Given given;
        for (std::uint32_t i = 0; i < 6 * kItems; ++i) {
          given.items.push_back(shuffled ? static_cast<ItemIndex>(random.below(kItems)) : i / 6);
          given.workers.push_back(static_cast<WorkerIndex>(random.below(workers)));
          given.labels.push_back(static_cast<ClassIndex>(random.below(3)));
          if (extras) given.weights.push_back(0.5F + static_cast<float>(i));
          if (extras) given.times.push_back(i / 2.0);
        }
        const auto built = [&](std::size_t threads, bool halves) {
          LabelStoreBuilder builder;
          for (std::uint32_t i = 0; i < given.items.size() && !halves; ++i) {
            if (extras) {
              builder.add(given.items[i], given.workers[i], given.labels[i], {given.weights[i], given.times[i]});
            } else {
              builder.add(given.items[i], given.workers[i], given.labels[i]);
            }
          }
          if (halves) {
            std::vector<std::uint32_t> ends;
            for (std::uint32_t i = 0; i < given.items.size(); ++i) ends.push_back(i + 1);
            builder.add_labels(given.workers, given.labels, {given.weights, given.times, {}});
            builder.add_items(given.items, ends);
          }
          ThreadPool pool(threads);
          LabelStoreBuilder::DuplicateCounts counts;
          auto store = builder.finish(kItems, workers, 3, {2, 0, 1}, LabelStoreBuilder::Duplicates::all, &counts, pool);
          return std::pair(store.release(), counts.repeated);
        };
        const auto expected = built(1, false);
        EXPECT_TRUE(workers > 900U || expected.second > 0);
        for (const bool halves : {false, true}) {
          for (const std::size_t threads : {1, 2, 3}) {
            const auto got = built(threads, halves);
            EXPECT_EQ(got.first.offsets, expected.first.offsets);
            EXPECT_EQ(got.first.entries, expected.first.entries);
            EXPECT_EQ(got.first.weights, expected.first.weights);
            EXPECT_EQ(got.first.times, expected.first.times);
            EXPECT_EQ(got.second, expected.second);
          }
        }
      }
    }
  }
}

TEST(LabelStoreBuilder, RenumbersClasses) {
  LabelStoreBuilder builder;
  builder.add(0, 0, 0);
  builder.add(0, 1, 1);
  const LabelStore store = builder.finish(1, 2, 2, {1, 0});
  EXPECT_EQ(triples(store), (std::vector<Triple>{{0, 0, 1}, {0, 1, 0}}));
}

class Duplicates : public ::testing::TestWithParam<std::size_t> {};

// Rows shorter and longer than the limit between the two ways of finding repeats.
TEST_P(Duplicates, AreCountedAndDroppedAsAsked) {
  const std::size_t per_item = GetParam();
  using Mode = LabelStoreBuilder::Duplicates;
  for (const Mode mode : {Mode::all, Mode::first, Mode::last}) {
    Random random(7);
    LabelStoreBuilder builder;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::uint32_t>> given;
    for (std::uint32_t item = 0; item < 20; ++item) {
      for (std::size_t j = 0; j < per_item; ++j) {
        const auto worker = static_cast<std::uint32_t>(random.below(per_item));
        const auto label = static_cast<std::uint32_t>(random.below(3));
        given[{item, worker}].push_back(label);
        builder.add(item, worker, static_cast<ClassIndex>(label));
      }
    }
    LabelStoreBuilder::DuplicateCounts counts;
    const LabelStore store = builder.finish(20, per_item, 3, {}, mode, &counts);
    std::uint64_t repeated = 0;
    std::uint64_t contradicting = 0;
    for (const auto& [pair, labels] : given) {
      repeated += labels.size() - 1;
      for (const auto label : labels) contradicting += label != labels.front();
    }
    EXPECT_EQ(counts.repeated, repeated);
    EXPECT_EQ(counts.contradicting, contradicting);
    EXPECT_EQ(store.label_count(), mode == Mode::all ? 20 * per_item : given.size());
    if (mode == Mode::all) continue;
    for (const auto& t : triples(store)) {
      const auto& labels = given[{t[0], t[1]}];
      EXPECT_EQ(t[2], mode == Mode::first ? labels.front() : labels.back());
    }
  }
}
INSTANTIATE_TEST_SUITE_P(RowLengths, Duplicates, ::testing::Values(4, 24, 25, 90));

TEST(LabelStoreBuilder, DuplicatesErrorNamesThePair) {
  LabelStoreBuilder builder;
  builder.add(3, 1, 0);
  builder.add(3, 2, 0);
  builder.add(3, 1, 0);
  LabelStoreBuilder::DuplicateCounts counts;
  builder.finish(4, 3, 2, {}, LabelStoreBuilder::Duplicates::error, &counts);
  EXPECT_TRUE(counts.stopped);
  EXPECT_EQ(counts.item, 3U);
  EXPECT_EQ(counts.worker, 1U);
}

}  // namespace
}  // namespace assay
