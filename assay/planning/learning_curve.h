#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "assay/base/options.h"
#include "assay/core/label_table.h"
#include "assay/models/aggregator.h"

namespace assay::planning {

/// What labels would have been worth had there been fewer: r of each item's labels, drawn at random without
/// replacement, judged anew.
struct LearningCurveRequest {
  const LabelStore& labels;
  const GoldLabels& truth;                     ///< of the items, kNoClass where unknown; they are what counts
  std::vector<std::uint64_t> labels_per_item;  ///< r; items with fewer labels keep all of them
  std::string model = "dawid_skene";           ///< registry name
  OptionValues model_options = {};
  std::uint64_t draws = 10;
};

struct LearningPoint {
  std::uint64_t labels_per_item = 0;
  double mean_labels = 0;  ///< that an item had: below labels_per_item where some have fewer
  double accuracy = 0;     ///< of the most likely class, an item with n equally likely ones counting 1/n; mean of
                           ///< the draws
  double accuracy_deviation = 0;  ///< standard deviation over the draws
};

/// A point for each r. Deterministic by the context's seed.
[[nodiscard]] std::vector<LearningPoint> learning_curve(const LearningCurveRequest& request,
                                                        const models::Context& context);

}  // namespace assay::planning
