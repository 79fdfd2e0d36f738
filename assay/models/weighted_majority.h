#pragma once

#include <memory>
#include <string>

#include "assay/models/registry.h"

namespace assay::models {

/// The vote in which a worker counts as much as she agrees with the outcome. One round is the known "worker agreement
/// with aggregate" (Wawa): vote, weigh every worker by her agreement, vote again; more rounds repeat it until nothing
/// moves.
///
///   y_o      = classes with the largest p_o(t), shared evenly when tied                    (gold: its class)
///   a_w      = (sum over w's labels of weight x y_o(label) + s m) / (sum of weights + s),  m = the crowd's own
///   agreement v_w      = a_w                          weights = agreement
///            = max(K a_w - 1, 0)            weights = above_chance (Li and Yu 2014): guessing counts nothing
///   p_o(t)   ~ sum of weight x v_w over o's labels t;  plain shares when all of them weigh 0
///
/// An item that a worker leaves out neither helps nor harms her. posterior O x K, worker_score a_w (W). O(N K) a round.
/// There is no objective: rounds are counted, not climbed. Not for lazy majorities or class-dependent error: use a
/// model with confusion matrices. Source: Appen's worker agreement with aggregate; Li and Yu 2014, arXiv:1411.4086.
struct WeightedMajorityOptions {
  std::uint64_t max_iterations = 1;   ///< rounds of weighing and voting, >= 1
  std::string weights = "agreement";  ///< or "above_chance"
  double shrinkage = 1;               ///< s, in labels, >= 0: how far few labels are trusted
};

[[nodiscard]] const OptionTable<WeightedMajorityOptions>& weighted_majority_options();
[[nodiscard]] std::unique_ptr<Aggregator> make_weighted_majority(const WeightedMajorityOptions& options);
[[nodiscard]] ModelInfo weighted_majority_info();

}  // namespace assay::models
