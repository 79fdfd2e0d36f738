#include "assay/core/label_source.h"

#include <algorithm>
#include <array>

#include "assay/base/hash.h"

namespace assay {
namespace {

constexpr std::size_t kReadingParts = 8;  // a thread

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

LabelStore read_blocks(const LabelSource& labels, std::size_t begin, std::size_t end, ThreadPool& threads) {
  const LabelShape& shape = labels.shape();
  const ItemIndex first = labels.first_item(begin);
  const std::uint64_t before = labels.labels_before(begin);
  const std::uint64_t count = labels.labels_before(end) - before;
  LabelColumns to;
  to.offsets.resize(labels.first_item(end) - first + std::size_t{1});
  to.entries.resize(count);
  to.weights.resize(shape.has_weights ? count : 0);
  to.times.resize(shape.has_times ? count : 0);
  to.seconds.resize(shape.has_seconds ? count : 0);
  const auto put = [](auto& column, std::uint64_t at, auto values) {
    std::copy(values.begin(), values.end(), column.begin() + static_cast<std::ptrdiff_t>(at));
  };
  const std::size_t parts = std::min(end - begin, kReadingParts * threads.thread_count());
  threads.run(parts, [&](std::size_t p) {
    LabelStore room;
    for (std::size_t b = begin + (end - begin) * p / parts; b < begin + (end - begin) * (p + 1) / parts; ++b) {
      const LabelChunk chunk = labels.chunk(b, room);
      const std::uint64_t at = labels.labels_before(b) - before;
      const std::size_t item = chunk.first_item - first;
      for (std::size_t i = 1; i <= chunk.size(); ++i) to.offsets[item + i] = at + chunk.offset(i) - chunk.offset(0);
      put(to.entries, at, part(chunk.store.entries(), chunk));
      put(to.weights, at, part(chunk.store.weights(), chunk));
      put(to.times, at, part(chunk.store.times(), chunk));
      put(to.seconds, at, part(chunk.store.seconds(), chunk));
    }
  });
  return {shape.worker_count, shape.class_count, std::move(to)};
}

HeldBlocks::HeldBlocks(const LabelSource& whole, std::size_t begin, std::size_t end, ThreadPool& threads)
    : whole_(whole), begin_(begin), end_(end), held_(read_blocks(whole, begin, end, threads)) {}

LabelChunk HeldBlocks::chunk(std::size_t block, LabelStore& room) const {
  if (!holds(block, block + 1)) return whole_.chunk(block, room);
  const ItemIndex base = first_item(begin_);
  return {held_, first_item(block) - base, first_item(block + 1) - base, first_item(block)};
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
