#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "assay/base/options.h"
#include "assay/base/progress.h"
#include "assay/base/threads.h"
#include "assay/learn/classifier.h"
#include "assay/learn/scores.h"

namespace assay::planning {

/// Which learning curves: every combination of sizes, labellers and redundancies.
struct CurveOptions {
  std::string sizes = "20,40,80,120,160,200,250,300";
  std::string labeller_accuracies = "0.6,0.7,0.8,0.9,1";
  std::string labels_per_item = "1";
  std::uint64_t curve_repeats = 20;
  double test_share = 0.3;
};
[[nodiscard]] const OptionTable<CurveOptions>& curve_option_table();

/// Items whose truth is known, to be labelled by a simulated crowd. All outlive the call.
struct CurveRequest {
  const learn::Features& features;
  std::span<const ClassIndex> truth;  ///< a class an item
  std::size_t class_count;
  const learn::Classifier& classifier;
  learn::TargetKind train_on = learn::TargetKind::share;
  CurveOptions options;
  double interval = 0.9;
};

/// Means over the repeats, with the intervals of the means.
struct CurvePoint {
  std::uint64_t items = 0;
  std::uint64_t labels_per_item = 1;
  double labeller_accuracy = 1;
  learn::Interval accuracy, auc;
};

/// Trains on so many items, each labelled so many times by labellers who are right with the given probability and else
/// give any other class, and scores on held-out items by their truth. Each repeat draws test items, training items and
/// labels anew; within one repeat smaller training sets are parts of larger ones. Targets: share as it is; hard is the
/// plurality, ties drawn; soft the posterior of labellers of that accuracy and the classes' shares as prior. The same
/// for any number of threads. Throws Error{bad_input} for lists that make no sense, or more items than there are.
[[nodiscard]] std::vector<CurvePoint> learning_curves(const CurveRequest& request, std::uint64_t seed,
                                                      ThreadPool& threads, Progress* progress = nullptr,
                                                      const StopFlag* stop = nullptr);

/// The mean with the normal interval of the mean at `level`.
[[nodiscard]] learn::Interval mean_interval(std::span<const double> values, double level);

}  // namespace assay::planning
