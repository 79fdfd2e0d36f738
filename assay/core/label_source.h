#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "assay/base/threads.h"
#include "assay/core/ids.h"
#include "assay/core/label_store.h"

namespace assay {

/// How much a source of labels holds.
struct LabelShape {
  std::uint64_t item_count = 0;
  std::uint64_t worker_count = 0;
  std::uint64_t class_count = 0;
  std::uint64_t label_count = 0;
  bool has_weights = false;
  bool has_times = false;
  bool has_seconds = false;
};

/// The labels of consecutive items: those numbered [begin, end) in `store`, which are the items
/// [first_item, first_item + size()) of the whole.
struct LabelChunk {
  const LabelStore& store;
  ItemIndex begin = 0;
  ItemIndex end = 0;
  ItemIndex first_item = 0;

  [[nodiscard]] std::size_t size() const { return end - begin; }
  [[nodiscard]] std::span<const std::uint32_t> rows(std::size_t i) const {
    return store.rows(begin + static_cast<ItemIndex>(i));
  }
  /// Number of the first entry of the chunk's i-th item in the columns of `store`.
  [[nodiscard]] std::uint64_t offset(std::size_t i) const { return store.offset(begin + static_cast<ItemIndex>(i)); }
};

/// Where a block ends follows from the labels alone: after the item with which it has kBlockLabels labels or
/// kBlockItems items. So labels in memory and the same labels on disk have the same blocks, and sums taken block by
/// block in order have the same bits.
inline constexpr std::uint64_t kBlockLabels = 1 << 14;
inline constexpr std::uint64_t kBlockItems = 1 << 14;

/// Labels that are taken block by block, from memory or from a file. A block holds whole items, in item order.
class LabelSource {
 public:
  virtual ~LabelSource() = default;
  [[nodiscard]] virtual const LabelShape& shape() const = 0;
  [[nodiscard]] virtual std::size_t block_count() const = 0;
  /// The first item of a block; the number of items for block_count().
  [[nodiscard]] virtual ItemIndex first_item(std::size_t block) const = 0;
  /// Labels in the blocks before; the number of labels for block_count().
  [[nodiscard]] virtual std::uint64_t labels_before(std::size_t block) const = 0;
  /// The labels of a block, valid while `room` is left alone: sources that must read them do so into `room`, whose
  /// memory is used again. May be called from many threads, each with its own room. Throws Error naming the block when
  /// it can't be read.
  [[nodiscard]] virtual LabelChunk chunk(std::size_t block, LabelStore& room) const = 0;
  /// Whether the blocks [begin, end) lie in memory, one after the other in one store: taking them costs nothing.
  [[nodiscard]] virtual bool holds(std::size_t /*begin*/, std::size_t /*end*/) const { return false; }
};

/// The blocks of labels in memory.
class StoreSource final : public LabelSource {
 public:
  /// `labels` must outlive it.
  explicit StoreSource(const LabelStore& labels);
  [[nodiscard]] const LabelShape& shape() const override { return shape_; }
  [[nodiscard]] std::size_t block_count() const override { return borders_.size() - 1; }
  [[nodiscard]] ItemIndex first_item(std::size_t block) const override { return borders_[block]; }
  [[nodiscard]] std::uint64_t labels_before(std::size_t block) const override;
  [[nodiscard]] LabelChunk chunk(std::size_t block, LabelStore& room) const override;
  [[nodiscard]] bool holds(std::size_t /*begin*/, std::size_t /*end*/) const override { return true; }

 private:
  const LabelStore& labels_;
  LabelShape shape_;
  std::vector<ItemIndex> borders_;
};

/// The labels of the blocks [begin, end) as one store, read on all threads; item numbers start at 0.
[[nodiscard]] LabelStore read_blocks(const LabelSource& labels, std::size_t begin, std::size_t end,
                                     ThreadPool& threads);

/// Labels of which some blocks are held in memory; the others are taken from where they are.
class HeldBlocks final : public LabelSource {
 public:
  /// Reads the blocks [begin, end) of `whole`, which must outlive it.
  HeldBlocks(const LabelSource& whole, std::size_t begin, std::size_t end, ThreadPool& threads);
  [[nodiscard]] const LabelShape& shape() const override { return whole_.shape(); }
  [[nodiscard]] std::size_t block_count() const override { return whole_.block_count(); }
  [[nodiscard]] ItemIndex first_item(std::size_t block) const override { return whole_.first_item(block); }
  [[nodiscard]] std::uint64_t labels_before(std::size_t block) const override { return whole_.labels_before(block); }
  [[nodiscard]] LabelChunk chunk(std::size_t block, LabelStore& room) const override;
  [[nodiscard]] bool holds(std::size_t begin, std::size_t end) const override { return begin_ <= begin && end <= end_; }

 private:
  const LabelSource& whole_;
  std::size_t begin_;
  std::size_t end_;
  LabelStore held_;
};

/// `part_count` runs of blocks with about equally many labels each, as part_count + 1 block numbers. A function of the
/// labels alone.
[[nodiscard]] std::vector<std::size_t> cut_blocks(const LabelSource& labels, std::size_t part_count);

/// A number that tells labels apart: over every entry, weight, time and work time and the items' sizes, whether they
/// lie in memory or on disk. Reads everything once.
[[nodiscard]] std::uint64_t fingerprint(const LabelSource& labels);

}  // namespace assay
