#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "assay/base/matrix.h"
#include "assay/core/ids.h"
#include "assay/learn/features.h"

namespace assay::planning {

/// What an example earns that was found to fool a classifier (Attenberg, Ipeirotis, Provost 2011 and 2015: "a reward
/// proportional to the magnitude of the predictive model's error").
struct BeatReward {
  ClassIndex decided = 0;
  double error = 0;                ///< 1 - the probability that the classifier gave to the truth
  bool is_duplicate = false;       ///< the same features came before
  std::int64_t reward_micros = 0;  ///< 0 where the decision is right, and for duplicates
};

/// reward = most x error, rounded down to whole micro-units; the decision is the largest probability, the first among
/// equals. `predicted` is N x K, `truth` N classes; `most_micros` >= 0.
[[nodiscard]] std::vector<BeatReward> beat_rewards(const learn::Features& features, const Matrix<double>& predicted,
                                                   std::span<const ClassIndex> truth, std::int64_t most_micros);

}  // namespace assay::planning
