#include "assay/base/threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace assay {
namespace {

TEST(ThreadPool, RunsEveryPieceOnce) {
  for (const std::size_t threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.thread_count(), threads);
    for (const std::size_t count : {0, 1, 3, 1000}) {
      std::vector<std::atomic<int>> runs(count);
      pool.run(count, [&](std::size_t i) { ++runs[i]; });
      for (const auto& times : runs) EXPECT_EQ(times, 1);
    }
  }
}

TEST(ThreadPool, RethrowsAndStaysUsable) {
  ThreadPool pool(3);
  EXPECT_THROW(pool.run(50,
                        [](std::size_t i) {
                          if (i == 17) throw std::runtime_error("17");
                        }),
               std::runtime_error);
  std::atomic<int> runs = 0;
  pool.run(10, [&](std::size_t) { ++runs; });
  EXPECT_EQ(runs, 10);
}

TEST(ThreadPool, ZeroTakesTheMachinesCores) { EXPECT_GE(ThreadPool(0).thread_count(), 1u); }

}  // namespace
}  // namespace assay
