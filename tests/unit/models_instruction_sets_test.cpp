// Whatever vectors a machine has, whole fits end with the same bits.
#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "assay/models/block_step.h"
#include "assay/models/registry.h"
#include "tests/support/instruction_sets.h"
#include "tests/support/problems.h"

namespace assay::models {
namespace {

// Models, class counts, and whether there are so many workers that labels are kept in tiles.
class InstructionSets : public ::testing::TestWithParam<std::tuple<std::string, std::size_t, bool>> {};

TEST_P(InstructionSets, GiveTheSameBits) {
  const auto& [name, class_count, is_far] = GetParam();
  const std::size_t far_workers = kCachedTableBytes / table_bytes(1, class_count) + 1;
  const auto crowd = testing::simple_crowd(1000, is_far ? far_workers : 40, class_count, 5, class_count);
  const auto model = find_model(name).make({});
  ThreadPool threads(2);
  const auto fit = [&] { return model->fit(Problem{crowd.labels}, Context{threads}); };
  const Estimate expected = fit();
  testing::with_every_instruction_set([&] {
    const Estimate got = fit();
    EXPECT_EQ(got.posterior, expected.posterior);
    EXPECT_EQ(got.confusion, expected.confusion);
    EXPECT_EQ(got.summary.objective, expected.summary.objective);
  });
}

INSTANTIATE_TEST_SUITE_P(Models, InstructionSets,
                         ::testing::Combine(::testing::Values("dawid_skene", "shrunken_dawid_skene"),
                                            ::testing::Values(2, 3, 4, 5, 8, 15), ::testing::Bool()));

}  // namespace
}  // namespace assay::models
