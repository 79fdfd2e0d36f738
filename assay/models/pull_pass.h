#pragma once

#include <memory>
#include <span>
#include <vector>

#include "assay/models/label_pass.h"

namespace assay::models {

/// What an E-step with pulls looks up. K classes.
struct PullFactors {
  std::vector<double> prior;  ///< K
  Confusions rates;           ///< C[w][t][g], > 0, rows sum to 1
  Matrix<double> shares;      ///< K x (K + 1): Pr(pull to j | true t) in column j, Pr(no pull | t) in column K
  double pull = 0.5;          ///< g: a label of a pulled item is the pull's class with this probability, in [0, 1)
};

/// Factors that a pass, what is made of it later and a saved state look up without a copy of their own.
using SharedPullFactors = std::shared_ptr<const PullFactors>;

/// What it finds.
struct PullCounts {
  /// Soft counts of labels that are the worker's own answer, not the pull's; items a class; log Pr(all labels).
  Counts own;
  Matrix<double> shares;      ///< soft numbers of items, laid out as PullFactors::shares
  double moved = 0;           ///< sum over items and classes of |change of the posterior|
  double labelled_count = 0;  ///< items with labels
};

struct PullTables;

/// The loop over labels for items that may have a *pull*: something in the item itself that draws everybody to one
/// class.
///
///   Pr(labels of o | t, no pull)   = prod C[w][t][l]
///   Pr(labels of o | t, pull to j) = prod ((1 - g) C[w][t][l] + g [l = j])
///   p_o(t, j) ~ prior[t] shares[t][j] Pr(labels | t, j);   p_o(t) = sum_j p_o(t, j)
///   own[w][l][t] += p_o(t) - p_o(t, l) g / ((1 - g) C[w][t][l] + g)
///
/// A pull to a wrong class is why workers err together; a pull to the right one is an easy item, which says little of
/// who answers it. Gold clamps t. Blocks, runs and ranks are those of the LabelPass: same bits for any number of
/// threads, from memory, from disk and on many ranks. Time O(N K).
///
/// What an item's posterior was is kept where the labels of the rank are in memory; elsewhere each pass makes it again
/// from the factors of the pass before, at twice the work and nothing to hold.
class PullPass {
 public:
  /// The posteriors before the first pass are the vote shares.
  explicit PullPass(LabelPass& pass);
  ~PullPass();
  PullPass(const PullPass&) = delete;
  PullPass& operator=(const PullPass&) = delete;

  /// One E-step; `out` is replaced.
  void run(const SharedPullFactors& factors, PullCounts& out);

  /// Goes on as if the last pass had been one with these factors.
  void resume_after(const SharedPullFactors& factors);

  /// Makes the posteriors of any chunk by these factors: gold is certain, items without labels have the prior. Outlives
  /// the pass, not its problem.
  [[nodiscard]] ChunkPosterior posteriors_by(const SharedPullFactors& factors) const;

  /// Posteriors as posteriors_by makes them, and by item the probability that it is pulled to a class that is not its
  /// own; of this rank's items, with room for what rank 0 collects. The pass's last use. A collective call.
  void describe(const SharedPullFactors& factors, Matrix<double>& posterior, std::vector<double>& misled);

 private:
  void make_again(const Problem& part, const LabelChunk& chunk, Matrix<double>& posterior) const;

  LabelPass& pass_;
  bool keeps_;
  Matrix<double> posterior_;                // of the last pass, where they are kept: the rank's own items
  std::unique_ptr<const PullTables> last_;  // of the last pass, where they are not; null before the first
};

}  // namespace assay::models
