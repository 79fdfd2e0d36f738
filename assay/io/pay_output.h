#pragma once

#include <string>
#include <vector>

#include "assay/core/name_table.h"
#include "assay/engine/pay.h"
#include "assay/engine/pay_history.h"
#include "assay/io/table.h"

namespace assay::io {

/// Which formula and which numbers gave a payment, in one line.
[[nodiscard]] std::string pay_formula(const engine::Payment& payment, const engine::PayTerms& terms);

/// `payments`, one row a worker in the order of `order`; amounts in units of the currency with six decimals at most.
/// The table refers to its arguments.
[[nodiscard]] Table payments_table(const NameTable& workers, const engine::PayResult& result,
                                   const std::vector<std::size_t>& order);

/// `ledger`, one row for every batch and worker who has labels by then. The table refers to its arguments.
[[nodiscard]] Table ledger_table(const NameTable& workers, const std::vector<engine::PayBatch>& batches);

/// The terms, sums and payments as one JSON object.
[[nodiscard]] std::string pay_json(const NameTable& workers, const engine::PayResult& result,
                                   const std::vector<std::size_t>& order);

/// Workers by what they earned for a label, best first, then by name.
[[nodiscard]] std::vector<std::size_t> by_price(const NameTable& workers, const engine::PayResult& result);

}  // namespace assay::io
