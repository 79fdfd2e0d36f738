#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "assay/io/report_stored.h"
#include "assay/io/small_files.h"

namespace assay::io {

/// A truth matched to a stored estimate.
struct StoredTruth {
  GoldLabels truth;                      ///< size = items of the estimate
  std::uint64_t unknown_item_count = 0;  ///< stated items that the estimate lacks
  std::vector<std::string> new_classes;  ///< classes that only the truth names
};

/// Matches `stated` by name. Classes that the estimate lacks are added to it behind its own, with probability 0 and
/// costs of 0 or 1, so that such items count as wrong; this drops labels that were added before. `except` are items to
/// leave out. Throws Error{bad_input} when an item has two truths, or when the estimate has none of the items.
[[nodiscard]] StoredTruth match_truth(StoredEstimate& stored, const std::vector<StatedLabel>& stated,
                                      const std::vector<StatedLabel>& except = {});

/// Gives `stored` its labels: from the file `labels`, or when that is empty from those that the summary names, read
/// with the options that it records. Returns what went wrong, in words, when the latter can't be read any more.
[[nodiscard]] std::string restore_labels(StoredEstimate& stored, const std::string& labels, ThreadPool& threads,
                                         Progress* progress);

}  // namespace assay::io
