#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/base/progress.h"
#include "assay/blocks/block_file.h"
#include "assay/core/label_table.h"
#include "assay/io/table.h"

namespace assay::io {

/// Labels in blocks with the names that belong to them, from memory or from a file. Everything must outlive it.
struct NamedLabels {
  const LabelSource& labels;
  const NameTable& workers;
  const ClassSet& classes;
  /// The names of a block's items, valid until the next call with the same vector; from any thread.
  std::function<void(std::size_t block, std::vector<std::string_view>& names)> item_names;
  /// Says that the names of a block are not needed for now.
  std::function<void(std::size_t block)> release = [](std::size_t) {};
};
[[nodiscard]] NamedLabels named(const LabelTable& table, const StoreSource& source);
[[nodiscard]] NamedLabels named(const LabelTable& known, const blocks::BlockFile& file);

/// The table of labels: worker, item, label, and weight, time, seconds where there are any. Rows are in item order.
[[nodiscard]] Table labels_table(const NamedLabels& labels);

/// Writes labels as a .assay file over `path`; returns its size in bytes. `progress` may be null.
std::uint64_t write_block_file(const std::string& path, const NamedLabels& labels, const ReadingReport& reading,
                               Progress* progress);

}  // namespace assay::io
