#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <numeric>

#include "assay/base/rank_threads.h"
#include "assay/base/shared_checkpoint.h"
#include "assay/models/label_pass.h"
#include "assay/models/registry.h"
#include "tests/support/copying_source.h"
#include "tests/support/problems.h"

namespace assay::models {
namespace {

// Enough labels for 18 runs of blocks, more than a rank alone counts at once.
const testing::SimpleCrowd& crowd() {
  static const auto out = testing::simple_crowd(60000, 300, 3, 5, 7);
  return out;
}

Problem problem_of(bool with_gold) {
  Problem problem{crowd().labels};
  if (!with_gold) return problem;
  problem.gold.assign(crowd().labels.item_count(), kNoClass);
  for (std::size_t o = 0; o < problem.gold.size(); o += 97) problem.gold[o] = crowd().truth[o];
  return problem;
}

void expect_equal(const Estimate& a, const Estimate& b) {
  EXPECT_EQ(a.posterior, b.posterior);
  EXPECT_EQ(a.prior, b.prior);
  EXPECT_EQ(a.confusion.values().size(), b.confusion.values().size());
  EXPECT_TRUE(std::ranges::equal(a.confusion.values(), b.confusion.values()));
  EXPECT_TRUE(std::ranges::equal(a.counts.values(), b.counts.values()));
  EXPECT_EQ(a.summary.objective, b.summary.objective);
  EXPECT_EQ(a.summary.iterations, b.summary.iterations);
}

// Rank 0 as the program does it: all in memory; the others take their blocks, every other one holds them.
Estimate fit_on_ranks(const Aggregator& model, const Problem& problem, int size) {
  Estimate out;
  run_rank_threads(size, [&](Communicator& ranks) {
    ThreadPool threads(1 + static_cast<std::size_t>(ranks.rank()) % 2);
    Context context{threads};
    context.ranks = &ranks;
    if (ranks.rank() == 0) {
      out = model.fit(problem, context);
    } else {
      const testing::CopyingSource file(problem.labels);
      const auto own = blocks_of_rank(file, ranks);
      const bool holds = ranks.rank() % 2 == 1;
      const HeldBlocks labels(file, own.begin, holds ? own.end : own.begin, threads);
      const auto unused = model.fit_blocks(problem, labels, context);
    }
  });
  return out;
}

class StreamingModel : public ::testing::TestWithParam<std::string> {};

TEST_P(StreamingModel, GivesTheSameBitsOnAnyNumberOfRanks) {
  const auto model = find_model(GetParam()).make({});
  for (const bool with_gold : {false, true}) {
    const Problem problem = problem_of(with_gold);
    ThreadPool threads(1);
    const Estimate alone = model->fit(problem, {threads});
    for (const int size : {1, 2, 3, 5, 17, 19}) {
      SCOPED_TRACE(std::to_string(size) + " ranks");
      expect_equal(fit_on_ranks(*model, problem, size), alone);
    }
  }
}

TEST_P(StreamingModel, GivesTheSameBitsWhenRankZeroStreamsToo) {
  const auto model = find_model(GetParam()).make({});
  const Problem problem = problem_of(false);
  ThreadPool threads(1);
  const StoreSource labels(problem.labels);
  const Estimate alone = model->fit_blocks(problem, labels, {threads}).estimate;
  run_rank_threads(3, [&](Communicator& ranks) {
    ThreadPool own(1);
    Context context{own};
    context.ranks = &ranks;
    expect_equal(model->fit_blocks(problem, labels, context).estimate, alone);
  });
}

INSTANTIATE_TEST_SUITE_P(Registry, StreamingModel, ::testing::ValuesIn(streaming_models()),
                         [](const auto& row) { return row.param; });

// Labels of which one block can't be read.
class TornLabels final : public LabelSource {
 public:
  explicit TornLabels(const LabelStore& labels) : whole_(labels) {}
  [[nodiscard]] const LabelShape& shape() const override { return whole_.shape(); }
  [[nodiscard]] std::size_t block_count() const override { return whole_.block_count(); }
  [[nodiscard]] ItemIndex first_item(std::size_t block) const override { return whole_.first_item(block); }
  [[nodiscard]] std::uint64_t labels_before(std::size_t block) const override { return whole_.labels_before(block); }
  [[nodiscard]] LabelChunk chunk(std::size_t block, LabelStore& room) const override {
    if (block + 1 == block_count()) throw bad_input("checksum does not match", "labels.assay: block 18");
    return whole_.chunk(block, room);
  }

 private:
  StoreSource whole_;
};

TEST(Ranks, AnUnreadableBlockOnOneEndsTheFitOnAll) {
  const auto model = find_model("dawid_skene").make({});
  const Problem problem = problem_of(false);
  const TornLabels labels(problem.labels);
  std::mutex mutex;
  std::vector<std::string> errors;
  run_rank_threads(3, [&](Communicator& ranks) {
    ThreadPool threads(1);
    Context context{threads};
    context.ranks = &ranks;
    try {
      const auto unused = model->fit_blocks(problem, labels, context);
    } catch (const Error& e) {
      const std::lock_guard lock(mutex);
      errors.emplace_back(e.what());
    }
    EXPECT_TRUE(ranks.failed_together());
  });
  EXPECT_EQ(errors, std::vector<std::string>(3, "labels.assay: block 18: checksum does not match (on rank 2 of 3)"));
}

// Keeps the state in memory; the process "dies" at the save after `saves` ones.
class MortalCheckpoint final : public Checkpoint {
 public:
  explicit MortalCheckpoint(int saves) : saves_left_(saves) {}
  [[nodiscard]] std::string load() override { return state; }
  void save(std::string_view bytes) override {
    if (saves_left_-- == 0) throw Error(ErrorCode::unavailable, "the disk is full");
    state = bytes;
  }
  std::string state;

 private:
  int saves_left_;
};

TEST(Ranks, GoOnFromACheckpointOnAnyNumberOfThem) {
  const auto model = find_model("dawid_skene").make({});
  const Problem problem = problem_of(true);
  const StoreSource labels(problem.labels);
  ThreadPool one(1);
  const Estimate unbroken = model->fit_blocks(problem, labels, {one}).estimate;
  for (const int saves : {1, 2, 3}) {
    std::string state;
    const auto fit = [&](int size, int saves_left) {
      run_rank_threads(size, [&](Communicator& ranks) {
        ThreadPool threads(1);
        MortalCheckpoint own(saves_left);
        own.state = state;
        SharedCheckpoint checkpoint(ranks, ranks.rank() == 0 ? &own : nullptr);
        Context context{threads};
        context.ranks = &ranks;
        context.checkpoint = &checkpoint;
        try {
          expect_equal(model->fit_blocks(problem, labels, context).estimate, unbroken);
        } catch (const Error& e) {
          // As the program does: what only one knows ends the others.
          if (!ranks.failed_together()) {
            EXPECT_THROW(ranks.agree(Stage::end, 0, &e), Error);
          }
        }
        if (ranks.rank() == 0) state = own.state;
      });
    };
    fit(3, saves);
    EXPECT_FALSE(state.empty());
    fit(2, 1000);
  }
}

TEST(Ranks, AStopOfOneIsAStopOfAll) {
  const auto model = find_model("dawid_skene").make({});
  const Problem problem = problem_of(false);
  run_rank_threads(2, [&](Communicator& ranks) {
    ThreadPool threads(1);
    const StopFlag stop{ranks.rank() == 1};
    Context context{threads};
    context.ranks = &ranks;
    context.stop = &stop;
    const StoreSource labels(problem.labels);
    EXPECT_EQ(model->fit_blocks(problem, labels, context).estimate.summary.termination, Termination::interrupted);
  });
}

}  // namespace
}  // namespace assay::models
