#include "assay/engine/estimate.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include "assay/engine/estimate_parts.h"
#include "assay/engine/watched_source.h"
#include "assay/quality/data_quality.h"

namespace assay::engine {
namespace {

constexpr std::size_t kItemsPerPiece = 4096;

std::vector<ItemEstimate> describe_items(const Estimate& estimate, const LabelStore& labels, const CostMatrix& costs,
                                         ThreadPool& threads) {
  std::vector<ItemEstimate> items(labels.item_count());
  threads.run((items.size() + kItemsPerPiece - 1) / kItemsPerPiece, [&](std::size_t piece) {
    const std::size_t end = std::min(items.size(), (piece + 1) * kItemsPerPiece);
    for (std::size_t o = piece * kItemsPerPiece; o < end; ++o) {
      items[o] = describe_item(estimate.posterior.row(o), estimate.prior, costs,
                               labels.rows(static_cast<ItemIndex>(o)).size());
    }
  });
  return items;
}

// Items that nobody labelled (gold only) say nothing of the labels' quality.
quality::DataQuality data_quality_of(const std::vector<ItemEstimate>& items, const Estimate& estimate,
                                     const CostMatrix& costs) {
  quality::Claim claim(costs);
  for (std::size_t o = 0; o < items.size(); ++o) {
    if (items[o].label_count > 0) claim.add(estimate.posterior.row(o), items[o].label);
  }
  return claim.finish();
}

}  // namespace

EstimateResult estimate(const EstimateRequest& request, const models::Context& context) {
  const auto model = model_of(request, context);
  const models::Problem problem = problem_of(request);
  const StoreSource labels(request.table.labels);
  EstimateResult result;
  result.shape = labels.shape();
  const auto start = std::chrono::steady_clock::now();
  result.estimate = model->fit(problem, context);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  complete(request, *model, context, seconds.count(), result);
  result.items = describe_items(result.estimate, request.table.labels, result.costs, context.threads);
  result.data_quality = data_quality_of(result.items, result.estimate, result.costs);
  result.class_share = class_shares(result.estimate.posterior);
  // A stop leaves the results of the last pass, so it does not end this part.
  WatchedSource watched(labels, context.progress, nullptr);
  watched.begin("workers");
  assess_workers(request, watched, std::numeric_limits<std::uint64_t>::max(), context, result);
  return result;
}

std::vector<double> class_shares(const Matrix<double>& posterior) {
  std::vector<double> share(posterior.columns());
  for (std::size_t o = 0; o < posterior.rows(); ++o) {
    for (std::size_t c = 0; c < share.size(); ++c) share[c] += posterior(o, c);
  }
  for (auto& s : share) s /= static_cast<double>(std::max<std::size_t>(1, posterior.rows()));
  return share;
}

}  // namespace assay::engine
