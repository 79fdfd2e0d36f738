#include "assay/engine/simulate.h"

#include <algorithm>
#include <vector>

#include "assay/base/error.h"

namespace assay::engine {
namespace {

constexpr std::uint64_t kBlocksAtOnce = 16;

void count(const sim::Crowd& crowd, const sim::CrowdBlock& block, SimulateResult& result) {
  result.item_count += block.truth.size();
  result.label_count += block.labels.size();
  result.gold_count += static_cast<std::uint64_t>(std::count(block.is_gold.begin(), block.is_gold.end(), true));
  result.hard_count += static_cast<std::uint64_t>(std::count(block.is_hard.begin(), block.is_hard.end(), true));
  for (const auto& label : block.labels) {
    auto& kind = result.kinds[static_cast<std::size_t>(crowd.kind(label.worker))];
    ++kind.label_count;
    if (label.label == block.truth[label.item - block.first_item]) ++kind.right_count;
  }
}

}  // namespace

SimulateResult simulate(const sim::Crowd& crowd, const std::function<void(const sim::CrowdBlock&)>& take,
                        ThreadPool& threads, Progress* progress, const StopFlag* stop) {
  SimulateResult result;
  for (std::size_t w = 0; w < crowd.worker_count(); ++w) {
    ++result.kinds[static_cast<std::size_t>(crowd.kind(static_cast<WorkerIndex>(w)))].worker_count;
  }
  std::vector<sim::CrowdBlock> blocks;
  for (std::uint64_t first = 0; first < crowd.block_count(); first += kBlocksAtOnce) {
    if (stop != nullptr && *stop) throw Error(ErrorCode::interrupted, "interrupted");
    blocks.resize(std::min(kBlocksAtOnce, crowd.block_count() - first));
    threads.run(blocks.size(), [&](std::size_t b) { crowd.make_block(first + b, blocks[b]); });
    for (const auto& block : blocks) {
      count(crowd, block, result);
      take(block);
    }
    if (progress != nullptr) progress->update("simulating", result.item_count, crowd.options().items);
  }
  return result;
}

}  // namespace assay::engine
