#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "assay/io/csv_reader.h"
#include "assay/io/label_collector.h"
#include "assay/io/text_blocks.h"
#include "assay/io/text_table.h"

namespace assay::io {

/// Reads one JSON object a line (JSONL) into the collector. Texts, numbers, true, false and null may be values of the
/// fields used; others are passed over.
void read_json_labels(TextBlocks& text, const ReadingOptions& options, LabelCollector& to, ThreadPool& threads,
                      const BlockDone& block_done);

/// The same as a table whose columns are the fields of the first lines, in order of appearance.
[[nodiscard]] TextTable read_json_table(TextBlocks& text);

}  // namespace assay::io
