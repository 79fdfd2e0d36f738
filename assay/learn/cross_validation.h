#pragma once

#include <cstdint>
#include <vector>

#include "assay/base/progress.h"
#include "assay/base/threads.h"
#include "assay/learn/classifier.h"

namespace assay::learn {

/// The fold of each item, from 0 to folds - 1. Items that have targets are dealt out by their likeliest class, so that
/// each fold has its share of each; the others too, for themselves. `seed` decides who goes where.
[[nodiscard]] std::vector<std::uint32_t> deal_folds(const Targets& targets, std::size_t folds, std::uint64_t seed);

/// N x K: each item's probabilities by a classifier that was trained without the item's fold, so that no item's own
/// label is in its prediction. The same for any number of threads. `progress` and `stop` may be null; throws
/// Error{interrupted} when asked to stop.
[[nodiscard]] Matrix<double> cross_predict(const Classifier& classifier, const Features& features,
                                           const Targets& targets, const std::vector<std::uint32_t>& fold,
                                           ThreadPool& threads, Progress* progress = nullptr,
                                           const StopFlag* stop = nullptr);

}  // namespace assay::learn
