#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "assay/core/class_set.h"
#include "assay/core/ids.h"
#include "assay/core/label_store.h"
#include "assay/core/name_table.h"

namespace assay {

/// What reading left to be said: counts and warnings that summaries repeat.
struct ReadingReport {
  std::vector<std::string> sources;       ///< file names as given
  std::string format;                     ///< "csv", "mturk_batch", ...
  std::uint64_t row_count = 0;            ///< data rows seen
  std::uint64_t missing_count = 0;        ///< rows left out because the label is empty or a missing value
  std::uint64_t rejected_count = 0;       ///< MTurk rows left out because the assignment was rejected
  std::uint64_t repeated_count = 0;       ///< labels beyond the first of a (worker, item) pair
  std::uint64_t contradicting_count = 0;  ///< those that differ from the first
  std::vector<std::string> warnings;
};

/// Labels with the names of their items, workers and classes.
struct LabelTable {
  NameTable items;
  NameTable workers;
  ClassSet classes;
  LabelStore labels;
  ReadingReport reading;
};

/// The truth of items as known beforehand or for evaluation: one class an item, kNoClass where unknown; size = items.
using GoldLabels = std::vector<ClassIndex>;

}  // namespace assay
