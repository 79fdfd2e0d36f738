#pragma once

#include <string>
#include <vector>

#include "assay/blocks/block_file.h"
#include "assay/io/csv_reader.h"
#include "assay/io/label_collector.h"
#include "assay/io/reading_options.h"

namespace assay::io {

/// Whether `paths` are one .assay file whose labels the options leave as they are, so that it can be taken over without
/// looking at each row.
[[nodiscard]] bool is_whole_block_file(const std::vector<std::string>& paths, const ReadingOptions& options);

/// The labels of a .assay file row by row, as those of any other format.
void read_block_labels(const std::string& path, LabelCollector& to, const BlockDone& block_done);

/// The table of a .assay file, with the file as its source.
[[nodiscard]] LabelTable read_block_table(const std::string& path, ThreadPool& threads);

/// What is known of the file without reading its labels: names of workers and classes, and how it was read. The label
/// store has the numbers of workers and classes but no item.
[[nodiscard]] LabelTable describe_blocks(const blocks::BlockFile& file);

}  // namespace assay::io
