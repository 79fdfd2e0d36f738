#pragma once

#include <cstdint>
#include <string>

#include "assay/base/options.h"
#include "assay/core/label_table.h"
#include "assay/engine/estimate.h"
#include "assay/io/results.h"

namespace assay::io {

/// What a report needs, from an estimate that was read back from its files.
struct StoredEstimate {
  LabelTable table;  ///< without labels: the files hold none
  engine::EstimateResult result;
  OptionValues options;
  std::string requested_model;
  std::uint64_t gold_count = 0;
};

/// Throws Error{bad_input} when the summary of `results` is not one that Assay wrote.
[[nodiscard]] StoredEstimate stored_estimate(const Results& results);

/// Gives `stored` the labels of `labels`, matched by the names of items, workers and classes; those with a name that
/// the estimate lacks are passed over. Their number is returned.
std::uint64_t add_labels(StoredEstimate& stored, const LabelTable& labels);

}  // namespace assay::io
