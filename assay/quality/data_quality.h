#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "assay/base/matrix.h"
#include "assay/core/cost_matrix.h"
#include "assay/core/label_store.h"
#include "assay/quality/assessment.h"
#include "assay/quality/expected_cost.h"

/// How good the labels of a data set are: as their posteriors claim, and as the truth shows. Both are worked out with
/// the same formulas over the same items, each against a spammer who knows its class shares and nothing of any item, so
/// that the claim can be held against the truth.
namespace assay::quality {

/// Sums what posteriors claim, an item at a time; the formulas are those below.
class Claim {
 public:
  explicit Claim(const CostMatrix& costs) : costs_(costs), shares_(costs.class_count()) {}
  void add(std::span<const double> posterior, ClassIndex decided);
  [[nodiscard]] DataQuality finish() const;

 private:
  const CostMatrix& costs_;
  DataQuality sum_;
  double count_ = 0;
  std::vector<double> shares_;
};

/// What the posteriors claim. `decided` is the label of each item; items with no place in `chosen` (false) are left
/// out; an empty `chosen` takes all. Means over no item are NaN.
///   expected cost = mean_o sum_ij p_o(i) p_o(j) cost(i, j)      minimum cost = mean_o sum_i p_o(i) cost(i, decided_o)
///   accuracy = mean_o p_o(decided_o)                            quality = 1 - cost / spammer's cost, not below 0
/// The spammer's soft label is the mean posterior. A prior that the posteriors don't average to would not do:
/// posteriors more modest than it would be worth less than no labels at all.
[[nodiscard]] DataQuality claimed_data_quality(const Matrix<double>& posterior, std::span<const ClassIndex> decided,
                                               const CostMatrix& costs, const std::vector<bool>& chosen = {});

/// What is true of the items whose truth is known (kNoClass: unknown).
///   expected cost = mean_o sum_j p_o(j) cost(truth_o, j)        minimum cost = mean_o cost(truth_o, decided_o)
///   accuracy = share of items with decided_o = truth_o
/// The spammer's soft label is the prior of `formula`: the class shares of the truth.
[[nodiscard]] DataQuality true_data_quality(const Matrix<double>& posterior, std::span<const ClassIndex> decided,
                                            std::span<const ClassIndex> truth, const QualityFormula& formula);

/// Decisions on one class against the truth. NaN where nothing was decided (precision) or nothing is true (recall).
struct ClassScore {
  std::uint64_t true_count = 0;
  std::uint64_t decided_count = 0;
  std::uint64_t right_count = 0;
  double precision = 0, recall = 0;
  double f1 = 0;  ///< 0 when nothing is right; NaN when the class neither occurs nor is decided
};

/// Items whose decided label has a probability in [low, high).
struct CalibrationBin {
  double low = 0, high = 0;
  std::uint64_t item_count = 0;
  double mean_probability = 0;  ///< NaN for an empty bin
  double accuracy = 0;          ///< NaN for an empty bin
};

/// Workers with fewer labels on items whose truth is known have shown too little to be ranked by it.
inline constexpr std::uint64_t kFewestTruthLabels = 20;

/// A worker's labels against the truth.
struct WorkerTruth {
  std::uint64_t label_count = 0;  ///< on items whose truth is known
  double accuracy = 0;            ///< share of right labels; NaN without labels
  double quality_expected = 0;    ///< of the confusion matrix that he showed; NaN without labels or where not defined
  double quality_minimum = 0;
};

/// An estimate held against the truth.
struct Evaluation {
  std::uint64_t item_count = 0;        ///< items with truth and labels: all figures are over these
  std::uint64_t unlabelled_count = 0;  ///< items with truth that nobody labelled
  DataQuality claimed, actual;
  double accuracy = 0;             ///< of the decided labels
  double accuracy_ties_split = 0;  ///< of the most likely labels, an item with n equally likely ones counting 1/n
  double macro_precision = 0, macro_recall = 0, macro_f1 = 0;  ///< means over the classes where they are numbers
  double log_loss = 0;                                         ///< mean of -log p_o(truth), p not below 1e-15; nats
  double brier = 0;                                            ///< mean of sum_t (p_o(t) - [t = truth])^2, in [0, 2]
  double calibration_error =
      0;  ///< sum over bins of share x |accuracy - mean probability| (expected calibration error)
  std::vector<ClassScore> classes;
  std::vector<CalibrationBin> calibration;  ///< 10 bins of equal width
  std::vector<WorkerTruth> workers;
  /// Spearman's, of estimated and true quality_expected, over the workers with kFewestTruthLabels; NaN with under 3.
  double worker_rank_correlation = 0;
  std::uint64_t ranked_worker_count = 0;  ///< how many workers that is over
};

struct EvaluationProblem {
  const LabelStore& labels;  ///< may be empty (an estimate read back from its files): then all items count as labelled
  const Matrix<double>& posterior;
  std::span<const ClassIndex> decided;
  std::span<const ClassIndex> truth;  ///< one an item, kNoClass where unknown
  const CostMatrix& costs;
  /// The estimated quality_expected of each worker; empty leaves the rank correlation NaN.
  std::span<const double> worker_quality;
};

/// Workers are judged with the class shares of the truth as prior. A worker's row of a true class that he
/// never met is taken to be his label shares, which claims nothing for him. O(items K + labels + workers K^2).
[[nodiscard]] Evaluation evaluate(const EvaluationProblem& problem);

}  // namespace assay::quality
