#pragma once

#include <array>
#include <cstdint>

#include "assay/base/progress.h"
#include "assay/base/threads.h"
#include "assay/sim/crowd.h"

namespace assay::engine {

/// What one kind of worker did in a simulated crowd.
struct KindCount {
  std::uint64_t worker_count = 0;
  std::uint64_t label_count = 0;
  std::uint64_t right_count = 0;  ///< labels that are the truth
};

/// What came of a simulation.
struct SimulateResult {
  std::uint64_t item_count = 0;
  std::uint64_t label_count = 0;
  std::uint64_t gold_count = 0;
  std::uint64_t hard_count = 0;
  std::array<KindCount, sim::kWorkerKindCount> kinds;
};

/// Counts what the crowd does, block by block: any number of labels in bounded memory, the same for any number of
/// threads. `progress` and `stop` may be null; throws Error{interrupted} when asked to stop.
[[nodiscard]] SimulateResult simulate(const sim::Crowd& crowd, ThreadPool& threads, Progress* progress = nullptr,
                                      const StopFlag* stop = nullptr);

}  // namespace assay::engine
