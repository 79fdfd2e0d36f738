#pragma once

#include <utility>

#include "assay/core/label_source.h"

namespace assay::testing {

/// Hands out copies of the blocks of labels in memory, as a file does.
class CopyingSource final : public LabelSource {
 public:
  explicit CopyingSource(const LabelStore& labels) : labels_(labels) {}
  [[nodiscard]] const LabelShape& shape() const override { return labels_.shape(); }
  [[nodiscard]] std::size_t block_count() const override { return labels_.block_count(); }
  [[nodiscard]] ItemIndex first_item(std::size_t block) const override { return labels_.first_item(block); }
  [[nodiscard]] std::uint64_t labels_before(std::size_t block) const override { return labels_.labels_before(block); }
  [[nodiscard]] LabelChunk chunk(std::size_t block, LabelStore& room) const override {
    LabelStore none;
    const LabelChunk whole = labels_.chunk(block, none);
    LabelColumns columns = room.release();
    columns.offsets.assign(1, 0);
    columns.entries.clear();
    for (std::size_t i = 0; i < whole.size(); ++i) {
      columns.entries.insert(columns.entries.end(), whole.rows(i).begin(), whole.rows(i).end());
      columns.offsets.push_back(columns.entries.size());
    }
    room = LabelStore(shape().worker_count, shape().class_count, std::move(columns));
    return {room, 0, static_cast<ItemIndex>(whole.size()), whole.first_item};
  }

 private:
  StoreSource labels_;
};

}  // namespace assay::testing
