#pragma once

#include <string>
#include <vector>

#include "assay/base/money.h"
#include "assay/core/name_table.h"
#include "assay/io/results.h"

namespace assay::io {

/// What each worker was paid before, from a file with the columns worker,paid or from an earlier `payments`, by its
/// paid_before and paid_now together. 0 for workers whom it lacks. Throws Error{bad_input} with file:line for a worker
/// who has no labels, a worker twice, an amount that is none, or a column currency that names another one.
[[nodiscard]] std::vector<Money> read_paid_before(const std::string& path, const NameTable& workers,
                                                  const std::string& currency);

/// Throws Error{bad_input} naming the file when the numbers of a folder can't be paid from: a prior or an error rate
/// that is no probability, bounds in the wrong order, a worker that one table lacks.
void check_payable(const std::string& folder, const Results& results);

}  // namespace assay::io
