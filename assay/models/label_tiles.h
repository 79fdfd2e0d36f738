#pragma once

#include <cstdint>
#include <vector>

#include "assay/base/threads.h"
#include "assay/core/label_source.h"

namespace assay::models {

/// One label in a tile, 4 bytes: which item of the tile, whether the item's product is rescaled before it, and how many
/// rows of [worker][given] lie between its row and that of the cell before. A step of kMostRows is a cell without
/// label.
namespace tile_cell {
inline constexpr std::uint32_t kItemBits = 17;
inline constexpr std::uint32_t kItemMask = (1U << kItemBits) - 1;
inline constexpr std::uint32_t kRescaleBit = 1U << kItemBits;
inline constexpr std::uint32_t kStepShift = kItemBits + 1;
inline constexpr std::uint32_t kMostRows = (1U << (32 - kStepShift)) - 1;
}  // namespace tile_cell

/// The labels of consecutive blocks, in ascending order of their rows and, within a row, of their items.
struct LabelTile {
  std::size_t begin = 0;  ///< first block
  std::size_t end = 0;    ///< block after the last
  std::vector<std::uint32_t> cells;
};

/// Labels in memory, put in an order in which a pass walks once through the tables of workers for some ten thousand
/// items, whose products stay in a cache, instead of jumping in the tables at every label: for tables that a core's own
/// cache does not hold. About 4 bytes a label. Time O(labels) to make.
class LabelTiles {
 public:
  /// Of the runs [first, end) that runs[r] .. runs[r + 1], block numbers, stand for. `labels` holds them in memory.
  LabelTiles(const LabelSource& labels, const std::vector<std::size_t>& runs, std::size_t first, std::size_t end,
             ThreadPool& threads);

  /// What tiles of all labels take, with what is needed to make and to count them on so many threads.
  [[nodiscard]] static std::uint64_t bytes(const LabelShape& shape, std::size_t threads);

  /// The tiles of a run, in order; together they hold its blocks.
  [[nodiscard]] const std::vector<LabelTile>& of_run(std::size_t run) const { return tiles_[run - first_]; }

 private:
  std::size_t first_;
  std::vector<std::vector<LabelTile>> tiles_;
};

}  // namespace assay::models
