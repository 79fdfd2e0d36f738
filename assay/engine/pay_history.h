#pragma once

#include <cstdint>
#include <vector>

#include "assay/engine/pay.h"
#include "assay/models/aggregator.h"

namespace assay::engine {

/// Labels paid for as they came in.
struct PayHistoryRequest {
  EstimateRequest estimate;        ///< of all labels, which must have times
  PayTerms terms;                  ///< with risk > 0
  std::uint64_t batch_labels = 0;  ///< labels between two payments; 0: a tenth of all, one at least
};

/// The state after a batch.
struct PayBatch {
  std::uint64_t label_count = 0;  ///< labels so far
  double time = 0;                ///< of the last of them
  PayResult result;               ///< with what was paid in earlier batches as paid_before; W rows
};

/// Replays the labels in time order (labels of one time in the order of the table). After each batch the labels so far
/// are estimated as if there were no others, and every worker gets what `pay` says beyond what he got before: so what
/// was paid is never taken back, and what was held is paid as evidence comes. Throws Error{bad_input} when a label has
/// no time.
[[nodiscard]] std::vector<PayBatch> pay_history(const PayHistoryRequest& request, const models::Context& context);

}  // namespace assay::engine
