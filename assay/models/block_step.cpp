#include "assay/models/block_step.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "assay/base/numerics.h"
#include "assay/models/label_pass_kernel.h"

namespace assay::models {
namespace {

// The weight of the i-th label of an item.
double weight_of(const LabelStore& labels, ItemIndex item, std::size_t i) {
  return labels.weights().empty() ? 1.0 : static_cast<double>(labels.weights()[labels.offset(item) + i]);
}

// Adds one item's posterior to the counts, each label by its weight.
void count_item(const BlockStep& block, ItemIndex item, std::span<const double> p) {
  const LabelStore& labels = block.problem.labels;
  if (!block.problem.has_gold(item) || block.gold_in_prior) {
    for (std::size_t c = 0; c < p.size(); ++c) block.counts.classes[c] += p[c];
  }
  if (block.counts.labels.empty()) return;
  double* counts = block.counts.labels.values().data();
  const auto rows = labels.rows(item);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double weight = weight_of(labels, item, i);
    for (std::size_t c = 0; c < p.size(); ++c) counts[rows[i] * p.size() + c] += weight * p[c];
  }
}

// The roomy path for gold and label weights: logarithms, one label at a time.
void run_block_general(const BlockStep& block) {
  const LabelStore& labels = block.problem.labels;
  const std::size_t k = labels.class_count();
  std::vector<double> log_p(k);
  std::vector<double> p(k);
  for (ItemIndex item = block.begin; item < block.end; ++item) {
    const auto rows = labels.rows(item);
    if (rows.empty()) continue;
    const bool is_gold = block.problem.has_gold(item);
    for (std::size_t c = 0; c < k; ++c) log_p[c] = is_gold && !block.gold_in_prior ? 0 : std::log(block.prior[c]);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double* factors = block.table + rows[i] * k;
      for (std::size_t c = 0; c < k; ++c) log_p[c] += weight_of(labels, item, i) * std::log(factors[c]);
    }
    if (is_gold) {
      const ClassIndex gold = block.problem.gold_of(item);
      block.counts.log_evidence += log_p[gold];
      std::fill(p.begin(), p.end(), 0.0);
      p[gold] = 1;
    } else {
      const double total = log_sum_exp(log_p);
      block.counts.log_evidence += total;
      for (std::size_t c = 0; c < k; ++c) p[c] = std::exp(log_p[c] - total);
    }
    count_item(block, item, p);
    if (block.posterior) std::copy(p.begin(), p.end(), block.posterior->row(item - block.first_row).begin());
  }
}

}  // namespace

void run_block(const BlockStep& block) {
  const LabelStore& labels = block.problem.labels;
  if (!block.problem.gold.empty() || !labels.weights().empty()) return run_block_general(block);
  if (block.begin == block.end) return;
  const auto cells = block.counts.labels.values();
  const std::size_t k = labels.class_count();
  block.counts.log_evidence += run_kernel(
      {.offsets = labels.offsets().data(),
       .entries = labels.entries().data(),
       .begin = block.begin,
       .end = block.end,
       .class_count = k,
       .prior = block.prior,
       .table = block.table,
       .counts = cells.empty() ? nullptr : cells.data(),
       .classes = block.counts.classes.data(),
       .posterior = block.posterior == nullptr ? nullptr : block.posterior->row(block.begin - block.first_row).data(),
       .pairs = block.pairs,
       .far = table_bytes(labels.worker_count(), k) > kCachedTableBytes});
}

void vote_block(const BlockStep& block) {
  const LabelStore& labels = block.problem.labels;
  const std::size_t k = labels.class_count();
  std::vector<double> p(k);
  for (ItemIndex item = block.begin; item < block.end; ++item) {
    const auto rows = labels.rows(item);
    if (rows.empty()) continue;
    const bool is_gold = block.problem.has_gold(item);
    std::fill(p.begin(), p.end(), 0.0);
    if (is_gold) {
      p[block.problem.gold_of(item)] = 1;
    } else {
      for (std::size_t i = 0; i < rows.size(); ++i) p[labels.label_of(rows[i])] += weight_of(labels, item, i);
      normalize(p);
    }
    count_item(block, item, p);
  }
}

void observe_block(const BlockStep& block, const Matrix<double>& posterior) {
  for (ItemIndex item = block.begin; item < block.end; ++item) {
    if (!block.problem.labels.rows(item).empty()) count_item(block, item, posterior.row(item - block.first_row));
  }
}

void put_unlabelled(const Problem& problem, const LabelChunk& chunk, std::span<const double> prior,
                    Matrix<double>& posterior, std::size_t row) {
  for (ItemIndex item = chunk.begin; item < chunk.end; ++item, ++row) {
    if (!problem.labels.rows(item).empty()) continue;
    const auto p = posterior.row(row);
    if (problem.has_gold(item)) {
      p[problem.gold_of(item)] = 1;
    } else {
      std::copy(prior.begin(), prior.end(), p.begin());
      normalize(p);
    }
  }
}

}  // namespace assay::models
