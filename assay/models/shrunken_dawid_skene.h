#pragma once

#include <cstdint>
#include <memory>

#include "assay/models/label_pass.h"
#include "assay/models/registry.h"
#include "assay/models/shrinkage.h"

namespace assay::models {

/// Dawid and Skene's model for crowds as they are: workers of few labels, items that mislead everybody, and a
/// likelihood that must not carry the latent classes away from the names of the labels.
///
///   E   p_o(t, j): true class t, and a pull of the item to class j or none (pull_pass.h)
///   M   n = (1 - v) (soft counts of labels that are the worker's own) + v (counts of the vote shares)
///       C = shrunken rates of n (shrinkage.h);  prior[t] ~ soft number of items of the class
///       shares[t][j] ~ p(t, j) summed over items + m (f/2 [j = t] + f/2 [j != t] / (K - 1)),  no pull: + m (1 - f)
///
/// The vote's part v is the anchor: however the posteriors move, a row keeps part of what the labels' names say. Starts
/// from the vote shares; ends when a pass changes an item's posterior by `tolerance` on average. No objective: the rows
/// that rates lean on move with the counts. Gold clamps; worker priors are added to n. posterior O x K, prior K,
/// confusion W x K x K from all labels, the pulled ones included; item_difficulty: probability that the item is pulled
/// to a class not its own. Time O(N K) a pass. Not for data where workers' classes have other names than the
/// truth's. Source: Dawid and Skene 1979; shrinkage as in Raykar et al. 2010; item effects as in Whitehill et al. 2009.
struct ShrunkenDawidSkeneOptions {
  double strength = 8;          ///< s of Shrinkage, labels a row
  double crowd_share = 0.5;     ///< c of Shrinkage
  double vote_share = 0.2;      ///< v, in [0, 1]
  double pull = 0.5;            ///< g: a label of a pulled item follows the pull with this probability
  double pulled_items = 0.2;    ///< f: share of items that have a pull, a priori
  double pull_strength = 1000;  ///< m, items: how much f weighs
  double tolerance = 2e-3;      ///< mean over items of sum_t |change of p_o(t)|
  std::uint64_t max_iterations = 60;
};

/// The fit in a pass that its caller goes on using. Posteriors and difficulty, where the pass gives them, are those of
/// this rank's items until collect_items() is called. A collective call.
[[nodiscard]] BlockEstimate fit_shrunken(LabelPass& pass, const Context& context,
                                         const ShrunkenDawidSkeneOptions& options);
/// Rank 0 gets the posteriors and the difficulty of all items, where the pass gives them. A collective call.
void collect_items(const LabelPass& pass, Estimate& estimate);

[[nodiscard]] const OptionTable<ShrunkenDawidSkeneOptions>& shrunken_dawid_skene_options();
[[nodiscard]] std::unique_ptr<Aggregator> make_shrunken_dawid_skene(const ShrunkenDawidSkeneOptions& options);
[[nodiscard]] ModelInfo shrunken_dawid_skene_info();

}  // namespace assay::models
