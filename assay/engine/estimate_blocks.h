#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "assay/core/label_source.h"
#include "assay/engine/estimate.h"

namespace assay::engine {

/// An estimate of labels that are not in memory: what is known of workers, classes and the whole, and how to make the
/// rest of any block of items. The same bytes as those of `estimate`.
struct BlockEstimateResult {
  EstimateResult result;  ///< without items and posteriors
  std::unique_ptr<const models::Problem> problem;
  ChunkPosterior posterior;  ///< as long as `problem` lives
};

struct BlockEstimateLimits {
  std::uint64_t copying_labels = UINT64_MAX;  ///< copying is looked for among so many labels at most
};

/// The main verb for labels that are read block by block, in memory that grows with workers x classes^2 and a few bytes
/// an item. `request.table` has the names of workers and classes and no item; `request.gold` is by item of `labels`.
/// Throws Error{bad_input} for a model that needs all in memory, Error{interrupted} when asked to stop.
[[nodiscard]] BlockEstimateResult estimate_blocks(const EstimateRequest& request, const LabelSource& labels,
                                                  const BlockEstimateLimits& limits, const models::Context& context);

/// What a rank other than 0 does of either estimate: its part of the fit. Ends when the fit does.
void estimate_on_other_ranks(const EstimateRequest& request, const LabelSource& labels, const models::Context& context);

/// `all`, of which the blocks that this rank counts are held in memory. `all` must outlive it; context.ranks is needed.
[[nodiscard]] HeldBlocks hold_own_blocks(const LabelSource& all, const models::Context& context);

/// A number that must be equal on all ranks: over the names, gold, costs, priors and options of a request, and over
/// `labels_key`, which stands for the labels.
[[nodiscard]] std::uint64_t request_key(const EstimateRequest& request, std::uint64_t labels_key);

/// The rows of `items` of one block, and their posteriors.
[[nodiscard]] std::vector<ItemEstimate> describe_block(const BlockEstimateResult& estimate, const LabelChunk& chunk,
                                                       Matrix<double>& posterior);

}  // namespace assay::engine
