#pragma once

#include <functional>

#include "assay/base/threads.h"
#include "assay/io/dialect.h"
#include "assay/io/label_collector.h"
#include "assay/io/reading_options.h"
#include "assay/io/text_blocks.h"

namespace assay::io {

/// Called after each block; reports progress and may throw to stop.
using BlockDone = std::function<void()>;

/// Reads delimited text (CSV, TSV, MTurk batch results, Toloka assignments, header-less files) into the collector.
void read_delimited(TextBlocks& text, const Dialect& dialect, const ReadingOptions& options, LabelCollector& to,
                    ThreadPool& threads, const BlockDone& block_done);

}  // namespace assay::io
