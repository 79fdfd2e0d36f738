#pragma once

#include <cstdio>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "assay/blocks/layout.h"
#include "assay/core/label_source.h"

namespace assay::blocks {

/// Writes a .assay file with the memory of a block: first the labels of every item in order, then the items' names in
/// the same order, then `finish`. Throws Error{unavailable} when the disk does.
class BlockWriter {
 public:
  /// One label. `row` is worker * class_count + label.
  struct Extras {
    float weight = 1;
    double time = 0;
    float seconds = 0;
  };

  /// Writes over `path`. `shape`: classes and which columns there are; its counts of items, workers and labels follow
  /// from what is added.
  BlockWriter(std::string path, const LabelShape& shape);

  /// The labels of the next item; `extras` is empty when there are no such columns, else as long as `rows`.
  void add_item(std::span<const std::uint32_t> rows, std::span<const Extras> extras = {});
  /// The name of the next item; after all labels.
  void add_item_name(std::string_view name);
  /// The rest of the file; one name for every item must have been added.
  void finish(std::uint64_t worker_count, const std::function<std::string_view(std::uint64_t)>& worker_name,
              const std::vector<std::string>& class_names, const ReadingCounts& reading);

  [[nodiscard]] std::uint64_t item_count() const { return shape_.item_count; }
  [[nodiscard]] std::uint64_t label_count() const { return shape_.label_count; }
  [[nodiscard]] std::uint64_t byte_count() const { return at_; }

 private:
  void end_labels();
  void end_names(BlockKind kind, std::uint32_t first);
  void append(std::string_view bytes);
  void add_block(BlockKind kind, std::uint32_t first, std::uint64_t labels_before, std::string_view bytes);

  std::string path_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
  LabelShape shape_;
  std::uint64_t at_ = 0;
  std::vector<BlockEntry> entries_;
  std::size_t label_blocks_ = 0;
  LabelColumns block_{{0}, {}};
  std::uint64_t first_item_ = 0;  // of the block at hand
  std::uint64_t named_items_ = 0;
  std::string characters_;  // of the names at hand
  std::vector<std::size_t> name_ends_;
};

}  // namespace assay::blocks
