#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Every column, field and file name that Assay reads or writes, with the synonyms that it understands.
namespace assay::io::records {

/// What a column of an input file means.
enum class Role {
  worker,
  item,
  label,
  weight,
  time,
  seconds,
  status,  ///< whether an assignment was approved or rejected
  golden,  ///< the known truth of the item, beside a label
  gold,    ///< the class in a gold or truth file
  true_class,
  decided_class,
  cost,
  class_name,
  prior,
};

/// Our own name of the column: "worker", "true", ...
[[nodiscard]] std::string_view name(Role role);
/// Names understood, normalised (see `normalized`), best first; our own name comes first.
[[nodiscard]] std::span<const std::string_view> synonyms(Role role);
/// Lower case, without spaces, '_' and '-': "Worker ID" and "worker_id" are the same name.
[[nodiscard]] std::string normalized(std::string_view column);
/// The column of `header` that has this role by name; the best synonym wins, then the first column.
[[nodiscard]] std::optional<std::size_t> find(Role role, std::span<const std::string> header);
/// Whether a column's name says by itself what it is.
[[nodiscard]] bool has_role(std::string_view column);
/// "worker, worker_id, annotator, ...": the first few names understood.
[[nodiscard]] std::string names_in_words(Role role);

// Input formats (`--input-format`).
inline constexpr std::string_view kAuto = "auto";
inline constexpr std::string_view kCsv = "csv";
inline constexpr std::string_view kTsv = "tsv";
inline constexpr std::string_view kJsonl = "jsonl";
inline constexpr std::string_view kParquet = "parquet";
inline constexpr std::string_view kAssay = "assay";
inline constexpr std::string_view kMturkBatch = "mturk_batch";
inline constexpr std::string_view kToloka = "toloka";
inline constexpr std::string_view kLabelStudio = "label_studio";
inline constexpr std::string_view kGetAnotherLabel = "get_another_label";

// MTurk batch results.
inline constexpr std::string_view kMturkItem = "HITId";
inline constexpr std::string_view kMturkWorker = "WorkerId";
inline constexpr std::string_view kMturkInput = "Input.";
inline constexpr std::string_view kMturkAnswer = "Answer.";
inline constexpr std::string_view kMturkTaskAnswers = "Answer.taskAnswers";
inline constexpr std::string_view kRejected = "rejected";  ///< of Role::status, any case; Toloka's too

// Toloka assignments.
inline constexpr std::string_view kTolokaInput = "INPUT:";
inline constexpr std::string_view kTolokaOutput = "OUTPUT:";
inline constexpr std::string_view kTolokaGolden = "GOLDEN:";
inline constexpr std::string_view kTolokaWorker = "ASSIGNMENT:worker_id";
inline constexpr std::string_view kTolokaTask = "ASSIGNMENT:task_id";

/// Names of the files that Assay writes, without their endings.
namespace tables {
inline constexpr std::string_view kCosts = "costs";
inline constexpr std::string_view kItems = "items";
inline constexpr std::string_view kWorkers = "workers";
inline constexpr std::string_view kConfusions = "confusions";
inline constexpr std::string_view kSoftLabels = "soft_labels";
inline constexpr std::string_view kClasses = "classes";
inline constexpr std::string_view kSummary = "summary.json";
inline constexpr std::string_view kLabels = "labels";
inline constexpr std::string_view kTruth = "truth";
inline constexpr std::string_view kGold = "gold";
inline constexpr std::string_view kPayments = "payments";
inline constexpr std::string_view kLedger = "ledger";
}  // namespace tables

/// Names of the columns of those files.
namespace columns {
inline constexpr std::string_view kItem = "item";
inline constexpr std::string_view kLabel = "label";
inline constexpr std::string_view kMostLikelyLabel = "most_likely_label";
inline constexpr std::string_view kProbabilityOf = "p_";  ///< followed by the class
inline constexpr std::string_view kExpectedCost = "expected_cost";
inline constexpr std::string_view kMinimumCost = "minimum_cost";
inline constexpr std::string_view kEntropy = "entropy";
inline constexpr std::string_view kLabelCount = "label_count";
inline constexpr std::string_view kWorker = "worker";
inline constexpr std::string_view kRank = "rank";
inline constexpr std::string_view kGoldCount = "gold_count";
inline constexpr std::string_view kQualityExpected = "quality_expected";
inline constexpr std::string_view kQualityExpectedLow = "quality_expected_low";
inline constexpr std::string_view kQualityExpectedHigh = "quality_expected_high";
inline constexpr std::string_view kQualityMinimum = "quality_minimum";
inline constexpr std::string_view kQualityMinimumLow = "quality_minimum_low";
inline constexpr std::string_view kQualityMinimumHigh = "quality_minimum_high";
inline constexpr std::string_view kAccuracy = "accuracy";
inline constexpr std::string_view kAccuracyLow = "accuracy_low";
inline constexpr std::string_view kAccuracyHigh = "accuracy_high";
inline constexpr std::string_view kFlags = "flags";
inline constexpr std::string_view kTrue = "true";
inline constexpr std::string_view kGiven = "given";
inline constexpr std::string_view kProbability = "probability";
inline constexpr std::string_view kLow = "low";
inline constexpr std::string_view kHigh = "high";
inline constexpr std::string_view kCount = "count";
inline constexpr std::string_view kShare = "share";
inline constexpr std::string_view kClass = "class";
inline constexpr std::string_view kPrior = "prior";
inline constexpr std::string_view kKind = "kind";
inline constexpr std::string_view kCopies = "copies";
inline constexpr std::string_view kHard = "hard";
inline constexpr std::string_view kWorkersNeeded = "workers_needed";
inline constexpr std::string_view kPricePerLabel = "price_per_label";
inline constexpr std::string_view kPricePerLabelLow = "price_per_label_low";
inline constexpr std::string_view kPricePerLabelHigh = "price_per_label_high";
inline constexpr std::string_view kEarned = "earned";
inline constexpr std::string_view kPaidNow = "paid_now";
inline constexpr std::string_view kHeld = "held";
inline constexpr std::string_view kFormula = "formula";
inline constexpr std::string_view kPaidBefore = "paid_before";
inline constexpr std::string_view kCurrency = "currency";
inline constexpr std::string_view kWorthBaseProbability = "worth_base_probability";
inline constexpr std::string_view kPaid = "paid";
inline constexpr std::string_view kBatch = "batch";
inline constexpr std::string_view kTime = "time";
inline constexpr std::string_view kBase = "base";
inline constexpr std::string_view kToppedUp = "topped_up";
inline constexpr std::string_view kPaidTotal = "paid_total";
inline constexpr std::string_view kScore = "score";
inline constexpr std::string_view kCurrentLabel = "current_label";
inline constexpr std::string_view kReason = "reason";
inline constexpr std::string_view kPrice = "price";
inline constexpr std::string_view kLabels = "labels";
inline constexpr std::string_view kStrategy = "strategy";
inline constexpr std::string_view kCostError = "cost_error";
inline constexpr std::string_view kLabelsPerItem = "labels_per_item";
inline constexpr std::string_view kTotalPrice = "total_price";
inline constexpr std::string_view kHours = "hours";
inline constexpr std::string_view kMeanLabels = "mean_labels";
inline constexpr std::string_view kAccuracyDeviation = "accuracy_deviation";
}  // namespace columns

/// Names of the figures that `assay agreement`, `assay evaluate` and `assay compare` give to programs.
namespace measures {
inline constexpr std::string_view kAlpha = "krippendorff_alpha";
inline constexpr std::string_view kAlphaLow = "krippendorff_alpha_low";
inline constexpr std::string_view kAlphaHigh = "krippendorff_alpha_high";
inline constexpr std::string_view kFleissKappa = "fleiss_kappa";
inline constexpr std::string_view kMeanKappa = "mean_cohen_kappa";
inline constexpr std::string_view kPairCount = "pair_count";
inline constexpr std::string_view kItemCount = "item_count";
inline constexpr std::string_view kWorkerCount = "worker_count";
inline constexpr std::string_view kComparedItemCount = "compared_item_count";
inline constexpr std::string_view kComparedLabelCount = "compared_label_count";
inline constexpr std::string_view kComparedCount = "compared_count";
inline constexpr std::string_view kMajorityShare = "majority_share";
inline constexpr std::string_view kPartnerCount = "partner_count";
inline constexpr std::string_view kUnlabelledCount = "unlabelled_count";
inline constexpr std::string_view kUnknownCount = "unknown_count";
inline constexpr std::string_view kAccuracy = "accuracy";
inline constexpr std::string_view kTiesSplit = "accuracy_ties_split";
inline constexpr std::string_view kMacroPrecision = "macro_precision";
inline constexpr std::string_view kMacroRecall = "macro_recall";
inline constexpr std::string_view kMacroF1 = "macro_f1";
inline constexpr std::string_view kLogLoss = "log_loss";
inline constexpr std::string_view kBrier = "brier";
inline constexpr std::string_view kCalibrationError = "expected_calibration_error";
inline constexpr std::string_view kRankCorrelation = "worker_rank_correlation";
inline constexpr std::string_view kRankedWorkerCount = "ranked_worker_count";
inline constexpr std::string_view kClaimed = "claimed";
inline constexpr std::string_view kActual = "actual";
inline constexpr std::string_view kTrueCount = "true_count";
inline constexpr std::string_view kDecidedCount = "decided_count";
inline constexpr std::string_view kPrecision = "precision";
inline constexpr std::string_view kRecall = "recall";
inline constexpr std::string_view kF1 = "f1";
inline constexpr std::string_view kMeanProbability = "mean_probability";
inline constexpr std::string_view kTrueAccuracy = "true_accuracy";
inline constexpr std::string_view kTrueQualityExpected = "true_quality_expected";
inline constexpr std::string_view kTrueQualityMinimum = "true_quality_minimum";
inline constexpr std::string_view kModel = "model";
inline constexpr std::string_view kFitSeconds = "seconds";
inline constexpr std::string_view kIterations = "iterations";
inline constexpr std::string_view kTermination = "termination";
inline constexpr std::string_view kVoteShare = "vote_share";
inline constexpr std::string_view kFailure = "failure";
}  // namespace measures

}  // namespace assay::io::records
