#pragma once

#include <span>

#include "assay/core/label_source.h"
#include "assay/models/aggregator.h"
#include "assay/models/counts.h"

namespace assay::models {

/// The size of a table of error rates.
[[nodiscard]] inline std::size_t table_bytes(std::size_t worker_count, std::size_t class_count) {
  return worker_count * class_count * class_count * sizeof(double);
}
/// Tables up to this size stay in a core's own cache together with their counts.
inline constexpr std::size_t kCachedTableBytes = std::size_t{1} << 19;
/// Tables of more than this come from memory.
inline constexpr std::size_t kFarTableBytes = std::size_t{1} << 22;

/// Consecutive items whose labels are counted, as LabelPass describes it.
struct BlockStep {
  const Problem& problem;
  bool gold_in_prior;
  ItemIndex begin, end;
  const double* prior;
  const double* table;
  Counts& counts;  // without workers: only posteriors are wanted
  Matrix<double>* posterior;
  ItemIndex first_row = 0;  // item whose posterior is row 0
  double* pairs = nullptr;  // instead of table and counts.labels
};

/// Makes the posteriors of the block's items that have labels, and counts them.
void run_block(const BlockStep& block);
/// Counts their vote shares (gold clamped).
void vote_block(const BlockStep& block);
/// Counts posteriors that something else has made; row 0 is that of item block.first_row.
void observe_block(const BlockStep& block, const Matrix<double>& posterior);
/// Puts the posteriors of items without labels, which have the prior (gold: theirs), from row `row` of `posterior` on.
void put_unlabelled(const Problem& problem, const LabelChunk& chunk, std::span<const double> prior,
                    Matrix<double>& posterior, std::size_t row);

}  // namespace assay::models
