#pragma once

#include <cstddef>
#include <vector>

#include "assay/core/name_table.h"
#include "assay/engine/pay.h"
#include "assay/engine/pay_history.h"
#include "terminal.h"

namespace assay::app {

/// What the terminal says of payments: the terms, the workers in `order`, the sums, what to look at.
void print_payments(const NameTable& workers, const engine::PayResult& result, const std::vector<std::size_t>& order,
                    Terminal& terminal);

/// The ledger summed over the workers, a row a batch.
void print_history(const std::vector<engine::PayBatch>& batches, Terminal& terminal);

}  // namespace assay::app
