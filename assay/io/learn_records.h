#pragma once

#include <string_view>

#include "assay/io/records.h"

/// The names that `assay learn` writes, beside those of records.h.
namespace assay::io::records {

namespace tables {
inline constexpr std::string_view kPredictions = "predictions";
inline constexpr std::string_view kScores = "scores";
inline constexpr std::string_view kAdvice = "advice";
inline constexpr std::string_view kLearningCurves = "learning_curves";
inline constexpr std::string_view kGathering = "gathering";
inline constexpr std::string_view kRewards = "rewards";
}  // namespace tables

namespace columns {
inline constexpr std::string_view kOutOfFold = "out_of_fold";
inline constexpr std::string_view kItems = "items";
inline constexpr std::string_view kLabellerAccuracy = "labeller_accuracy";
inline constexpr std::string_view kAuc = "auc";
inline constexpr std::string_view kAucLow = "auc_low";
inline constexpr std::string_view kAucHigh = "auc_high";
inline constexpr std::string_view kGatheringName = "gathering";
inline constexpr std::string_view kSpent = "spent";
inline constexpr std::string_view kExamples = "examples";
inline constexpr std::string_view kDuplicateShare = "duplicate_share";
inline constexpr std::string_view kTruth = "truth";
inline constexpr std::string_view kError = "error";
inline constexpr std::string_view kDuplicate = "duplicate";
inline constexpr std::string_view kReward = "reward";
inline constexpr std::string_view kMeasure = "measure";
inline constexpr std::string_view kValue = "value";
}  // namespace columns

/// Figures of `assay learn` for programs.
namespace measures {
inline constexpr std::string_view kAuc = "auc";
inline constexpr std::string_view kTrainedCount = "trained_count";
inline constexpr std::string_view kFeaturelessCount = "featureless_count";
inline constexpr std::string_view kJudgedByTruth = "judged_by_truth";
inline constexpr std::string_view kScore = "score";
inline constexpr std::string_view kSpend = "spend";
inline constexpr std::string_view kLabelsPerItem = "labels_per_item";
inline constexpr std::string_view kSingleReliability = "single_reliability";
inline constexpr std::string_view kReliability = "reliability";
inline constexpr std::string_view kNewItemsGain = "new_items_gain";
inline constexpr std::string_view kNewItems = "new_items";
inline constexpr std::string_view kLabelsPerNewItem = "labels_per_new_item";
inline constexpr std::string_view kNewItemsEffective = "new_items_effective";
inline constexpr std::string_view kMoreLabelsGain = "more_labels_gain";
inline constexpr std::string_view kMoreLabels = "more_labels";
inline constexpr std::string_view kMoreLabelsEffective = "more_labels_effective";
inline constexpr std::string_view kNewItemsBetter = "new_items_better_probability";
inline constexpr std::string_view kCostByLabelling = "cost_by_labelling";
inline constexpr std::string_view kCostBySearching = "cost_by_searching";
inline constexpr std::string_view kCrossingBaseRate = "crossing_base_rate";
inline constexpr std::string_view kCrossingSearchPrice = "crossing_search_price";
}  // namespace measures

}  // namespace assay::io::records
