#pragma once

#include "assay/base/threads.h"
#include "assay/core/confusions.h"

namespace assay::models {

/// Error rates that lean on the crowd and on the worker's own accuracy where the worker's labels are few:
///
///   C[w][t][g] = (n[w][t][g] + priors[w][t][g] + s (c crowd[t][g] + (1 - c) coin_w[t][g])) / (row total)
///   crowd[t][g] = (sum_w n[w][t][g] + K even(A)[t][g]) / (row total)      the row of the whole crowd
///   coin_w      = even(a_w),  a_w = (sum_t n[w][t][t] + 4 A) / (sum_tg n[w][t][g] + 4)
///   even(a)[t][g] = a if g = t, else (1 - a) / (K - 1);   A = the crowd's share of right labels, at most .98
///
/// A stands below 1 because a vote of single labels always agrees with itself.
struct Shrinkage {
  double strength = 8;       ///< s, labels a row
  double crowd_share = 0.5;  ///< c, in [0, 1]
};

/// C for these soft counts. `worker_priors` may be empty. Sums over workers run in order.
[[nodiscard]] Confusions shrunken_rates(const Confusions& counts, const Confusions& worker_priors,
                                        const Shrinkage& shrinkage, ThreadPool& threads);

}  // namespace assay::models
