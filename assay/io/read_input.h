#pragma once

#include <optional>
#include <string>
#include <vector>

#include "assay/base/progress.h"
#include "assay/base/threads.h"
#include "assay/blocks/block_file.h"
#include "assay/core/cost_matrix.h"
#include "assay/core/label_table.h"
#include "assay/io/reading_options.h"
#include "assay/io/small_files.h"

namespace assay::io {

/// The files of one job. Empty: not given.
struct InputFiles {
  std::vector<std::string> labels;
  std::string gold{};
  std::string costs{};   ///< a file, or "ordinal"
  std::string priors{};  ///< a file, "uniform", or "estimate" (the same as empty)
};

/// Everything that a job is given, over one set of classes and one numbering of items.
struct Input {
  LabelTable table;
  GoldLabels gold;            ///< size = items, or empty
  CostMatrix costs;           ///< K x K, 0/1 by default
  std::vector<double> prior;  ///< K fixed priors, or empty when they are to be estimated
};

/// Reads labels, gold, costs and priors together. Without given classes, those that only gold, costs or priors name
/// count too. Throws Error with file:line. `progress` may be null.
[[nodiscard]] Input read_input(const InputFiles& files, const ReadingOptions& options, ThreadPool& threads,
                               Progress* progress = nullptr);

/// The small files of a job whose labels stay in a .assay file: `table` has the names of workers and classes and no
/// item, `gold` is by item of the file. Gold of items that the file lacks is passed over with a warning; a class that
/// it lacks is an error.
[[nodiscard]] Input read_input_for(const blocks::BlockFile& file, const InputFiles& files);

/// Costs as `--costs` takes them: a file, or "ordinal", or "" for 0/1. Throws Error{bad_input}.
[[nodiscard]] CostMatrix read_costs(const std::string& given, const ClassSet& classes);

/// The truth of the items of a table, by name: kNoClass where `stated` has none. `unknown` counts items that the table
/// lacks. Throws Error{bad_input} for a class not in the set, and for two classes of one item.
[[nodiscard]] GoldLabels match_gold(const std::vector<StatedLabel>& stated, const NameTable& items,
                                    const ClassSet& classes, std::uint64_t* unknown = nullptr);

/// The classes that `stated` names and the set lacks, sorted.
[[nodiscard]] std::vector<std::string> classes_lacking(const ClassSet& classes, const std::vector<StatedLabel>& stated);

}  // namespace assay::io
