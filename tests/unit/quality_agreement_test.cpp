// Published examples of agreement: Krippendorff (2011), 4 observers on 12 units; a small table of part-of-speech tags.
// Expected values: by hand (904 / 1216 is 1 - 0.2566) and from an independent solver.
#include "assay/quality/agreement.h"

#include <gtest/gtest.h>

#include <cmath>

#include "assay/base/error.h"
#include "assay/core/label_store_builder.h"

namespace assay::quality {
namespace {

// One row a worker, one column an item, 0 = missing, classes from 1.
LabelStore store(const std::vector<std::vector<int>>& table, std::size_t classes) {
  LabelStoreBuilder builder;
  for (std::size_t o = 0; o < table[0].size(); ++o) {
    for (std::size_t w = 0; w < table.size(); ++w) {
      if (table[w][o] > 0) {
        builder.add(static_cast<ItemIndex>(o), static_cast<WorkerIndex>(w), static_cast<ClassIndex>(table[w][o] - 1));
      }
    }
  }
  return builder.finish(table[0].size(), table.size(), classes);
}

const std::vector<std::vector<int>> kObservers = {
    {1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0},
    {1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3},
    {0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0},
    {1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0},
};

TEST(Agreement, KrippendorffsExampleOnEveryScale) {
  const auto labels = store(kObservers, 5);
  AgreementOptions options;
  options.values = {1, 2, 3, 4, 5};
  EXPECT_NEAR(krippendorff_alpha(labels, options).value, 904.0 / 1216, 1e-12);
  options.scale = Scale::ordinal;
  EXPECT_NEAR(krippendorff_alpha(labels, options).value, 0.815388, 1e-6);
  options.scale = Scale::interval;
  EXPECT_NEAR(krippendorff_alpha(labels, options).value, 0.849107, 1e-6);
  options.scale = Scale::ratio;
  const auto ratio = krippendorff_alpha(labels, options);
  EXPECT_NEAR(ratio.value, 0.797403, 1e-6);
  EXPECT_EQ(ratio.item_count, 11U);
  EXPECT_EQ(ratio.label_count, 40U);
  EXPECT_LT(ratio.low, ratio.value);
  EXPECT_GT(ratio.high, ratio.value);
}

TEST(Agreement, TaggersHardlyAgree) {
  const auto labels = store({{1, 1, 2, 2}, {0, 2, 2, 1}, {1, 2, 2, 1}, {1, 1, 1, 2}}, 2);
  EXPECT_NEAR(krippendorff_alpha(labels, {}).value, 0.083333, 1e-6);
}

TEST(Agreement, EdgesOfAlpha) {
  EXPECT_TRUE(std::isnan(krippendorff_alpha(store({{1, 2}}, 2), {}).value));
  EXPECT_EQ(krippendorff_alpha(store({{1, 1}, {1, 1}}, 2), {}).value, 1);
  AgreementOptions options;
  options.scale = Scale::interval;
  EXPECT_THROW(static_cast<void>(krippendorff_alpha(store({{1}}, 1), options)), Error);
  EXPECT_THROW(static_cast<void>(parse_scale("log")), Error);
}

// Fleiss by hand: items (3,0), (2,1), (0,3), (1,2) of three workers: P = (1 + 1/3 + 1 + 1/3) / 4 = 2/3; shares 1/2,
// 1/2.
TEST(Agreement, FleissByHand) {
  const auto labels = store({{1, 1, 2, 1}, {1, 1, 2, 2}, {1, 2, 2, 2}}, 2);
  EXPECT_NEAR(fleiss_kappa(labels), (2.0 / 3 - 0.5) / 0.5, 1e-12);
  EXPECT_TRUE(std::isnan(fleiss_kappa(store({{1, 1}, {1, 1}}, 2))));
}

// Cohen by hand: 10 items, 4 times both 1, 3 times both 2, 1 and 2 apart: P = .7; shares .5/.5 and .6/.4: E = .5.
TEST(Agreement, CohenByHand) {
  ThreadPool threads(2);
  const auto labels = store({{1, 1, 1, 1, 2, 2, 2, 1, 2, 2}, {1, 1, 1, 1, 2, 2, 2, 2, 1, 1}}, 2);
  const auto out = pairwise_agreement(labels, 10, threads);
  EXPECT_EQ(out.pair_count, 1U);
  EXPECT_NEAR(out.mean_kappa, 0.4, 1e-12);
  EXPECT_NEAR(out.workers[0].mean_kappa, 0.4, 1e-12);
  EXPECT_NEAR(out.workers[1].majority_share, 0.7, 1e-12);
  EXPECT_EQ(pairwise_agreement(labels, 11, threads).pair_count, 0U);
}

// The others of worker 1 on the one item say 1 and 2: a tie, which counts a half.
TEST(Agreement, TiesWithTheOthersCountInPart) {
  ThreadPool threads(1);
  const auto out = pairwise_agreement(store({{1}, {1}, {2}}, 2), 1, threads);
  EXPECT_NEAR(out.workers[0].majority_share, 0.5, 1e-12);
  EXPECT_NEAR(out.workers[2].majority_share, 0, 1e-12);
}

}  // namespace
}  // namespace assay::quality
