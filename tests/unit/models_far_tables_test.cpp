// Worker tables that exceed the caches are laid out with factors and counts side by side: the counts are those of the
// roomy path, which takes logarithms and has tables of its own, and the same bits for any number of threads.
#include <gtest/gtest.h>

#include <cmath>

#include "assay/base/random.h"
#include "assay/core/label_store_builder.h"
#include "assay/models/label_pass.h"

namespace assay::models {
namespace {

constexpr std::uint64_t kItems = 20'000;

LabelStore random_labels(std::uint64_t workers, std::size_t classes, Random& random) {
  LabelStoreBuilder builder;
  for (ItemIndex item = 0; item < kItems; ++item) {
    for (std::uint64_t n = random.below(6); n > 0; --n) {
      builder.add(item, static_cast<WorkerIndex>(random.below(workers)),
                  static_cast<ClassIndex>(random.below(classes)));
    }
  }
  return builder.finish(kItems, workers, classes);
}

class FarTables : public testing::TestWithParam<std::size_t> {};

TEST_P(FarTables, CountAsNearOnes) {
  const std::size_t k = GetParam();
  const std::uint64_t workers = (6U << 20U) / (8 * k * k);  // 6 MiB of factors
  Random random(k);
  const LabelStore labels = random_labels(workers, k, random);
  Factors factors{std::vector<double>(k, 1.0 / static_cast<double>(k)), Confusions(workers, k)};
  for (double& factor : factors.table.values()) factor = 0.05 + 0.9 * random.uniform();

  const Problem problem{.labels = labels};
  ThreadPool one(1);
  ThreadPool three(3);
  Counts far;
  Counts again;
  Matrix<double> posterior;
  LabelPass pass(problem, one);
  const Counts votes = pass.votes();
  pass.run(factors, far, &posterior);
  LabelPass(problem, three).run(factors, again);
  EXPECT_EQ(far.labels, again.labels);
  EXPECT_EQ(far.classes, again.classes);
  EXPECT_EQ(far.log_evidence, again.log_evidence);
  EXPECT_EQ(pass.votes().labels, votes.labels);

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

INSTANTIATE_TEST_SUITE_P(Classes, FarTables, testing::Values(2, 3, 4, 5, 13), testing::PrintToStringParamName());

}  // namespace
}  // namespace assay::models
