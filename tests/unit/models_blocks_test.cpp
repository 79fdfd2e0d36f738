#include <gtest/gtest.h>

#include <algorithm>

#include "assay/base/error.h"
#include "assay/models/em_state.h"
#include "assay/models/registry.h"
#include "assay/quality/worker_quality.h"
#include "assay/sim/crowd.h"
#include "tests/support/copying_source.h"

namespace assay::models {
namespace {

sim::SimulatedCrowd crowd(ThreadPool& threads, double gold_share, std::uint64_t items = 20000) {
  sim::CrowdOptions options;
  options.items = items;
  options.workers = 60;
  options.labels_per_item = 3.5;
  options.classes = "3";
  options.times = false;
  options.gold_share = gold_share;
  return sim::Crowd(options).make(threads);
}

TEST(Blocks, FitsHaveTheBitsOfThoseInMemory) {
  ThreadPool one(1), two(2);
  for (const double gold_share : {0.0, 0.05}) {
    const auto made = crowd(one, gold_share);
    const GoldLabels gold = gold_share > 0 ? made.gold : GoldLabels{};
    const LabelStore none(60, 3, {{0}, {}});
    const testing::CopyingSource source(made.table.labels);
    for (const auto& name : streaming_models()) {
      const auto model = find_model(name).make({});
      const Estimate whole = model->fit({made.table.labels, gold}, Context{two});
      const Problem problem{none, gold};
      const BlockEstimate blocks = model->fit_blocks(problem, source, Context{one});
      EXPECT_EQ(whole.prior, blocks.estimate.prior) << name;
      EXPECT_EQ(whole.confusion, blocks.estimate.confusion) << name;
      EXPECT_EQ(whole.counts, blocks.estimate.counts) << name;
      EXPECT_EQ(whole.summary.objective, blocks.estimate.summary.objective) << name;
      LabelStore room;
      Matrix<double> posterior;
      for (std::size_t b = 0; b < source.block_count(); ++b) {
        blocks.posterior(source.chunk(b, room), posterior);
        for (std::size_t i = 0; i < posterior.rows(); ++i) {
          for (std::size_t c = 0; c < 3; ++c)
            ASSERT_EQ(posterior(i, c), whole.posterior(source.first_item(b) + i, c)) << name;
        }
      }
    }
  }
}

TEST(Blocks, WorkerQualityHasTheBitsOfThatInMemory) {
  ThreadPool one(1), two(2);
  const auto made = crowd(one, 0.05);
  const Estimate estimate = find_model("dawid_skene").make({})->fit({made.table.labels, made.gold}, Context{one});
  const CostMatrix costs(3);
  const StoreSource store(made.table.labels);
  const testing::CopyingSource copies(made.table.labels);
  const auto a = quality::estimate_worker_quality({store, estimate, costs, made.table.workers, made.gold}, {}, 5, two);
  const auto b = quality::estimate_worker_quality({copies, estimate, costs, made.table.workers, made.gold}, {}, 5, one);
  EXPECT_EQ(a.confusion, b.confusion);
  EXPECT_EQ(a.low, b.low);
  EXPECT_EQ(a.high, b.high);
  for (std::size_t w = 0; w < a.workers.size(); ++w) {
    EXPECT_EQ(a.workers[w].quality_expected.low, b.workers[w].quality_expected.low);
    EXPECT_EQ(a.workers[w].label_count, b.workers[w].label_count);
    EXPECT_EQ(a.workers[w].gold_count, b.workers[w].gold_count);
    EXPECT_TRUE(a.workers[w].flags == b.workers[w].flags);
  }
}

TEST(Blocks, ModelsThatNeedAllInMemorySaySo) {
  ThreadPool one(1);
  const auto made = crowd(one, 0);
  const StoreSource source(made.table.labels);
  const Problem problem{made.table.labels};
  for (const auto& info : registry()) {
    if (info.streams) continue;
    EXPECT_THROW((void)info.make({})->fit_blocks(problem, source, Context{one}), Error) << info.name;
  }
}

// Keeps the state in memory, and fails at one saving as a killed run would.
class BreakingCheckpoint final : public Checkpoint {
 public:
  std::string load() override { return state; }
  void save(std::string_view bytes) override {
    state = bytes;
    if (++saved == breaks_at) throw Error(ErrorCode::interrupted, "broken");
  }
  std::string state;
  int saved = 0;
  int breaks_at = 0;
};

TEST(Resume, AtAnyPassGivesTheSameBits) {
  ThreadPool one(1);
  const auto made = crowd(one, 0, 6000);
  const Problem problem{made.table.labels};
  for (const auto& name : resuming_models()) {
    const auto& options = find_model(name).options;
    const bool has_tolerance = std::ranges::any_of(options, [](const auto& o) { return o.name == "tolerance"; });
    const auto model = find_model(name).make(has_tolerance ? OptionValues{{"tolerance", "1e-9"}} : OptionValues{});
    const Estimate whole = model->fit(problem, Context{one});
    ASSERT_GT(whole.summary.iterations, 4U) << name;
    for (int breaks_at = 1;; breaks_at += 1 + breaks_at / 4) {
      BreakingCheckpoint checkpoint;
      checkpoint.breaks_at = breaks_at;
      Context context{one};
      context.checkpoint = &checkpoint;
      bool is_broken = false;
      try {
        (void)model->fit(problem, context);
      } catch (const Error&) {
        is_broken = true;
      }
      if (!is_broken) break;
      const Estimate resumed = model->fit(problem, context);
      EXPECT_EQ(whole.posterior, resumed.posterior) << name << " " << breaks_at;
      EXPECT_EQ(whole.confusion, resumed.confusion);
      EXPECT_EQ(whole.summary.objective, resumed.summary.objective);
      EXPECT_EQ(whole.summary.iterations, resumed.summary.iterations);
    }
  }
}

TEST(Resume, RefusesBytesThatAreNoState) {
  EmState state;
  state.s0 = Counts(2, 3);
  state.objective = {-2, -1};
  const std::string bytes = to_bytes(state);
  EXPECT_EQ(to_bytes(em_state_of(bytes, 2, 3)), bytes);
  EXPECT_THROW((void)em_state_of(bytes, 3, 3), Error);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW((void)em_state_of(bytes.substr(0, size), 2, 3), Error) << size;
  }
  EXPECT_THROW((void)em_state_of(bytes + "x", 2, 3), Error);
}

// What another model or a broken disk left: no model goes on from it, and none comes to harm.
TEST(Resume, EveryModelRefusesWhatIsNotItsState) {
  ThreadPool one(1);
  const auto made = crowd(one, 0, 200);
  const Problem problem{made.table.labels};
  for (const auto& name : resuming_models()) {
    const auto model = find_model(name).make({});
    BreakingCheckpoint checkpoint;
    Context context{one};
    context.checkpoint = &checkpoint;
    (void)model->fit(problem, context);
    const std::string state = checkpoint.state;
    for (const std::size_t size : {std::size_t{1}, std::size_t{20}, state.size() / 2, state.size() - 1}) {
      checkpoint.state = state.substr(0, size);
      EXPECT_THROW((void)model->fit(problem, context), Error) << name << " " << size;
    }
    checkpoint.state = std::string(state.size(), '\xff');
    EXPECT_THROW((void)model->fit(problem, context), Error) << name;
  }
}

}  // namespace
}  // namespace assay::models
