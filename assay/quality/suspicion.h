#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "assay/base/threads.h"
#include "assay/core/confusions.h"
#include "assay/core/estimate.h"
#include "assay/core/label_source.h"
#include "assay/core/label_store.h"
#include "assay/quality/worker_labels.h"

/// Tests of one worker against an innocent explanation. Each judges him by what the others say of his items, so that
/// his own labels don't speak for him.
namespace assay::quality {

/// What the tests look at: labels, error rates that come from all of them, and posteriors that are products of the
/// prior and those rates, so that one worker's labels can be taken out again.
struct Evidence {
  const LabelSource& labels;
  const Confusions& confusion;
  const ChunkPosterior& posterior;
};

/// For each of `workers` the p-value of "his labels do not depend on the truth": likelihood-ratio test of independence
/// on his table of (truth by the others) x (label), (rows - 1)(columns - 1) degrees of freedom over rows and columns in
/// use. 1 when the table has one row or column. One pass over the labels.
[[nodiscard]] std::vector<double> blindness_p_values(const Evidence& evidence, std::span<const std::uint32_t> workers,
                                                     ThreadPool& threads);

/// For each worker the p-value of "he does not get worse with time", one-sided: the slope over time of his agreement
/// with the others, less the agreement expected of him on that item, against its permutation variance (normal
/// approximation). 1 under 20 labels; empty without times. Two passes over the labels, O(labels K^2).
[[nodiscard]] std::vector<double> decline_p_values(const Evidence& evidence, ThreadPool& threads);

/// Two workers whose common labels speak for copying.
struct CopyingPair {
  std::uint32_t first = 0, second = 0;
  double log_evidence = 0;  ///< log of the likelihood ratio
};

/// The pairs for which copying explains the common labels better than chance allows. For two workers a and b on an item
///   Pr(b says g | a said h) = (1 - r) C_b(g) + r [g = h],   C_b(g) = sum_t p(t) C[b][t][g],
/// where p is what all labels but b's say of the item; the evidence is the likelihood ratio of r = r0 + 1/2 against r0,
/// where r0 is the copying that fits the whole crowd best (hard items make everybody err alike; that is no crime).
/// Under r0 a ratio above x has probability at most 1 / x, so that a pair is found when log_evidence > log(pairs /
/// level). O(labels x labels per item), kept to some 20 M comparisons by looking at the next few labels only on crowded
/// items.
[[nodiscard]] std::vector<CopyingPair> find_copying(const LabelStore& labels, const Estimate& estimate,
                                                    const WorkerLabels& index, double level, ThreadPool& threads);

}  // namespace assay::quality
