#include "assay/engine/estimate_parts.h"

#include <algorithm>

#include "assay/base/error.h"
#include "assay/base/numerics.h"
#include "assay/quality/expected_cost.h"
#include "assay/quality/worker_quality.h"

namespace assay::engine {
namespace {

// Dawid and Skene's own estimates, asked for by pseudo-counts of 0, are shown as they are. Everybody else's quality
// comes from the soft counts and the population: matrices that a model leans on a worker's accuracy let lazy spammers
// look good.
bool wants_plain_counts(const FitSummary& fit) {
  const auto is_zero = [](const auto& option) { return option.first == "pseudo_count" && option.second == "0"; };
  return fit.model == "dawid_skene" && std::any_of(fit.options.begin(), fit.options.end(), is_zero);
}

std::vector<std::string> warnings_of(const EstimateRequest& request) {
  std::vector<std::string> out;
  if (request.table.classes.size() == 1) {
    out.push_back("there is a single class (\"" + request.table.classes.name(0) +
                  "\"): nothing can be told about any worker");
  }
  return out;
}

}  // namespace

std::unique_ptr<models::Aggregator> model_of(const EstimateRequest& request, const models::Context& context) {
  const auto& info = models::find_model(request.model);
  if (context.checkpoint != nullptr && !info.resumes) {
    throw bad_input("the model " + info.name + " can't be resumed; models that can are " +
                        option_parsing::choices_in_words(models::resuming_models()),
                    "--checkpoint");
  }
  return info.make(request.model_options);
}

models::Problem problem_of(const EstimateRequest& request) {
  models::Problem problem{request.table.labels};
  problem.gold = request.gold;
  problem.prior_mode = request.prior_mode;
  problem.prior = request.prior;
  problem.worker_priors = request.worker_priors;
  return problem;
}

ItemEstimate describe_item(std::span<const double> posterior, const std::vector<double>& prior, const CostMatrix& costs,
                           std::size_t label_count) {
  const auto decision = quality::best_decision(posterior, prior, costs);
  ItemEstimate item;
  item.label = decision.label;
  item.minimum_cost = decision.cost;
  item.most_likely_label = quality::most_likely(posterior, prior);
  item.expected_cost = quality::expected_cost(posterior, costs);
  item.entropy = entropy(posterior);
  item.label_count = static_cast<std::uint32_t>(label_count);
  return item;
}

void complete(const EstimateRequest& request, const models::Aggregator& model, const models::Context& context,
              double seconds, EstimateResult& result) {
  FitSummary& summary = result.estimate.summary;
  summary.seconds = seconds;
  summary.model = model.name();
  summary.options = model.options();
  summary.seed = context.seed;
  result.costs = request.costs.class_count() == 0 ? CostMatrix(request.table.classes.size()) : request.costs;
  result.interval = request.interval;
  result.warnings = warnings_of(request);
}

void assess_workers(const EstimateRequest& request, const LabelSource& labels, std::uint64_t copying_labels,
                    const models::Context& context, EstimateResult& result) {
  quality::WorkerQualityOptions options;
  options.interval = request.interval;
  options.population_prior = !wants_plain_counts(result.estimate.summary);
  options.copying_labels = std::min(options.copying_labels, copying_labels);
  result.workers =
      quality::estimate_worker_quality({labels, result.estimate, result.costs, request.table.workers, request.gold,
                                        request.prior_mode == models::PriorMode::fixed, &request.worker_priors},
                                       options, context.seed, context.threads);
}

}  // namespace assay::engine
