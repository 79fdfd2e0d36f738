// Advice on the next purchase against what purchases bring in simulated data.
#include <gtest/gtest.h>

#include "bench/advise_scenarios.h"

namespace assay {
namespace {

planning::AdviseOptions quick() {
  planning::AdviseOptions options;
  options.repeats = 6;
  options.draws = 20;
  return options;
}

// The promise: the right direction in at least 90 % of the clear cases.
TEST(Advise, DirectionIsRightInClearCases) {
  ThreadPool threads(2);
  int clear = 0, right = 0, items = 0;
  std::string wrong;
  for (const auto& scenario : bench::scenarios({120})) {
    const auto outcome = bench::play(scenario, 10, 3, quick(), threads);
    if (!outcome.is_clear()) continue;
    ++clear;
    items += outcome.new_items > outcome.more_labels ? 1 : 0;
    right += outcome.is_right() ? 1 : 0;
    if (!outcome.is_right())
      wrong += std::string(scenario.world.name) + " q " + std::to_string(scenario.quality) + "; ";
  }
  EXPECT_GE(clear, 12);
  // Both directions occur, so that no constant advice passes.
  EXPECT_GE(items, 3);
  EXPECT_GE(clear - items, 3);
  EXPECT_GE(right, 0.9 * clear) << wrong;
}

TEST(Advise, SameForAnyNumberOfThreads) {
  const bench::Scenario scenario{{"additive"}, 100, 3, 0.75, 1};
  ThreadPool one(1), three(3);
  const auto a = bench::play(scenario, 2, 5, quick(), one).advice;
  const auto b = bench::play(scenario, 2, 5, quick(), three).advice;
  EXPECT_EQ(a.new_items.value, b.new_items.value);
  EXPECT_EQ(a.new_items.low, b.new_items.low);
  EXPECT_EQ(a.more_labels.high, b.more_labels.high);
  EXPECT_EQ(a.new_items_better, b.new_items_better);
}

// Free unlabelled items never lose against second labels; dear ones do at some price.
TEST(Advise, PriceOfItemsTurnsTheAdvice) {
  ThreadPool threads(2);
  const auto advice = [&](double item_price) {
    return bench::play({{"additive"}, 150, 3, 0.7, item_price}, 2, 7, quick(), threads).advice;
  };
  EXPECT_TRUE(advice(0).advises_new_items());
  EXPECT_FALSE(advice(40).advises_new_items());
}

}  // namespace
}  // namespace assay
