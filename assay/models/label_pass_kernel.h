#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/ids.h"

namespace assay::models {

/// What the innermost loop of an E-step works on, as plain arrays. K classes.
struct KernelTask {
  const std::uint64_t* offsets;  ///< item o has the entries [offsets[o], offsets[o + 1])
  const std::uint32_t* entries;  ///< row numbers worker * K + label
  ItemIndex begin, end;          ///< the items at hand
  std::size_t class_count;
  const double* prior;  ///< K factors, each at least 1e-30
  const double* table;  ///< rows of K factors, each at least 1e-30; not looked at when `pairs` is given
  double* counts;       ///< rows of K soft counts, laid out as the table; null when only posteriors are wanted
  double* classes;      ///< K soft counts
  double* posterior;    ///< rows of K, the first for item `begin`; null when not wanted
  /// Rows of K factors and K soft counts side by side, instead of both: for tables that exceed all caches, where each
  /// row fetched from afar is then fetched once. Null when not wanted.
  double* pairs;
  /// The tables exceed a core's own cache: rows that later items need are fetched in advance, and an item's factors are
  /// multiplied in ascending order of their rows, as in tiles.
  bool far;
};

/// Labels of an item after which its product is rescaled: factors are at least 1e-30, so 8 of them stay above the
/// smallest double.
inline constexpr std::size_t kLabelsPerRescale = 8;

/// Counts items without gold whose labels weigh 1, as LabelPass describes it. Returns the sum over them of log
/// evidence. Written once and compiled for several instruction sets, of which the best one that the machine has is
/// taken; sums are never contracted or reordered, so that all give the same bits.
double run_kernel(const KernelTask& task);

/// The same for a tile (label_tiles.h), with the bits that run_kernel finds for its blocks one after the other where
/// `far` is set.
struct TileTask {
  const std::uint32_t* cells;
  std::size_t cell_count;
  const std::uint64_t* offsets;  ///< of the tile's items, as of all items: only their differences count
  const ItemIndex* blocks;       ///< first item of each block of the tile, and the end
  std::size_t block_count;
  std::size_t class_count;
  const double* prior;  ///< as in KernelTask, and so the others
  const double* table;
  double* counts;
  double* classes;
  double* posterior;
  double* products;         ///< room for K numbers an item
  std::int64_t* exponents;  ///< room for one number an item
  double* log_evidence;     ///< each block's sum is added to it
};

void run_tile(const TileTask& task);

}  // namespace assay::models
