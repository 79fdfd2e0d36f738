#pragma once

#include "assay/base/matrix.h"
#include "assay/base/random.h"
#include "assay/core/ids.h"
#include "assay/sim/crowd_options.h"

namespace assay::sim {

/// How a worker labels when the work starts and when it ends; rows true class, columns given class, each row sums to 1.
struct WorkerMatrices {
  Matrix<double> early;
  Matrix<double> late;  ///< equal to early unless the worker drifts or learns
};

/// Draws a worker of the given kind. `lazy_answer` is what costs a spammer least who looks at nothing. A colluding
/// worker's matrix is the one he has when he does not copy.
[[nodiscard]] WorkerMatrices draw_worker(WorkerKind kind, std::size_t class_count, ClassIndex lazy_answer,
                                         Random& random);

}  // namespace assay::sim
