#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "assay/blocks/block_writer.h"
#include "assay/core/label_store_builder.h"

namespace assay::io {

/// Labels that are too many for memory, on their way into item order. Rows are kept on disk, in parts by a hash of the
/// item's name; then each part is put in order on its own, and the parts are merged by the items' first appearance. So
/// the outcome is that of reading everything into memory, at the price of writing everything twice.
class LabelSpill {
 public:
  struct Row {
    WorkerIndex worker = 0;
    ClassIndex label = 0;
    LabelStoreBuilder::Extras extras{};
  };

  /// Makes a folder of its own in `folder`; it goes with the object. Throws Error{unavailable}.
  LabelSpill(const std::string& folder, std::size_t part_count);
  ~LabelSpill();
  LabelSpill(const LabelSpill&) = delete;
  LabelSpill& operator=(const LabelSpill&) = delete;

  /// Labels of one item, after all that were added before.
  void add(std::string_view item, std::span<const Row> rows);
  [[nodiscard]] std::uint64_t label_count() const { return label_count_; }

  /// The items with their labels and names in order of first appearance: `write_items`, then `write_names`.
  /// `class_order[c]` is the final number of the class numbered c so far. Repeated labels are treated as by
  /// LabelStoreBuilder::finish. `progress(labels done)` may be empty. Throws Error{bad_input} for a repeated label
  /// where that is an error, `worker_name` gives the worker's name then; Error{limit_exceeded} when a part needs more
  /// than `memory` bytes.
  struct Target {
    std::size_t worker_count = 0;
    std::span<const ClassIndex> class_order;
    LabelStoreBuilder::Duplicates duplicates = LabelStoreBuilder::Duplicates::all;
    std::uint64_t memory = UINT64_MAX;
    std::function<std::string_view(WorkerIndex)> worker_name;
    std::function<void(std::uint64_t)> progress;
  };
  LabelStoreBuilder::DuplicateCounts sort(const Target& target);
  /// After `sort`.
  [[nodiscard]] LabelShape shape() const { return shape_; }
  void write_items(blocks::BlockWriter& to);
  void write_names(blocks::BlockWriter& to);

 private:
  class File;
  struct Part;
  [[nodiscard]] std::string path_of(std::size_t part, const char* what) const;
  void sort_part(std::size_t part, const Target& target, LabelStoreBuilder::DuplicateCounts& counts);
  void merge(const char* what, const std::function<void(File&)>& take);

  std::string folder_;
  std::vector<std::unique_ptr<File>> parts_;
  std::uint64_t run_count_ = 0;
  std::uint64_t label_count_ = 0;
  LabelShape shape_;
};

}  // namespace assay::io
