#pragma once

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

/// What it finds.
struct PullCounts {
  /// Soft counts of labels that are the worker's own answer, not the pull's; items a class; log Pr(all labels).
  Counts own;
  Matrix<double> shares;  ///< soft numbers of items, laid out as PullFactors::shares
  double moved = 0;       ///< sum over items and classes of |change of the posterior|
};

/// The loop over labels for items that may have a *pull*: something in the item itself that draws everybody to one
/// class.
///
///   Pr(labels of o | t, no pull)   = prod C[w][t][l]
///   Pr(labels of o | t, pull to j) = prod ((1 - g) C[w][t][l] + g [l = j])
///   p_o(t, j) ~ prior[t] shares[t][j] Pr(labels | t, j);   p_o(t) = sum_j p_o(t, j)
///   own[w][l][t] += p_o(t) - p_o(t, l) g / ((1 - g) C[w][t][l] + g)
///
/// A pull to a wrong class is why workers err together; a pull to the right one is an easy item, which says little of
/// who answers it. Gold clamps t. Blocks are those of the LabelPass and merge in order: same bits for any number of
/// threads. Time O(N K).
class PullPass {
 public:
  PullPass(const LabelPass& pass, ThreadPool& threads);

  /// One E-step. `posterior` (O x K) holds the last one and gets the new one; `misled` (O) the probability that an item
  /// is pulled to a class that is not its own. Rows of items without labels are left as they are.
  void run(const PullFactors& factors, Matrix<double>& posterior, std::vector<double>& misled, PullCounts& out);

 private:
  const LabelPass& pass_;
  ThreadPool& threads_;
  std::vector<PullCounts> blocks_;
};

}  // namespace assay::models
