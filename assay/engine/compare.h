#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "assay/engine/estimate.h"
#include "assay/quality/data_quality.h"

namespace assay::engine {

/// One model in the comparison.
struct ComparedModel {
  std::string model;
  std::string failure;  ///< why it has no figures; empty when it has
  std::string termination;
  std::uint64_t iterations = 0;
  double seconds = 0;
  quality::DataQuality claimed;    ///< as its own posteriors have it, over all items with labels
  double vote_share = 0;           ///< share of the items with labels that it decides as majority vote does
  quality::Evaluation evaluation;  ///< against the truth; item_count 0 without one
};

/// Models to be fitted to the same labels, each with its default options.
struct CompareRequest {
  const EstimateRequest& estimate;  ///< labels, gold, costs, priors; its model is not looked at
  std::vector<std::string> models;
  /// Size O, kNoClass where unknown; or empty. K and above are classes that no label has: whatever is decided there is
  /// wrong.
  GoldLabels truth;
};

/// Rows in the order of `models`. A model that fails is a row with its reason; unknown names throw Error{bad_input}.
[[nodiscard]] std::vector<ComparedModel> compare(const CompareRequest& request, const models::Context& context);

/// "all" or "a,b,c" as names of the registry, without repeats; throws Error{bad_input} that names the nearest model.
[[nodiscard]] std::vector<std::string> model_names(std::string_view text);

}  // namespace assay::engine
