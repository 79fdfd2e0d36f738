#pragma once

#include <cstdint>
#include <vector>

#include "assay/models/aggregator.h"

namespace assay::models {

/// A problem with some of its labels put aside, to see how well a fit of the rest predicts them.
struct HeldOut {
  LabelStore kept;              ///< items are renumbered when they are a sample; workers and classes are not
  GoldLabels gold;              ///< of the kept items; empty when the problem has none
  std::vector<Label> labels;    ///< put aside, by kept item
  std::vector<double> weights;  ///< of `labels`; empty when every label weighs 1
};

/// Puts aside the labels of max(1, m / 5) random workers of every item with m >= 3 of them. When there are more than
/// `most_labels` labels, a random sample of items with about so many is taken first; blocks without any of them are not
/// read. Of the problem only the gold counts, by item of `labels`. Depends on seed and labels alone.
[[nodiscard]] HeldOut hold_out(const Problem& problem, const LabelSource& labels, std::uint64_t most_labels,
                               std::uint64_t seed);

/// Mean over the labels put aside of log sum_t p_o(t) C[w][t][l], p and C as estimated without them: how well the
/// item's other labels and the worker's error rates predict the label. 0 when none were put aside.
[[nodiscard]] double held_out_log_likelihood(const HeldOut& held, const Estimate& estimate);

}  // namespace assay::models
