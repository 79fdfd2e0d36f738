#include "assay/engine/estimate.h"

#include <chrono>

#include "assay/base/numerics.h"
#include "assay/models/registry.h"
#include "assay/quality/expected_cost.h"

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
  const auto model = models::find_model(request.model).make(request.model_options);
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
  result.warnings = warnings_of(request);
  return result;
}

}  // namespace assay::engine
