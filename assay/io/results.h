#pragma once

#include <string>
#include <vector>

#include "assay/base/matrix.h"
#include "assay/base/threads.h"
#include "assay/core/class_set.h"
#include "assay/core/confusions.h"
#include "assay/core/name_table.h"
#include "assay/engine/estimate.h"
#include "assay/engine/estimate_blocks.h"
#include "assay/io/convert.h"
#include "assay/io/output_folder.h"
#include "assay/io/summary.h"

namespace assay::io {

/// An estimate read back from its files. O items, W workers (best rank first), K classes.
struct Results {
  TableFormat format = TableFormat::csv;
  ClassSet classes;
  std::vector<double> prior;  ///< K
  std::vector<double> share;  ///< K
  NameTable items;
  std::vector<engine::ItemEstimate> item_rows;  ///< O
  Matrix<double> posterior;                     ///< O x K
  NameTable workers;
  std::vector<quality::WorkerQuality> worker_rows;  ///< W
  /// W x K x K; NaN where the files leave a cell out, empty when not asked for.
  Confusions confusion;
  Confusions low, high;
  Confusions counts;    ///< soft counts, 0 where left out
  std::string summary;  ///< the text of summary.json
};

/// Which parts of a folder to read; classes and summary always are.
struct ResultParts {
  bool items = true;
  bool workers = true;
  bool confusions = true;
};

/// Reads what an estimate wrote to `folder`, in whichever format. Throws Error{bad_input} naming the file that lacks.
[[nodiscard]] Results read_results(const std::string& folder, const ResultParts& parts = {});

/// The soft counts of an earlier estimate as pseudo-counts for the given workers and classes, by name; workers and
/// classes that it lacks are passed over, new ones get none. What of it can't be used is said in `warnings`. Throws
/// Error{bad_input} when it has none of the classes.
[[nodiscard]] Confusions read_worker_priors(const std::string& folder, const NameTable& workers,
                                            const ClassSet& classes, std::vector<std::string>& warnings);

/// The names of the files that `write_results` adds.
[[nodiscard]] std::vector<std::string> result_file_names(TableFormat format);

/// Adds every file of an estimate to `folder`, which the caller commits.
void write_results(OutputFolder& folder, TableFormat format, const LabelTable& labels, const GoldLabels& gold,
                   const engine::EstimateResult& result, const RunFacts& facts, ThreadPool& threads);

/// The same for labels that are not in memory; `known` has the names of workers and classes.
void write_results(OutputFolder& folder, TableFormat format, const NamedLabels& labels, const LabelTable& known,
                   const GoldLabels& gold, const engine::BlockEstimateResult& estimate, const RunFacts& facts,
                   ThreadPool& threads, Progress* progress);

}  // namespace assay::io
