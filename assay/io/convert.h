#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/base/progress.h"
#include "assay/base/threads.h"
#include "assay/blocks/block_file.h"
#include "assay/core/label_table.h"
#include "assay/io/reading_options.h"
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

/// What `spill_to_blocks` wrote.
struct SpilledFile {
  LabelShape shape;
  std::uint64_t byte_count = 0;
  ReadingReport reading;
};

/// Reads labels of any format and writes them as a .assay file over `path`, with the bytes that reading them into
/// memory would give, in about `memory` bytes: labels wait in a folder of their own in `scratch`, where they take about
/// as much room as the files. Only the names of workers must fit. Throws Error{limit_exceeded} when the bound is too
/// tight, and as read_labels does; a repeated label that is an error is told without its line.
SpilledFile spill_to_blocks(const std::vector<std::string>& paths, const ReadingOptions& options,
                            const std::string& path, const std::string& scratch, std::uint64_t memory,
                            ThreadPool& threads, Progress* progress);

/// Whether labels read from `paths` are sure to fit in `memory` bytes, going by the sizes of the files.
[[nodiscard]] bool fit_in_memory(const std::vector<std::string>& paths, std::uint64_t memory);

}  // namespace assay::io
