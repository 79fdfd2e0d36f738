#pragma once

#include <string>
#include <vector>

#include "assay/base/progress.h"
#include "assay/base/threads.h"
#include "assay/core/label_table.h"
#include "assay/io/label_collector.h"
#include "assay/io/reading_options.h"

namespace assay::io {

/// Reads labels from files ("-" is standard input), one after the other as if they were one; formats may differ.
/// Throws Error with file:line:column. `progress` may be null.
[[nodiscard]] LabelTable read_labels(const std::vector<std::string>& paths, const ReadingOptions& options,
                                     ThreadPool& threads, Progress* progress = nullptr);

/// The same into a collector, which may be given gold and classes besides.
void read_labels_into(const std::vector<std::string>& paths, const ReadingOptions& options, LabelCollector& to,
                      ThreadPool& threads, Progress* progress);

/// One text in memory, as if it were the file `name`; for tests and fuzzers.
[[nodiscard]] LabelsWithGold read_labels_text(const std::string& bytes, const std::string& name,
                                              const ReadingOptions& options, ThreadPool& threads);

}  // namespace assay::io
