#include "assay/core/label_source.h"

#include <algorithm>
#include <array>

#include "assay/base/hash.h"

namespace assay {
namespace {

// The part of a column that a chunk covers; columns may be absent.
template <typename T>
std::span<const T> part(std::span<const T> column, const LabelChunk& chunk) {
  if (column.empty()) return {};
  return column.subspan(chunk.offset(0), chunk.offset(chunk.size()) - chunk.offset(0));
}

std::uint64_t hash_of_chunk(const LabelChunk& chunk, std::uint64_t seed) {
  std::vector<std::uint32_t> sizes(chunk.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) sizes[i] = static_cast<std::uint32_t>(chunk.rows(i).size());
  std::uint64_t out = hash_of(std::span<const std::uint32_t>(sizes), seed);
  if (sizes.empty()) return out;
  out = hash_of(part(chunk.store.entries(), chunk), out);
  out = hash_of(part(chunk.store.weights(), chunk), out);
  out = hash_of(part(chunk.store.times(), chunk), out);
  return hash_of(part(chunk.store.seconds(), chunk), out);
}

}  // namespace

StoreSource::StoreSource(const LabelStore& labels) : labels_(labels), borders_{0} {
  shape_ = {labels.item_count(),       labels.worker_count(),   labels.class_count(),     labels.label_count(),
            !labels.weights().empty(), !labels.times().empty(), !labels.seconds().empty()};
  const auto offsets = labels.offsets();
  const std::size_t items = labels.item_count();
  for (std::size_t begin = 0; begin < items;) {
    const std::size_t last = std::min<std::size_t>(items, begin + kBlockItems);
    const auto first = offsets.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto end =
        std::lower_bound(first, offsets.begin() + static_cast<std::ptrdiff_t>(last), offsets[begin] + kBlockLabels);
    begin = static_cast<std::size_t>(end - offsets.begin());
    borders_.push_back(static_cast<ItemIndex>(begin));
  }
}

std::uint64_t StoreSource::labels_before(std::size_t block) const {
  return borders_[block] == 0 ? 0 : labels_.offset(borders_[block]);
}

LabelChunk StoreSource::chunk(std::size_t block, LabelStore& /*room*/) const {
  return {labels_, borders_[block], borders_[block + 1], borders_[block]};
}

std::vector<std::size_t> cut_blocks(const LabelSource& labels, std::size_t part_count) {
  std::vector<std::size_t> out(part_count + 1, labels.block_count());
  out[0] = 0;
  std::size_t block = 0;
  for (std::size_t p = 1; p < part_count; ++p) {
    const std::uint64_t target = labels.shape().label_count / part_count * p;
    while (block < labels.block_count() && labels.labels_before(block) < target) ++block;
    out[p] = block;
  }
  return out;
}

std::uint64_t fingerprint(const LabelSource& labels) {
  const LabelShape& shape = labels.shape();
  const std::array<std::uint64_t, 4> sizes = {shape.item_count, shape.worker_count, shape.class_count,
                                              shape.label_count};
  std::uint64_t out = hash_of(std::span<const std::uint64_t>(sizes), 0);
  LabelStore room;
  for (std::size_t b = 0; b < labels.block_count(); ++b) out = hash_of_chunk(labels.chunk(b, room), out);
  return out;
}

}  // namespace assay
