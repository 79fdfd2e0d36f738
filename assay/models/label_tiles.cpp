#include "assay/models/label_tiles.h"

#include <algorithm>
#include <array>
#include <utility>

#include "assay/models/block_step.h"
#include "assay/models/label_pass_kernel.h"

namespace assay::models {
namespace {

// Products of a tile's items: as much as a core's own cache holds, or, where workers' tables are so large that walking
// through them costs more than that, some of the shared one.
constexpr std::size_t kProductBytes = 1U << 19U;
constexpr std::size_t kMostProductBytes = 1U << 22U;
constexpr std::size_t kMostLabels = 1U << 20U;

constexpr unsigned kDigitBits = 11;
constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;

std::size_t most_items(const LabelShape& shape) {
  const bool is_far = table_bytes(shape.worker_count, shape.class_count) > kFarTableBytes;
  const std::size_t bytes = is_far ? kMostProductBytes : kProductBytes;
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

// What one thread needs to make tiles, one after the other.
struct Room {
  std::vector<Entry> entries, sorted;
  std::vector<std::uint32_t> at;           // by row
  std::vector<std::uint32_t> labels_seen;  // by item
};

// Moves entries to their places by `key`, of which there are `at.size()`; equal ones keep their order.
template <typename Places, typename Key>
void scatter(const std::vector<Entry>& from, Places& at, std::vector<Entry>& to, Key key) {
  std::fill(at.begin(), at.end(), 0);
  for (const Entry& e : from) ++at[key(e)];
  std::uint32_t before = 0;
  for (std::uint32_t& n : at) before += std::exchange(n, before);
  for (const Entry& e : from) to[at[key(e)]++] = e;
}

// Sorts the entries by row, those of a row keeping their order: at once where there are few rows, else by their digits.
void sort_by_row(Room& room, std::uint32_t row_count) {
  room.sorted.resize(room.entries.size());
  if (row_count <= room.entries.size()) {
    room.at.resize(row_count);
    scatter(room.entries, room.at, room.sorted, [](const Entry& e) { return e.row; });
    room.entries.swap(room.sorted);
    return;
  }
  std::array<std::uint32_t, kDigits> at;
  for (unsigned shift = 0; shift < 32 && (row_count - 1) >> shift > 0; shift += kDigitBits) {
    scatter(room.entries, at, room.sorted, [shift](const Entry& e) { return (e.row >> shift) % kDigits; });
    room.entries.swap(room.sorted);
  }
}

std::vector<std::uint32_t> pack(const std::vector<Entry>& entries, std::uint32_t row_count,
                                std::vector<std::uint32_t>& labels_seen) {
  std::vector<std::uint32_t> out;
  out.reserve(entries.size() + row_count / tile_cell::kMostRows);
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

void fill(const LabelSource& labels, LabelTile& tile, Room& room) {
  const ItemIndex first = labels.first_item(tile.begin);
  const ItemIndex end = labels.first_item(tile.end);
  room.entries.clear();
  LabelStore none;
  for (std::size_t b = tile.begin; b < tile.end; ++b) {
    const LabelChunk chunk = labels.chunk(b, none);
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      const auto item = static_cast<std::uint32_t>(chunk.first_item - first + i);
      for (const std::uint32_t row : chunk.rows(i)) room.entries.push_back({row, item});
    }
  }
  const auto row_count = static_cast<std::uint32_t>(labels.shape().worker_count * labels.shape().class_count);
  sort_by_row(room, row_count);
  room.labels_seen.assign(end - first, 0);
  tile.cells = pack(room.entries, row_count, room.labels_seen);
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
  const std::size_t parts = threads.thread_count();
  threads.run(parts, [&](std::size_t part) {
    Room room;
    for (std::size_t t = part; t < all.size(); t += parts) fill(labels, *all[t], room);
  });
}

}  // namespace assay::models
