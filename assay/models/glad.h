#pragma once

#include <memory>
#include <string>

#include "assay/models/em.h"
#include "assay/models/registry.h"

namespace assay::models {

/// Generative model of labels, abilities and difficulties: a label is right with a probability that grows with the
/// worker's ability and the item's easiness, so that a miss on an item that everybody gets wrong costs a worker little.
///
///   Pr(w says g | true t, item o) = s(a_w exp(b_o)) when g = t, else (1 - s(a_w exp(b_o))) / (K - 1)
///   s(x) = 1/(1 + e^-x),  a_w ~ Normal(ability_mean, ability_deviation),  b_o ~ Normal(easiness_mean,
///   easiness_deviation)
///   objective (never falls): log posterior of a and b, true classes summed out (glad_kernel.h has an item's part)
///
/// All a and b are climbed together, from the abilities that the vote shares imply: a pass over the labels finds the
/// objective, its slopes and Fisher's information on each a and b (and on the log class priors where they are
/// estimated); ascent.h makes the next step of them. An ability below 0 is a worker who knows and lies.
///
/// worker_score a_w ("ability"), item_difficulty exp(-b_o). Gold clamped; class prior by ClassPrior; worker priors are
/// not used (there are no confusion counts). Confusions are read off the posteriors. Time N exponentials a pass and
/// O(K) an item, memory O(O + W). Not with few labels an item: one difficulty an item is then mostly its prior.
/// Source: Whitehill, Ruvolo, Wu, Bergsma and Movellan 2009, NIPS; priors as there.
struct GladOptions : EmOptions {
  GladOptions() { tolerance = 1e-6; }
  std::string class_prior = "uniform";  ///< see ClassPrior
  double ability_mean = 1;
  double ability_deviation = 1;   ///< > 0
  double easiness_mean = 1;       ///< of b, the logarithm
  double easiness_deviation = 1;  ///< > 0
};

[[nodiscard]] const OptionTable<GladOptions>& glad_options();
[[nodiscard]] std::unique_ptr<Aggregator> make_glad(const GladOptions& options);
[[nodiscard]] ModelInfo glad_info();

}  // namespace assay::models
