#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "assay/base/options.h"
#include "assay/base/progress.h"
#include "assay/base/threads.h"
#include "assay/core/label_store.h"
#include "assay/learn/classifier.h"
#include "assay/planning/learning_surface.h"

namespace assay::planning {

/// What money buys, and how the advice is found.
struct AdviseOptions {
  double label_price = 0.05;              ///< of one label
  double item_price = 0;                  ///< of one more item without labels
  double spend = 0;                       ///< the money to advise on; 0: a quarter of what labels and items have cost
  std::uint64_t labels_per_new_item = 0;  ///< 0: as many as make a unit of money teach most
  double worker_accuracy = 0;             ///< of the average label; 0: from how far labels of an item agree
  std::string measure = "accuracy";       ///< or "auc"
  std::uint64_t repeats = 20;             ///< random splits into training and test items
  std::uint64_t draws = 400;              ///< for the intervals
};
[[nodiscard]] const OptionTable<AdviseOptions>& advise_option_table();

/// O items; rows of features, labels and targets in the same order. All outlive the call.
struct AdviseRequest {
  const learn::Features& features;
  const LabelStore& labels;
  const learn::Targets& targets;  ///< what the classifier is trained on
  const learn::Classifier& classifier;
  AdviseOptions options;
  double interval = 0.9;  ///< level of every interval
};

/// What a way of spending the money brings.
struct Gain {
  double items = 0;        ///< new items bought
  double labels = 0;       ///< labels bought
  double reliability = 0;  ///< of a new item's labels, or of all items' labels after the purchase
  double effective = 0;    ///< items of today's reliability that all items are worth after the purchase
  double value = 0;        ///< change of the measure
  double low = 0, high = 0;
};

struct Advice {
  double item_count = 0;  ///< items with labels, N
  double labels_per_item = 0;
  double single_reliability = 0;  ///< of one label
  double reliability = 0;         ///< of the items' labels now, mean
  double score = 0;               ///< the measure now, by the fitted surface
  double spend = 0;
  std::uint64_t labels_per_new_item = 1;
  Gain new_items;
  Gain more_labels;
  double new_items_better = 0;  ///< the chance that new items bring more, from the draws
  LearningSurface surface;
  std::vector<SurfacePoint> points;  ///< means over the splits

  [[nodiscard]] bool advises_new_items() const { return new_items.effective >= more_labels.effective; }
};

/// Whether the next money is better spent on new items or on more labels for the items at hand. The lecture's recipe:
/// follow the steeper learning gradient, the gain from more data by cross-validation, the gain from better data by
/// introducing noise.
///  1. the reliability of one label (reliability.h), and by Spearman and Brown's formula that of the items' labels now
///     and after either purchase; more labels go to the items that have fewest
///  2. scores on test items of classifiers trained on 1/4, 1/2 and all of the training items, with 0, 1/4 and 1/2 of
///     their targets exchanged for those of others (reliability falls to 1, 9/16 and 1/4 of itself). The truth of test
///     items is the share of each class among their labels; a score against it is nearer to chance than the true one
///     by the factor lambda, so it is divided by it: chance + (score - chance) / lambda
///  3. the surface (learning_surface.h), read where either purchase leads. It rises with effective items, so the
///     direction depends on these alone
/// Intervals: items, splits and the prior of the surface's weight are drawn again.
/// Throws Error{bad_input} when items are too few, a price is not allowed, or nothing tells how good labels are.
[[nodiscard]] Advice advise(const AdviseRequest& request, std::uint64_t seed, ThreadPool& threads,
                            Progress* progress = nullptr, const StopFlag* stop = nullptr);

}  // namespace assay::planning
