#pragma once

#include <memory>
#include <span>

#include "assay/models/label_pass.h"
#include "assay/models/registry.h"

namespace assay::models {

/// The vote: every label counts the same (its weight), and an item's posterior is the share of each class among its
/// labels. It knows nothing of workers and so is the yardstick for all that do.
///
///   p_o(t) = sum of weights of o's labels t / sum of weights of o's labels      (gold: p_o(t) = [t = gold])
///   prior[t] = mean of p_o(t) over labelled items, gold left out unless every labelled item is gold; or fixed
///
/// posterior O x K; items without labels get the prior. Equal shares are a tie: decisions then take the class of larger
/// prior, then the earlier class. Confusions are read off the posteriors (read_off.h). One pass, O(N), memory O(O K).
/// Not when workers differ much in quality or share a bias: a lazy majority outvotes everybody.
/// Source: folklore; as the baseline of Sheng, Provost, Ipeirotis 2008.
struct MajorityVoteOptions {};

/// Shares of the classes among each item's labels, O x K, where a label counts its weight times that of its worker
/// (`worker_weights` of size W, >= 0; empty: 1). Gold is clamped. An item all of whose workers weigh 0 gets the plain
/// shares; rows of items without labels are left 0.
[[nodiscard]] Matrix<double> vote_shares(const LabelPass& pass, std::span<const double> worker_weights,
                                         ThreadPool& threads);

/// The same block by block, for labels that need not be in memory.
[[nodiscard]] ChunkPosterior vote_shares_by(const Problem& problem, std::vector<double> worker_weights);
/// The same for one item.
void vote_shares_of(const Problem& problem, ItemIndex item, std::span<const double> worker_weights,
                    std::span<double> shares);

[[nodiscard]] const OptionTable<MajorityVoteOptions>& majority_vote_options();
[[nodiscard]] std::unique_ptr<Aggregator> make_majority_vote();
[[nodiscard]] ModelInfo majority_vote_info();

}  // namespace assay::models
