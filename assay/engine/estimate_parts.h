#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "assay/core/label_source.h"
#include "assay/engine/estimate.h"
#include "assay/models/registry.h"

/// What estimates in memory and from blocks have in common.
namespace assay::engine {

/// The model of a request. Throws Error{bad_input} as `estimate` does.
[[nodiscard]] std::unique_ptr<models::Aggregator> model_of(const EstimateRequest& request,
                                                           const models::Context& context);

/// The problem of a request, without its labels' gold being looked at. Refers to the request's table.
[[nodiscard]] models::Problem problem_of(const EstimateRequest& request);

/// One row of `items` from an item's K posteriors.
[[nodiscard]] ItemEstimate describe_item(std::span<const double> posterior, const std::vector<double>& prior,
                                         const CostMatrix& costs, std::size_t label_count);

/// Everything of the result but the fit and what is made of items: model, seed and seconds in the summary, costs,
/// interval, warnings. `seconds` is the fit's.
void complete(const EstimateRequest& request, const models::Aggregator& model, const models::Context& context,
              double seconds, EstimateResult& result);

/// The workers' quality, from the labels and the fit.
void assess_workers(const EstimateRequest& request, const LabelSource& labels, std::uint64_t copying_labels,
                    const models::Context& context, EstimateResult& result);

}  // namespace assay::engine
