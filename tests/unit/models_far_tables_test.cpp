// Worker tables that exceed a core's cache: labels in memory are taken in tiles, labels from disk item by item, from 4
// MiB on with factors and counts side by side. All give the same bits for any number of threads and ranks, and the
// counts of the roomy path, which takes logarithms.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "assay/base/random.h"
#include "assay/base/rank_threads.h"
#include "assay/core/label_store_builder.h"
#include "assay/models/label_pass.h"
#include "tests/support/copying_source.h"

namespace assay::models {
namespace {

constexpr std::uint64_t kItems = 20'000;

// Most items have up to 5 labels, some hundreds; half of the labels are of the first and the last workers, so that far
// jumps lie between rows.
LabelStore random_labels(std::uint64_t workers, std::size_t classes, Random& random) {
  LabelStoreBuilder builder;
  for (ItemIndex item = 0; item < kItems; ++item) {
    for (std::uint64_t n = item % 1000 == 7 ? item / 100 : random.below(6); n > 0; --n) {
      const std::uint64_t few = random.below(40);
      const std::uint64_t worker = random.below(2) == 0 ? random.below(workers) : few < 20 ? few : workers - few;
      builder.add(item, static_cast<WorkerIndex>(worker), static_cast<ClassIndex>(random.below(classes)));
    }
  }
  return builder.finish(kItems, workers, classes);
}

struct Size {
  std::size_t classes;
  std::uint64_t table_bytes;
};

class FarTables : public ::testing::TestWithParam<Size> {};

TEST_P(FarTables, CountAsNearOnes) {
  const std::size_t k = GetParam().classes;
  const std::uint64_t workers = GetParam().table_bytes / (8 * k * k);
  Random random(k);
  const LabelStore labels = random_labels(workers, k, random);
  Factors factors{std::vector<double>(k, 1.0 / static_cast<double>(k)), Confusions(workers, k)};
  for (double& factor : factors.table.values()) factor = std::pow(random.uniform(), 20);

  const Problem problem{.labels = labels};
  ThreadPool one(1);
  ThreadPool three(3);
  Counts far;
  Matrix<double> posterior;
  LabelPass pass(problem, one);
  const Counts votes = pass.votes();
  pass.run(factors, far, &posterior);
  EXPECT_EQ(pass.votes().labels, votes.labels);

  Counts again;
  LabelPass(problem, three).run(factors, again);
  EXPECT_EQ(far.labels, again.labels);
  EXPECT_EQ(far.classes, again.classes);
  EXPECT_EQ(far.log_evidence, again.log_evidence);

  const LabelStore none(workers, k, {{0}, {}});
  const Problem on_disk{.labels = none};
  const testing::CopyingSource source(labels);
  LabelPass by_item(on_disk, source, three);
  by_item.run(factors, again);
  EXPECT_EQ(far.labels, again.labels);
  EXPECT_EQ(far.classes, again.classes);
  EXPECT_EQ(far.log_evidence, again.log_evidence);
  const ChunkPosterior posteriors = by_item.posteriors_by(factors);
  Matrix<double> of_block;
  LabelStore room;
  for (std::size_t b = 0; b < source.block_count(); ++b) {
    posteriors(source.chunk(b, room), of_block);
    for (std::size_t i = 0; i < of_block.rows(); ++i) {
      const auto row = posterior.row(source.first_item(b) + i);
      ASSERT_TRUE(std::equal(row.begin(), row.end(), of_block.row(i).begin())) << b << " " << i;
    }
  }

  run_rank_threads(3, [&](Communicator& ranks) {
    ThreadPool own(1);
    Context context{own};
    context.ranks = &ranks;
    const auto blocks = blocks_of_rank(source, ranks);
    const HeldBlocks held(source, blocks.begin, blocks.end, own);
    LabelPass part(on_disk, held, context);
    Counts counts;
    part.run(factors, counts);
    EXPECT_TRUE(part.holds_labels());
    EXPECT_EQ(far.labels, counts.labels);
    EXPECT_EQ(far.classes, counts.classes);
    EXPECT_EQ(far.log_evidence, counts.log_evidence);
  });

  const Problem general{.labels = labels, .gold = GoldLabels(kItems, kNoClass)};
  Counts near;
  LabelPass(general, three).run(factors, near);
  ASSERT_EQ(near.labels.values().size(), far.labels.values().size());
  double largest = 0;
  for (std::size_t i = 0; i < near.labels.values().size(); ++i)
    largest = std::max(largest, std::abs(near.labels.values()[i] - far.labels.values()[i]));
  EXPECT_LT(largest, 1e-10);
  EXPECT_NEAR(near.log_evidence / far.log_evidence, 1, 1e-12);
}

constexpr std::uint64_t kMiB = 1U << 20U;
INSTANTIATE_TEST_SUITE_P(Classes, FarTables,
                         ::testing::Values(Size{2, kMiB}, Size{2, 6 * kMiB}, Size{3, 6 * kMiB}, Size{4, kMiB},
                                           Size{4, 6 * kMiB}, Size{5, 6 * kMiB}, Size{13, 6 * kMiB}),
                         [](const auto& tested) {
                           return std::to_string(tested.param.classes) + "_classes_" +
                                  std::to_string(tested.param.table_bytes / kMiB) + "_MiB";
                         });

}  // namespace
}  // namespace assay::models
