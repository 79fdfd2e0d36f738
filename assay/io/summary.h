#pragma once

#include <string>

#include "assay/base/options.h"
#include "assay/core/label_table.h"
#include "assay/engine/estimate.h"

namespace assay::io {

/// What of a run is not in its result.
struct RunFacts {
  std::string command;   ///< "estimate"
  OptionValues options;  ///< every option with its value
  std::size_t threads = 1;
  double seconds = 0;  ///< the whole run
};

/// The text of summary.json. Only `seconds`, `threads` and `version` differ between runs of the same input, options,
/// seed.
[[nodiscard]] std::string summary_json(const LabelTable& labels, const GoldLabels& gold,
                                       const engine::EstimateResult& result, const RunFacts& facts);

}  // namespace assay::io
