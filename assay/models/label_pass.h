#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "assay/models/aggregator.h"
#include "assay/models/counts.h"

namespace assay::models {

/// What one E-step looks up. `table` holds, for every (worker, given) row, a factor for each true class: an error rate
/// Pr(given | true), or exp of its expected logarithm. Factors are >= 0; those under 1e-30 count as 1e-30.
struct Factors {
  std::vector<double> prior;  ///< K factors of the classes
  Confusions table;           ///< [worker][given][true]
};

/// The one loop over labels that all EM-like models share.
///
/// For an item with labels l of workers w:  p(t) ~ prior(t) prod table[w][l][t];  evidence = sum of it over t.
/// Gold items have p(t) = [t = gold]; their evidence is prod table[w][l][gold], times prior(gold) only when gold takes
/// part in the prior. The posteriors p are added to Counts: labels[w][l][t] += p(t), classes[t] += p(t).
///
/// Products are kept as mantissa and power of two, so thousands of labels an item neither underflow nor need a
/// logarithm each. Items are cut into blocks whose borders depend on the labels alone; blocks merge in order, so that
/// the result has the same bits for any number of threads. Time O(N K), memory O(blocks W K^2).
class LabelPass {
 public:
  LabelPass(const Problem& problem, ThreadPool& threads);

  /// Counts of the vote shares (gold clamped), the usual start of EM. log_evidence is 0.
  [[nodiscard]] Counts votes();

  /// Counts of posteriors that something else has made (O x K, gold rows already clamped). log_evidence is 0.
  [[nodiscard]] Counts observe(const Matrix<double>& posterior);

  /// One E-step. `out` is replaced. When `posterior` is given it becomes O x K; items without labels get the prior.
  void run(const Factors& factors, Counts& out, Matrix<double>* posterior = nullptr);

  /// Gold is left out of the class counts unless every labelled item is gold.
  [[nodiscard]] bool gold_takes_part_in_prior() const { return gold_in_prior_; }
  [[nodiscard]] const Problem& problem() const { return problem_; }
  [[nodiscard]] std::size_t block_count() const { return borders_.size() - 1; }
  /// Block b holds the items [borders[b], borders[b + 1]); the borders depend on the labels alone.
  [[nodiscard]] std::span<const ItemIndex> borders() const { return borders_; }

 private:
  void merge_blocks(Counts& out);

  const Problem& problem_;
  ThreadPool& threads_;
  bool gold_in_prior_ = false;
  std::vector<ItemIndex> borders_;
  std::vector<Counts> blocks_;
};

/// Borders of `block_count` runs of items with about equally many labels each (block_count + 1 numbers).
[[nodiscard]] std::vector<ItemIndex> cut_items(const LabelStore& labels, std::size_t block_count);

}  // namespace assay::models
