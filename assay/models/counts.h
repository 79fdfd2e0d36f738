#pragma once

#include <vector>

#include "assay/core/confusions.h"

namespace assay::models {

/// The additive sufficient statistics of one pass over labels. Blocks, threads, files and ranks each observe their own
/// and merge; the order of merging is fixed by whoever owns the blocks.
struct Counts {
  Confusions labels;            ///< soft counts [worker][given][true], weighted
  std::vector<double> classes;  ///< soft number of items a class, gold that is left out of the prior not included
  double log_evidence = 0;      ///< sum over items of log Pr(labels of the item | parameters), gold as clamped
  std::vector<double> extra;    ///< further sums, of models that keep some

  Counts() = default;
  Counts(std::size_t worker_count, std::size_t class_count) : labels(worker_count, class_count), classes(class_count) {}

  void merge(const Counts& other);
};

}  // namespace assay::models
