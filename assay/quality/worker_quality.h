#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "assay/base/options.h"
#include "assay/base/threads.h"
#include "assay/core/confusions.h"
#include "assay/core/cost_matrix.h"
#include "assay/core/estimate.h"
#include "assay/core/label_store.h"
#include "assay/core/name_table.h"
#include "assay/quality/expected_cost.h"
#include "assay/quality/worker_flags.h"

namespace assay::quality {

struct WorkerQualityOptions {
  double interval = 0.9;          ///< level of all intervals
  bool population_prior = true;   ///< see the table
  double flag_level = 0.05;       ///< see the table
};
[[nodiscard]] const OptionTable<WorkerQualityOptions>& worker_quality_options();

/// One row of `workers`. Qualities are NaN when they are not defined (see WorkerQualities::notes), else in [0, 1].
struct WorkerQuality {
  std::uint32_t rank = 0;  ///< 1 is best
  std::uint64_t label_count = 0;
  std::uint64_t gold_count = 0;  ///< labels on gold items
  double quality_expected = 0, quality_expected_low = 0, quality_expected_high = 0;
  double quality_minimum = 0, quality_minimum_low = 0, quality_minimum_high = 0;
  double expected_cost = 0, minimum_cost = 0;
  double accuracy = 0, accuracy_low = 0, accuracy_high = 0;
  WorkerFlags flags;
};

/// What is known of the workers. W workers, K classes.
struct WorkerQualities {
  std::vector<WorkerQuality> workers;  ///< in worker order
  Confusions confusion;                ///< the error rates that all numbers of `workers` come from; rows sum to 1
  Confusions low, high;                ///< interval of each cell
  std::uint64_t sweeps = 0;            ///< sampled truths behind the intervals
  std::vector<std::string> notes;      ///< what a reader must know, one sentence each
};

/// What the qualities are worked out from. `gold` has one class an item or is empty.
struct WorkerQualityProblem {
  const LabelStore& labels;
  const Estimate& estimate;
  const CostMatrix& costs;
  const NameTable& workers;  ///< names break ties in rank
  std::span<const ClassIndex> gold;
};

/// Ranks the workers and says how sure that is.
///   error rates    (soft counts + alpha) / (their sum), alpha the population's Dirichlet parameters (population.h); with
///                  population_prior false the model's own, the population's mean where it has none
///   quality, costs the formulas of expected_cost.h on these error rates and the estimate's prior
///   intervals      from sampled truths and matrices (truth_sampler.h): they carry the doubt about the truth. A Beta
///                  distribution of the same mean and variance, widened where needed to hold the value itself
///   flags          docs/quality.md has the rules. Each kind falsely flags anybody at all in an honest crowd with
///                  probability flag_level at most: levels are divided by the number of workers (or pairs).
/// Same result for any number of threads. O(labels K) a sweep, sweeps by the size of the data.
[[nodiscard]] WorkerQualities estimate_worker_quality(const WorkerQualityProblem& problem,
                                                      const WorkerQualityOptions& options, std::uint64_t seed,
                                                      ThreadPool& threads);

}  // namespace assay::quality
