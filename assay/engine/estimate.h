#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "assay/base/options.h"
#include "assay/core/cost_matrix.h"
#include "assay/core/estimate.h"
#include "assay/core/label_source.h"
#include "assay/core/label_table.h"
#include "assay/models/aggregator.h"
#include "assay/quality/assessment.h"

namespace assay::engine {

/// The product's main verb: labels in, truth and worker quality out. O items, W workers, K classes.
struct EstimateRequest {
  const LabelTable& table;
  GoldLabels gold = {};   ///< size O or empty
  CostMatrix costs = {};  ///< K x K; 0/1 when empty
  models::PriorMode prior_mode = models::PriorMode::estimate;
  std::vector<double> prior = {};  ///< K probabilities, for PriorMode::fixed
  Confusions worker_priors = {};   ///< pseudo-counts from an earlier estimate, or empty
  std::string model = {};          ///< registry name
  OptionValues model_options = {};
  double interval = 0.9;  ///< level of every credible interval, in (0, 1)
};

/// One row of `items`.
struct ItemEstimate {
  ClassIndex label = 0;  ///< the decision of minimum expected cost
  ClassIndex most_likely_label = 0;
  double expected_cost = 0;
  double minimum_cost = 0;
  double entropy = 0;  ///< nats
  std::uint32_t label_count = 0;
};

struct EstimateResult {
  LabelShape shape;  ///< of the labels
  Estimate estimate;
  std::vector<ItemEstimate> items;    ///< O rows, in table order
  quality::WorkerAssessment workers;  ///< W workers with intervals and flags
  quality::DataQuality data_quality;  ///< as the posteriors claim it
  std::vector<double> class_share;    ///< K, mean posteriors: each class's part of the items; may be left empty where
                                      ///< all posteriors are there
  CostMatrix costs;
  double interval = 0.9;
  std::vector<std::string> warnings;  ///< for people: what to know before trusting the numbers
};

/// Throws Error{bad_input} for an unknown model or option, or a checkpoint for a model that can't be resumed. An
/// interrupted fit says so in its summary; with a checkpoint it throws Error{interrupted}.
[[nodiscard]] EstimateResult estimate(const EstimateRequest& request, const models::Context& context);

/// Means over the rows; zeros when there are none.
[[nodiscard]] std::vector<double> class_shares(const Matrix<double>& posterior);

}  // namespace assay::engine
