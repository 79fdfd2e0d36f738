#include "assay/io/crowd_blocks.h"

#include <algorithm>
#include <vector>

#include "assay/base/error.h"
#include "assay/blocks/block_writer.h"

namespace assay::io {
namespace {

using blocks::BlockWriter;

constexpr std::uint64_t kBlocksAtOnce = 16;

void add_block(const sim::Crowd& crowd, const sim::CrowdBlock& block, BlockWriter& to) {
  const std::size_t k = crowd.class_names().size();
  std::vector<std::uint32_t> rows;
  std::vector<BlockWriter::Extras> extras;
  std::size_t at = 0;
  for (std::size_t i = 0; i < block.truth.size(); ++i) {
    const auto item = block.first_item + static_cast<ItemIndex>(i);
    rows.clear();
    extras.clear();
    for (; at < block.labels.size() && block.labels[at].item == item; ++at) {
      const Label& label = block.labels[at];
      rows.push_back(static_cast<std::uint32_t>(label.worker * k + label.label));
      if (block.times.empty()) continue;
      BlockWriter::Extras extra;
      extra.time = block.times[at];
      extras.push_back(extra);
    }
    to.add_item(rows, extras);
  }
}

}  // namespace

void write_crowd_blocks(const std::string& path, const sim::Crowd& crowd, ThreadPool& threads, Progress* progress,
                        const StopFlag* stop) {
  const std::uint64_t items = crowd.options().items;
  LabelShape shape;
  shape.class_count = crowd.class_names().size();
  shape.has_times = crowd.options().times;
  BlockWriter writer(path, shape);
  std::vector<sim::CrowdBlock> blocks;
  for (std::uint64_t first = 0; first < crowd.block_count(); first += kBlocksAtOnce) {
    if (stop != nullptr && *stop) throw Error(ErrorCode::interrupted, "interrupted");
    blocks.resize(std::min(kBlocksAtOnce, crowd.block_count() - first));
    threads.run(blocks.size(), [&](std::size_t b) { crowd.make_block(first + b, blocks[b]); });
    for (const auto& block : blocks) add_block(crowd, block, writer);
    if (progress != nullptr) progress->update("writing", writer.item_count(), items);
  }
  for (std::uint64_t o = 0; o < items; ++o) writer.add_item_name(crowd.item_name(static_cast<ItemIndex>(o)));
  std::string name;
  blocks::ReadingCounts reading;
  reading.row_count = writer.label_count();
  writer.finish(
      crowd.worker_count(),
      [&](std::uint64_t w) {
        name = crowd.worker_name(static_cast<WorkerIndex>(w));
        return std::string_view(name);
      },
      crowd.class_names(), reading);
}

}  // namespace assay::io
