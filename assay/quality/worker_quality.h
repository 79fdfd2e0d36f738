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
#include "assay/core/label_source.h"
#include "assay/core/name_table.h"
#include "assay/quality/assessment.h"
#include "assay/quality/expected_cost.h"

namespace assay::quality {

struct WorkerQualityOptions {
  double interval = 0.9;                     ///< level of all intervals
  bool population_prior = true;              ///< see the table
  double flag_level = 0.05;                  ///< see the table
  std::uint64_t copying_labels = 4'000'000;  ///< see the table
};
[[nodiscard]] const OptionTable<WorkerQualityOptions>& worker_quality_options();

/// What the qualities are worked out from. `gold` has one class an item or is empty.
struct WorkerQualityProblem {
  const LabelSource& labels;
  const Estimate& estimate;  ///< its posteriors are not looked at
  const CostMatrix& costs;
  const NameTable& workers;  ///< names break ties in rank
  std::span<const ClassIndex> gold;
  bool prior_is_fixed = false;  ///< given by the user rather than estimated
  /// Pseudo-counts from an earlier estimate that count like labels; null or empty when there are none.
  const Confusions* worker_priors = nullptr;
};

/// Ranks the workers and says how sure that is.
///   error rates    means over sampled truths of (counts + alpha) / (their sum), alpha the population's Dirichlet
///   parameters
///                  (population.h, truth_sampler.h); with population_prior false the model's own, and those means only
///                  for rows of which the model knows nothing
///   quality, costs the formulas of expected_cost.h on these error rates and the estimate's prior
///   intervals      from sampled truths and matrices (truth_sampler.h): they carry the doubt about the truth. A Beta
///                  distribution of the same mean and variance, widened where needed to hold the value itself
///   flags          docs/quality.md has the rules. Each kind falsely flags anybody at all in an honest crowd with
///                  probability flag_level at most: levels are divided by the number of workers (or pairs).
/// Same result for any number of threads. O(labels K) a sweep, sweeps by the size of the data.
[[nodiscard]] WorkerAssessment estimate_worker_quality(const WorkerQualityProblem& problem,
                                                       const WorkerQualityOptions& options, std::uint64_t seed,
                                                       ThreadPool& threads);

}  // namespace assay::quality
