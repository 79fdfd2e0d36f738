#include "assay/models/label_tiles.h"

#include <algorithm>
#include <array>
#include <utility>

#include "assay/models/label_pass_kernel.h"

namespace assay::models {
namespace {

// Products of a tile's items: as much as a core's own cache holds, or, where workers' tables are so large that walking
// through them costs more than that, some of the shared one.
constexpr std::size_t kProductBytes = 1U << 19U;
constexpr std::size_t kMostProductBytes = 1U << 22U;
constexpr std::size_t kLargeTableBytes = 1U << 22U;
constexpr std::size_t kMostLabels = 1U << 20U;

constexpr unsigned kDigitBits = 11;
constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;

std::size_t most_items(const LabelShape& shape) {
  const std::size_t table = shape.worker_count * shape.class_count * shape.class_count * sizeof(double);
  const std::size_t bytes = table > kLargeTableBytes ? kMostProductBytes : kProductBytes;
  return std::min<std::size_t>(bytes / (shape.class_count * sizeof(double)), tile_cell::kItemMask + std::size_t{1});
}

std::vector<LabelTile> cut(const LabelSource& labels, std::size_t begin, std::size_t end) {
  const std::size_t items = most_items(labels.shape());
  std::vector<LabelTile> out;
  for (std::size_t block = begin; block < end; ++block) {
    const bool fits = !out.empty() && labels.first_item(block + 1) - labels.first_item(out.back().begin) <= items &&
                      labels.labels_before(block + 1) - labels.labels_before(out.back().begin) <= kMostLabels;
    if (!fits) out.push_back({block, block, {}});
    out.back().end = block + 1;
  }
  return out;
}

struct Entry {
  std::uint32_t row;
  std::uint32_t item;
};

// Sorts by row, entries of a row keeping their order.
void sort_by_row(std::vector<Entry>& entries, std::uint32_t most_row, std::vector<Entry>& room) {
  room.resize(entries.size());
  for (unsigned shift = 0; shift < 32 && most_row >> shift > 0; shift += kDigitBits) {
    std::array<std::size_t, kDigits> at{};
    for (const Entry& e : entries) ++at[(e.row >> shift) % kDigits];
    std::size_t before = 0;
    for (std::size_t& n : at) before += std::exchange(n, before);
    for (const Entry& e : entries) room[at[(e.row >> shift) % kDigits]++] = e;
    entries.swap(room);
  }
}

std::vector<std::uint32_t> pack(const std::vector<Entry>& entries, std::size_t item_count, std::uint32_t most_row) {
  std::vector<std::uint32_t> out;
  out.reserve(entries.size() + most_row / tile_cell::kMostRows);
  std::vector<std::uint32_t> labels_seen(item_count);
  std::uint32_t row = 0;
  for (const Entry& e : entries) {
    std::uint32_t step = e.row - row;
    for (; step >= tile_cell::kMostRows; step -= tile_cell::kMostRows)
      out.push_back(tile_cell::kMostRows << tile_cell::kStepShift);
    const std::uint32_t seen = labels_seen[e.item]++;
    const bool rescales = seen > 0 && seen % kLabelsPerRescale == 0;
    out.push_back(step << tile_cell::kStepShift | (rescales ? tile_cell::kRescaleBit : 0) | e.item);
    row = e.row;
  }
  return out;
}

void fill(const LabelSource& labels, LabelTile& tile) {
  const ItemIndex first = labels.first_item(tile.begin);
  const ItemIndex end = labels.first_item(tile.end);
  std::vector<Entry> entries;
  entries.reserve(labels.labels_before(tile.end) - labels.labels_before(tile.begin));
  LabelStore none;
  for (std::size_t b = tile.begin; b < tile.end; ++b) {
    const LabelChunk chunk = labels.chunk(b, none);
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      const auto item = static_cast<std::uint32_t>(chunk.first_item - first + i);
      for (const std::uint32_t row : chunk.rows(i)) entries.push_back({row, item});
    }
  }
  std::vector<Entry> room;
  const auto most_row = static_cast<std::uint32_t>(labels.shape().worker_count * labels.shape().class_count - 1);
  sort_by_row(entries, most_row, room);
  tile.cells = pack(entries, end - first, most_row);
}

}  // namespace

std::uint64_t LabelTiles::bytes(const LabelShape& shape, std::size_t threads) {
  // A block of more items is a tile of its own.
  const std::size_t items =
      std::min<std::size_t>(shape.item_count, std::max<std::size_t>(most_items(shape), kBlockItems));
  const std::size_t products = items * (shape.class_count + 1) * sizeof(double);
  const std::size_t sorting = std::min<std::uint64_t>(shape.label_count, kMostLabels) * 2 * sizeof(Entry);
  return shape.label_count * sizeof(std::uint32_t) + threads * std::max(products, sorting);
}

LabelTiles::LabelTiles(const LabelSource& labels, const std::vector<std::size_t>& runs, std::size_t first,
                       std::size_t end, ThreadPool& threads)
    : first_(first) {
  std::vector<LabelTile*> all;
  for (std::size_t r = first; r < end; ++r) tiles_.push_back(cut(labels, runs[r], runs[r + 1]));
  for (auto& of_run : tiles_) {
    for (LabelTile& tile : of_run) all.push_back(&tile);
  }
  threads.run(all.size(), [&](std::size_t t) { fill(labels, *all[t]); });
}

}  // namespace assay::models
