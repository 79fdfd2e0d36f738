#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "assay/core/confusions.h"
#include "assay/quality/worker_flags.h"

namespace assay::quality {

/// A number with its credible interval; NaN where it is not defined.
struct Measured {
  double value = 0;
  double low = 0;
  double high = 0;
};

/// One row of `workers`.
struct WorkerQuality {
  std::uint32_t rank = 0;  ///< 1 is best
  std::uint64_t label_count = 0;
  std::uint64_t gold_count = 0;  ///< labels on gold items
  Measured quality_expected;     ///< 1 - expected cost / that of a spammer who draws from the prior, in [0, 1]
  Measured quality_minimum;      ///< 1 - minimum cost / that of the best constant answer, in [0, 1]
  double expected_cost = 0;
  double minimum_cost = 0;
  Measured accuracy;  ///< sum over t of prior(t) C(t, t)
  WorkerFlags flags;
};

/// All that is said of the workers. W workers, K classes.
struct WorkerAssessment {
  std::vector<WorkerQuality> workers;  ///< W rows, in table order
  Confusions confusion;                ///< the error rates that all numbers of `workers` come from; rows sum to 1
  Confusions low;                      ///< credible bounds of each cell
  Confusions high;
  std::uint64_t sweeps = 0;        ///< sampled truths behind the intervals
  std::vector<std::string> notes;  ///< why a field is empty, one sentence each
};

/// The data set's quality, in both conventions, and its accuracy.
struct DataQuality {
  double quality_expected = 0;  ///< 1 - mean expected cost / spammer's expected cost
  double quality_minimum = 0;   ///< 1 - mean minimum cost / spammer's minimum cost
  double expected_cost = 0;     ///< mean over items
  double minimum_cost = 0;
  double accuracy = 0;  ///< mean probability of the decided label
};

}  // namespace assay::quality
