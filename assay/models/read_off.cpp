#include "assay/models/read_off.h"

#include <algorithm>
#include <utility>

#include "assay/base/numerics.h"

namespace assay::models {
namespace {

// The pooled rows, [given][true] as one worker's block; one right label a class keeps a class that nobody met defined.
std::vector<double> crowd_rows(const Confusions& counts) {
  const std::size_t k = counts.class_count();
  std::vector<double> pooled(k * k);
  for (std::size_t w = 0; w < counts.worker_count(); ++w) {
    const auto n = counts.worker(w);
    for (std::size_t i = 0; i < pooled.size(); ++i) pooled[i] += n[i];
  }
  for (std::size_t t = 0; t < k; ++t) {
    pooled[t * k + t] += 1;
    double total = 0;
    for (std::size_t g = 0; g < k; ++g) total += pooled[g * k + t];
    for (std::size_t g = 0; g < k; ++g) pooled[g * k + t] /= total;
  }
  return pooled;
}

// All of an estimate but its posteriors, from their counts.
Estimate from_counts(Counts counts, const LabelPass& pass) {
  const Problem& problem = pass.problem();
  Estimate out;
  if (problem.prior_mode == PriorMode::fixed) {
    out.prior = problem.prior;
  } else {
    out.prior = counts.classes;
    normalize(out.prior);
  }
  out.confusion = read_off_confusions(counts.labels, problem.worker_priors);
  out.counts = std::move(counts.labels);
  out.summary.notes = gold_notes(pass);
  return out;
}

}  // namespace

Confusions read_off_confusions(const Confusions& counts, const Confusions& worker_priors) {
  const std::size_t k = counts.class_count();
  const std::vector<double> crowd = crowd_rows(counts);
  Confusions out(counts.worker_count(), k);
  std::vector<double> totals(k);
  for (std::size_t w = 0; w < counts.worker_count(); ++w) {
    const auto n = counts.worker(w);
    const auto to = out.worker(w);
    std::fill(totals.begin(), totals.end(), 0.0);
    for (std::size_t i = 0; i < k * k; ++i) {
      to[i] = n[i] + kCrowdLabels * crowd[i] + (worker_priors.empty() ? 0 : worker_priors.worker(w)[i]);
      totals[i % k] += to[i];
    }
    for (std::size_t i = 0; i < k * k; ++i) to[i] /= totals[i % k];
  }
  return out;
}

std::vector<std::string> gold_notes(const LabelPass& pass) {
  if (pass.problem().gold.empty() || pass.problem().prior_mode != PriorMode::estimate) return {};
  return {pass.gold_takes_part_in_prior() ? "every labelled item is gold: the class priors are the gold's shares"
                                          : "gold items are left out of the class priors"};
}

void fill_unlabelled(const LabelPass& pass, std::span<const double> prior, Matrix<double>& posterior) {
  const Problem& problem = pass.problem();
  for (ItemIndex item = 0; item < problem.labels.item_count(); ++item) {
    if (!problem.labels.rows(item).empty() || problem.has_gold(item)) continue;
    std::copy(prior.begin(), prior.end(), posterior.row(item).begin());
  }
}

Estimate read_off_estimate(Matrix<double> posterior, LabelPass& pass) {
  Estimate out = from_counts(pass.observe(posterior), pass);
  fill_unlabelled(pass, out.prior, posterior);
  out.posterior = std::move(posterior);
  return out;
}

BlockEstimate read_off_blocks(ChunkPosterior posterior, LabelPass& pass) {
  Estimate estimate = from_counts(pass.observe(posterior), pass);
  posterior = with_unlabelled(pass.problem(), std::move(posterior), estimate.prior);
  return {std::move(estimate), std::move(posterior)};
}

ChunkPosterior with_unlabelled(const Problem& problem, ChunkPosterior posterior, std::vector<double> prior) {
  return [&problem, posterior = std::move(posterior), prior = std::move(prior)](const LabelChunk& chunk,
                                                                                Matrix<double>& out) {
    posterior(chunk, out);
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      if (!chunk.rows(i).empty() || problem.has_gold(chunk.first_item + static_cast<ItemIndex>(i))) continue;
      std::copy(prior.begin(), prior.end(), out.row(i).begin());
    }
  };
}

}  // namespace assay::models
