#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "assay/base/threads.h"
#include "assay/core/estimate.h"
#include "assay/core/label_source.h"
#include "assay/quality/population.h"

namespace assay::quality {

/// What the sampled sweeps say of every confusion matrix; cells in the order of Confusions [worker][given][true].
struct SampledConfusions {
  std::vector<float> mean;      ///< posterior mean of each cell
  std::vector<float> variance;  ///< posterior variance of each cell
  Population population;        ///< as after the last sweep
  /// The mean matrices as double and the prior that goes with them; no posteriors.
  Estimate independent;
  /// What they say of each item: K probabilities, gold certain, the prior without labels. Unlike the model's own
  /// posteriors these allow to take one worker's labels out again. Lives as long as the sampler's gold.
  ChunkPosterior posterior;
  std::uint64_t sweeps = 0;  ///< that the moments are over
};

/// Called once a kept sweep for each worker, from any thread: `matrix` is a draw of his confusion matrix [given][true].
using MatrixVisitor = std::function<void(std::size_t sweep, std::size_t worker, std::span<const float> matrix)>;

/// Draws truths and confusion matrices in turn (Gibbs sampling of Dawid and Skene's model), so that what is said of a
/// worker carries the doubt about the truth of the items and about everybody else:
///   type of w  ~ Pr(type | counts of w on the sampled truths)                                   (population.h)
///   C[w][t][.] ~ Dirichlet(alpha[type][t][.] + counts of w on items of sampled truth t)
///   truth of o ~ prior(t) prod_{(w,g) on o} C[w][t][g]^weight                                   gold keeps its class
///   prior      ~ Dirichlet(1 + items by sampled truth), gold left out, unless it is fixed
/// Starts at the estimate's soft counts, whatever model made them, and drops a fifth of the sweeps (10 at least). The
/// types follow the sampled counts. The number of sweeps depends on the size of the data alone; where sweeps are dear,
/// items that are certain at 0.999 after half of the dropped ones keep their truth. O(labels K + workers K^2) a sweep;
/// labels are read block by block, and two bits an item are held beside the tables of workers.
struct TruthSampler {
  const LabelSource& labels;
  const Estimate& estimate;          ///< its posteriors are not looked at
  std::span<const ClassIndex> gold;  ///< one class an item, kNoClass where unknown, or empty
  bool prior_is_fixed = false;
  const Confusions* worker_priors = nullptr;  ///< pseudo-counts that count like labels; null or empty: none
  std::uint64_t seed = 1;

  [[nodiscard]] SampledConfusions run(ThreadPool& threads, const MatrixVisitor& visit) const;
  [[nodiscard]] static std::uint64_t kept_sweeps(const LabelShape& shape);
};

}  // namespace assay::quality
