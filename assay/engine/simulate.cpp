#include "assay/engine/simulate.h"

#include <algorithm>
#include <vector>

#include "assay/base/error.h"

namespace assay::engine {
namespace {

constexpr std::uint64_t kBlocksAtOnce = 64;

std::uint64_t count_true(const std::vector<bool>& values) {
  return static_cast<std::uint64_t>(std::count(values.begin(), values.end(), true));
}

SimulateResult count_block(const sim::Crowd& crowd, std::uint64_t index) {
  sim::CrowdBlock block;
  crowd.make_block(index, block);
  SimulateResult result;
  result.item_count = block.truth.size();
  result.label_count = block.labels.size();
  result.gold_count = count_true(block.is_gold);
  result.hard_count = count_true(block.is_hard);
  for (const auto& label : block.labels) {
    auto& kind = result.kinds[static_cast<std::size_t>(crowd.kind(label.worker))];
    ++kind.label_count;
    if (label.label == block.truth[label.item - block.first_item]) ++kind.right_count;
  }
  return result;
}

void add(SimulateResult& to, const SimulateResult& block) {
  to.item_count += block.item_count;
  to.label_count += block.label_count;
  to.gold_count += block.gold_count;
  to.hard_count += block.hard_count;
  for (std::size_t i = 0; i < to.kinds.size(); ++i) {
    to.kinds[i].label_count += block.kinds[i].label_count;
    to.kinds[i].right_count += block.kinds[i].right_count;
  }
}

}  // namespace

SimulateResult simulate(const sim::Crowd& crowd, ThreadPool& threads, Progress* progress, const StopFlag* stop) {
  SimulateResult result;
  for (std::size_t w = 0; w < crowd.worker_count(); ++w) {
    ++result.kinds[static_cast<std::size_t>(crowd.kind(static_cast<WorkerIndex>(w)))].worker_count;
  }
  std::vector<SimulateResult> blocks;
  for (std::uint64_t first = 0; first < crowd.block_count(); first += kBlocksAtOnce) {
    if (stop != nullptr && *stop) throw Error(ErrorCode::interrupted, "interrupted");
    blocks.resize(std::min(kBlocksAtOnce, crowd.block_count() - first));
    threads.run(blocks.size(), [&](std::size_t b) { blocks[b] = count_block(crowd, first + b); });
    for (const auto& block : blocks) add(result, block);
    if (progress != nullptr) progress->update("simulating", result.item_count, crowd.options().items);
  }
  return result;
}

}  // namespace assay::engine
