#pragma once

#include "assay/models/label_pass.h"

namespace assay::models {

/// Error rates of models that have no confusion matrices of their own, read off the posteriors that they found.
///
///   crowd[t][g] = (sum_w n[w][t][g] + [t = g]) / (row total),  the row of the whole crowd
///   C[w][t][g]  = (n[w][t][g] + priors[w][t][g] + s crowd[t][g]) / (row total),  s = kCrowdLabels
///
/// so a worker who never met a class has the crowd's row. `worker_priors` may be empty.
inline constexpr double kCrowdLabels = 1;
[[nodiscard]] Confusions read_off_confusions(const Confusions& counts, const Confusions& worker_priors);

/// The Estimate of a model that ends with posteriors (O x K, gold clamped): counts, class prior (fixed, or the
/// posteriors' mean) and read-off confusions; the summary's notes on gold are those of every model.
[[nodiscard]] Estimate read_off_estimate(Matrix<double> posterior, LabelPass& pass);

/// The same for posteriors that are made block by block.
[[nodiscard]] BlockEstimate read_off_blocks(ChunkPosterior posterior, LabelPass& pass);

/// Posteriors of which the items that have neither labels nor gold are `prior`.
[[nodiscard]] ChunkPosterior with_unlabelled(const Problem& problem, ChunkPosterior posterior,
                                             std::vector<double> prior);

/// Gives items that have neither labels nor gold the prior.
void fill_unlabelled(const LabelPass& pass, std::span<const double> prior, Matrix<double>& posterior);

/// What a summary says of gold and the class prior; empty when there is nothing to say.
[[nodiscard]] std::vector<std::string> gold_notes(const LabelPass& pass);

}  // namespace assay::models
