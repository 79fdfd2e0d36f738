#include "assay/engine/estimate.h"

#include <algorithm>
#include <chrono>

#include "assay/base/numerics.h"
#include "assay/models/registry.h"
#include "assay/quality/data_quality.h"
#include "assay/quality/expected_cost.h"
#include "assay/quality/worker_quality.h"

namespace assay::engine {
namespace {

constexpr std::size_t kItemsPerPiece = 4096;

std::vector<ItemEstimate> describe_items(const Estimate& estimate, const LabelStore& labels, const CostMatrix& costs,
                                         ThreadPool& threads) {
  std::vector<ItemEstimate> items(labels.item_count());
  threads.run((items.size() + kItemsPerPiece - 1) / kItemsPerPiece, [&](std::size_t piece) {
    const std::size_t end = std::min(items.size(), (piece + 1) * kItemsPerPiece);
    for (std::size_t o = piece * kItemsPerPiece; o < end; ++o) {
      const auto p = estimate.posterior.row(o);
      const auto decision = quality::best_decision(p, estimate.prior, costs);
      ItemEstimate& item = items[o];
      item.label = decision.label;
      item.minimum_cost = decision.cost;
      item.most_likely_label = quality::most_likely(p, estimate.prior);
      item.expected_cost = quality::expected_cost(p, costs);
      item.entropy = entropy(p);
      item.label_count = static_cast<std::uint32_t>(labels.rows(static_cast<ItemIndex>(o)).size());
    }
  });
  return items;
}

// Items that nobody labelled (gold only) say nothing of the labels' quality.
quality::DataQuality data_quality_of(const std::vector<ItemEstimate>& items, const Estimate& estimate,
                                     const CostMatrix& costs) {
  std::vector<ClassIndex> decided;
  std::vector<bool> labelled;
  for (const auto& item : items) {
    decided.push_back(item.label);
    labelled.push_back(item.label_count > 0);
  }
  return quality::claimed_data_quality(estimate.posterior, decided, costs, labelled);
}

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

EstimateResult estimate(const EstimateRequest& request, const models::Context& context) {
  const auto& info = models::find_model(request.model);
  const auto model = info.make(request.model_options);
  models::Problem problem{request.table.labels};
  problem.gold = request.gold;
  problem.prior_mode = request.prior_mode;
  problem.prior = request.prior;
  problem.worker_priors = request.worker_priors;

  const auto start = std::chrono::steady_clock::now();
  EstimateResult result;
  result.estimate = model->fit(problem, context);
  FitSummary& summary = result.estimate.summary;
  summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  summary.model = model->name();
  summary.options = model->options();
  summary.seed = context.seed;

  result.costs = request.costs.class_count() == 0 ? CostMatrix(request.table.classes.size()) : request.costs;
  result.interval = request.interval;
  result.items = describe_items(result.estimate, request.table.labels, result.costs, context.threads);
  result.data_quality = data_quality_of(result.items, result.estimate, result.costs);
  quality::WorkerQualityOptions options;
  options.interval = request.interval;
  options.population_prior = !wants_plain_counts(result.estimate.summary);
  const StoreSource labels(request.table.labels);
  result.workers =
      quality::estimate_worker_quality({labels, result.estimate, result.costs, request.table.workers, request.gold,
                                        request.prior_mode == models::PriorMode::fixed, &request.worker_priors},
                                       options, context.seed, context.threads);
  result.warnings = warnings_of(request);
  return result;
}

}  // namespace assay::engine
