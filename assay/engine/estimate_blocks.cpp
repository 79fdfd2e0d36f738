#include "assay/engine/estimate_blocks.h"

#include <algorithm>
#include <chrono>

#include "assay/base/error.h"
#include "assay/engine/estimate_parts.h"
#include "assay/engine/watched_source.h"
#include "assay/models/label_pass.h"
#include "assay/quality/data_quality.h"

namespace assay::engine {
namespace {

constexpr std::size_t kBlocksAtOnce = 8;  // a thread

// What is summed over all items, in item order.
void sum_items(const LabelSource& labels, ThreadPool& threads, BlockEstimateResult& out) {
  struct Block {
    Matrix<double> posterior;
    std::vector<ItemEstimate> items;
  };
  std::vector<Block> blocks(kBlocksAtOnce * threads.thread_count());
  quality::Claim claim(out.result.costs);
  std::vector<double>& share = out.result.class_share;
  share.assign(labels.shape().class_count, 0.0);
  for (std::size_t first = 0; first < labels.block_count(); first += blocks.size()) {
    const std::size_t n = std::min(blocks.size(), labels.block_count() - first);
    threads.run(n, [&](std::size_t i) {
      LabelStore room;
      blocks[i].items = describe_block(out, labels.chunk(first + i, room), blocks[i].posterior);
    });
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t o = 0; o < blocks[i].items.size(); ++o) {
        const auto p = blocks[i].posterior.row(o);
        if (blocks[i].items[o].label_count > 0) claim.add(p, blocks[i].items[o].label);
        for (std::size_t c = 0; c < share.size(); ++c) share[c] += p[c];
      }
    }
  }
  for (auto& s : share) s /= static_cast<double>(std::max<std::uint64_t>(1, labels.shape().item_count));
  out.result.data_quality = claim.finish();
}

}  // namespace

BlockEstimateResult estimate_blocks(const EstimateRequest& request, const LabelSource& all,
                                    const BlockEstimateLimits& limits, const models::Context& context) {
  const auto model = model_of(request, context);
  // Passes say for themselves how far they are.
  WatchedSource labels(all, context.progress, context.stop);
  models::Context unwatched = context;
  unwatched.progress = nullptr;
  BlockEstimateResult out;
  out.problem = std::make_unique<const models::Problem>(problem_of(request));
  out.result.shape = labels.shape();
  const auto start = std::chrono::steady_clock::now();
  auto fit = model->fit_blocks(*out.problem, labels, unwatched);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  out.result.estimate = std::move(fit.estimate);
  out.posterior = std::move(fit.posterior);
  complete(request, *model, context, seconds.count(), out.result);
  labels.begin("items");
  sum_items(labels, context.threads, out);
  labels.begin("workers");
  assess_workers(request, labels, limits.copying_labels, context, out.result);
  return out;
}

void estimate_on_other_ranks(const EstimateRequest& request, const LabelSource& labels,
                             const models::Context& context) {
  const auto model = model_of(request, context);
  const auto problem = problem_of(request);
  const auto unused = model->fit_blocks(problem, labels, context);
}

HeldBlocks hold_own_blocks(const LabelSource& all, const models::Context& context) {
  const auto own = models::blocks_of_rank(all, *context.ranks);
  return {all, own.begin, own.end, context.threads};
}

std::vector<ItemEstimate> describe_block(const BlockEstimateResult& estimate, const LabelChunk& chunk,
                                         Matrix<double>& posterior) {
  estimate.posterior(chunk, posterior);
  std::vector<ItemEstimate> out(chunk.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] =
        describe_item(posterior.row(i), estimate.result.estimate.prior, estimate.result.costs, chunk.rows(i).size());
  }
  return out;
}

}  // namespace assay::engine
