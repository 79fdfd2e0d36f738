#pragma once

#include "assay/models/aggregator.h"

namespace assay::models {

/// The problem of one chunk of labels: the whole one where its labels are the chunk's, else one of its own. Either way
/// its items are [chunk.begin, chunk.end), and it knows no others.
class ChunkProblem {
 public:
  /// Both must outlive it.
  ChunkProblem(const Problem& problem, const LabelChunk& chunk)
      : is_whole_(&chunk.store == &problem.labels), whole_(problem), part_{chunk.store} {
    if (is_whole_ || problem.gold.empty()) return;
    const auto first = problem.gold.begin() + chunk.first_item;
    part_.gold.assign(first, first + static_cast<std::ptrdiff_t>(chunk.size()));
    part_.first_gold = chunk.begin;
  }
  [[nodiscard]] const Problem& problem() const { return is_whole_ ? whole_ : part_; }

 private:
  bool is_whole_;
  const Problem& whole_;
  Problem part_;
};

}  // namespace assay::models
