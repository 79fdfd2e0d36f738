#pragma once

#include <cstdint>
#include <memory>

#include "assay/models/registry.h"

namespace assay::models {

/// The model for those who don't want to choose one. Needs no truth.
///
///   1. shrunken_dawid_skene with strength 4, 8 and 16 is fitted to most of the labels; the strength that predicts the
///      labels held out best is taken (held_out.h), 8 when fewer than 50 can be held out.
///   2. It is fitted to all labels, and its posterior is pooled with the vote:
///        p_o = (1 - v) model_o + v vote_o,   vote_o[t] = (n_o[t] + 0.3 K prior0[t]) / (n_o + 0.3 K)
///      n_o the item's votes, each worth its worker's voice: his mean rate of right labels over the classes, scaled
///      from 0 at chance to 1, at least .05; prior0 uniform or the fixed prior. Gold stays certain; items without
///      labels get the prior.
///
/// An estimated prior feeds on itself: doubtful items go to the common class, whose share grows; hence q.
/// Held-out likelihood chooses only how far error rates lean on the crowd: left free to choose more, it prefers models
/// whose classes have drifted away from the names of the labels. The vote's part is the guard against that, and against
/// the certainty that a likelihood claims where workers err together. Prior, error rates, counts and difficulty are the
/// model's. Above `sample_labels` labels step 1 looks at a sample of the items. Time about that of shrunken_dawid_skene
/// on all labels plus three times on the sample.
struct AutoOptions {
  double vote_weight = 0.3;             ///< v, in [0, 1]
  double prior_weight = 0.5;            ///< q, in [0, 1]; of an estimated prior
  std::uint64_t sample_labels = 60000;  ///< labels that step 1 looks at
};

[[nodiscard]] const OptionTable<AutoOptions>& auto_options();
[[nodiscard]] std::unique_ptr<Aggregator> make_auto(const AutoOptions& options);
[[nodiscard]] ModelInfo auto_info();

}  // namespace assay::models
