#include "assay/engine/evaluate.h"

namespace assay::engine {

quality::Evaluation evaluate(const EvaluateRequest& request) {
  const EstimateResult& result = request.result;
  std::vector<ClassIndex> decided;
  GoldLabels truth = request.truth;
  std::uint64_t unlabelled_count = 0;
  for (std::size_t o = 0; o < result.items.size(); ++o) {
    decided.push_back(result.items[o].label);
    if (truth[o] == kNoClass || result.items[o].label_count > 0) continue;
    truth[o] = kNoClass;
    ++unlabelled_count;
  }
  std::vector<double> worker_quality;
  for (const auto& worker : result.workers.workers) worker_quality.push_back(worker.quality_expected.value);
  auto out = quality::evaluate({.labels = request.table.labels,
                                .posterior = result.estimate.posterior,
                                .decided = decided,
                                .truth = truth,
                                .costs = request.costs,
                                .worker_quality = worker_quality});
  out.unlabelled_count += unlabelled_count;
  return out;
}

}  // namespace assay::engine
