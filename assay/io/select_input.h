#pragma once

#include <string>
#include <vector>

#include "assay/base/matrix.h"
#include "assay/core/label_table.h"
#include "assay/engine/select.h"

namespace assay::io {

/// Adds the items of a file (column item, or a synonym) that the table lacks, without labels, in the file's order.
/// Throws Error{bad_input} with file:line for a missing column or an empty name. Returns how many are new.
std::uint64_t add_items(const std::string& path, LabelTable& table);

/// Reads a classifier's probabilities: the columns item and p_CLASS for every class; O x K, rows sum to 1. Items that
/// the table lacks are left out and counted in `unknown`. Throws Error{bad_input} for a missing column, a number that
/// is no probability, a sum beyond 1 +- 0.001, an item that stands twice, or an item of the table without a row.
[[nodiscard]] Matrix<double> read_model_probabilities(const std::string& path, const LabelTable& table,
                                                      std::uint64_t* unknown = nullptr);

/// Reads who can be asked: the column worker, and if wanted price (of one label) and labels (the most that he gives
/// now). Workers need not have labelled anything. Throws Error{bad_input} with file:line, also for a repeated worker.
[[nodiscard]] std::vector<engine::AvailableWorker> read_available_workers(const std::string& path,
                                                                          const NameTable& workers);

}  // namespace assay::io
