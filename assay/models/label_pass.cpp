#include "assay/models/label_pass.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "assay/base/numerics.h"
#include "assay/models/label_pass_kernel.h"

namespace assay::models {
namespace {

constexpr double kSmallestFactor = 1e-30;
constexpr std::size_t kMostBlocks = 16;

// Enough blocks to share out the work, few enough that zeroing and merging their tables stays a small part of a pass.
std::size_t choose_block_count(const LabelStore& labels) {
  const std::uint64_t table = labels.worker_count() * labels.class_count() * labels.class_count();
  if (labels.label_count() < 4096) return 1;
  return std::clamp<std::uint64_t>(labels.label_count() / std::max<std::uint64_t>(4 * table, 1), 2, kMostBlocks);
}

struct Block {
  const Problem& problem;
  bool gold_in_prior;
  ItemIndex begin, end;
  const double* prior;
  const double* table;
  Counts& counts;
  Matrix<double>* posterior;
};

template <int K>
void add_posterior(const Block& block, ItemIndex item, std::span<const std::uint32_t> rows, const double* p) {
  const std::size_t k = K > 0 ? K : block.problem.labels.class_count();
  double* counts = block.counts.labels.values().data();
  for (const std::uint32_t row : rows) {
    double* to = counts + static_cast<std::size_t>(row) * k;
    for (std::size_t c = 0; c < k; ++c) to[c] += p[c];
  }
  if (block.posterior) std::copy_n(p, k, block.posterior->row(item).data());
}

template <int K>
void run_block(const Block& block) {
  const LabelStore& labels = block.problem.labels;
  const std::size_t k = K > 0 ? K : labels.class_count();
  std::array<double, K> fixed;
  std::vector<double> dynamic(K > 0 ? 0 : k);
  double* p = K > 0 ? fixed.data() : dynamic.data();
  LogSum evidence;
  for (ItemIndex item = block.begin; item < block.end; ++item) {
    const auto rows = labels.rows(item);
    if (rows.empty()) continue;
    const std::int64_t exponent = multiply_rows<K>(rows, block.prior, block.table, k, p);
    double sum = 0;
    for (std::size_t c = 0; c < k; ++c) sum += p[c];
    evidence.add(sum, exponent);
    const double scale = 1 / sum;
    for (std::size_t c = 0; c < k; ++c) p[c] *= scale;
    for (std::size_t c = 0; c < k; ++c) block.counts.classes[c] += p[c];
    add_posterior<K>(block, item, rows, p);
  }
  block.counts.log_evidence += evidence.value();
}

// The weight of the i-th label of an item.
double weight_of(const LabelStore& labels, ItemIndex item, std::size_t i) {
  return labels.weights().empty() ? 1.0 : static_cast<double>(labels.weights()[labels.offset(item) + i]);
}

// Adds one item's posterior to the counts, each label by its weight.
void count_item(const Block& block, ItemIndex item, std::span<const double> p) {
  const LabelStore& labels = block.problem.labels;
  if (!block.problem.has_gold(item) || block.gold_in_prior) {
    for (std::size_t c = 0; c < p.size(); ++c) block.counts.classes[c] += p[c];
  }
  double* counts = block.counts.labels.values().data();
  const auto rows = labels.rows(item);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double weight = weight_of(labels, item, i);
    for (std::size_t c = 0; c < p.size(); ++c) counts[rows[i] * p.size() + c] += weight * p[c];
  }
}

// The roomy path for gold and label weights: logarithms, one label at a time.
void run_block_general(const Block& block) {
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
      const ClassIndex gold = block.problem.gold[item];
      block.counts.log_evidence += log_p[gold];
      std::fill(p.begin(), p.end(), 0.0);
      p[gold] = 1;
    } else {
      const double total = log_sum_exp(log_p);
      block.counts.log_evidence += total;
      for (std::size_t c = 0; c < k; ++c) p[c] = std::exp(log_p[c] - total);
    }
    count_item(block, item, p);
    if (block.posterior) std::copy(p.begin(), p.end(), block.posterior->row(item).begin());
  }
}

void run_block_of_any_size(const Block& block) {
  if (!block.problem.gold.empty() || !block.problem.labels.weights().empty()) return run_block_general(block);
  switch (block.problem.labels.class_count()) {
    case 2:
      return run_block<2>(block);
    case 3:
      return run_block<3>(block);
    case 4:
      return run_block<4>(block);
    case 5:
      return run_block<5>(block);
    case 6:
      return run_block<6>(block);
    case 7:
      return run_block<7>(block);
    case 8:
      return run_block<8>(block);
    default:
      return run_block<0>(block);
  }
}

void vote_block(const Block& block) {
  const LabelStore& labels = block.problem.labels;
  const std::size_t k = labels.class_count();
  std::vector<double> p(k);
  for (ItemIndex item = block.begin; item < block.end; ++item) {
    const auto rows = labels.rows(item);
    if (rows.empty()) continue;
    const bool is_gold = block.problem.has_gold(item);
    std::fill(p.begin(), p.end(), 0.0);
    if (is_gold) {
      p[block.problem.gold[item]] = 1;
    } else {
      for (std::size_t i = 0; i < rows.size(); ++i) p[labels.label_of(rows[i])] += weight_of(labels, item, i);
      normalize(p);
    }
    count_item(block, item, p);
  }
}

void observe_block(const Block& block, const Matrix<double>& posterior) {
  for (ItemIndex item = block.begin; item < block.end; ++item) {
    if (!block.problem.labels.rows(item).empty()) count_item(block, item, posterior.row(item));
  }
}

}  // namespace

std::vector<ItemIndex> cut_items(const LabelStore& labels, std::size_t block_count) {
  const auto offsets = labels.offsets();
  std::vector<ItemIndex> borders(block_count + 1, static_cast<ItemIndex>(labels.item_count()));
  borders[0] = 0;
  for (std::size_t b = 1; b < block_count; ++b) {
    const std::uint64_t target = labels.label_count() * b / block_count;
    borders[b] = static_cast<ItemIndex>(std::lower_bound(offsets.begin(), offsets.end(), target) - offsets.begin());
  }
  return borders;
}

LabelPass::LabelPass(const Problem& problem, ThreadPool& threads) : problem_(problem), threads_(threads) {
  const LabelStore& labels = problem.labels;
  borders_ = cut_items(labels, choose_block_count(labels));
  blocks_.resize(block_count());
  bool all_gold = !problem.gold.empty();
  for (ItemIndex item = 0; item < labels.item_count() && all_gold; ++item) {
    all_gold = labels.rows(item).empty() || problem.has_gold(item);
  }
  gold_in_prior_ = all_gold;
}

void LabelPass::merge_blocks(Counts& out) {
  const std::size_t size = blocks_[0].labels.values().size();
  constexpr std::size_t kSegment = 1 << 14;
  const std::size_t segments = (size + kSegment - 1) / kSegment;
  threads_.run(segments, [&](std::size_t s) {
    const std::size_t begin = s * kSegment;
    const std::size_t end = std::min(size, begin + kSegment);
    double* to = out.labels.values().data();
    std::copy(blocks_[0].labels.values().begin() + begin, blocks_[0].labels.values().begin() + end, to + begin);
    for (std::size_t b = 1; b < blocks_.size(); ++b) {
      const double* from = blocks_[b].labels.values().data();
      for (std::size_t i = begin; i < end; ++i) to[i] += from[i];
    }
  });
  std::fill(out.classes.begin(), out.classes.end(), 0.0);
  out.log_evidence = 0;
  for (const auto& block : blocks_) {
    for (std::size_t c = 0; c < out.classes.size(); ++c) out.classes[c] += block.classes[c];
    out.log_evidence += block.log_evidence;
  }
}

Counts LabelPass::votes() {
  const std::size_t w = problem_.labels.worker_count();
  const std::size_t k = problem_.labels.class_count();
  threads_.run(blocks_.size(), [&](std::size_t b) {
    blocks_[b] = Counts(w, k);
    vote_block({problem_, gold_in_prior_, borders_[b], borders_[b + 1], nullptr, nullptr, blocks_[b], nullptr});
  });
  Counts out(w, k);
  merge_blocks(out);
  return out;
}

Counts LabelPass::observe(const Matrix<double>& posterior) {
  const std::size_t w = problem_.labels.worker_count();
  const std::size_t k = problem_.labels.class_count();
  threads_.run(blocks_.size(), [&](std::size_t b) {
    blocks_[b] = Counts(w, k);
    observe_block({problem_, gold_in_prior_, borders_[b], borders_[b + 1], nullptr, nullptr, blocks_[b], nullptr},
                  posterior);
  });
  Counts out(w, k);
  merge_blocks(out);
  return out;
}

void LabelPass::run(const Factors& factors, Counts& out, Matrix<double>* posterior) {
  const LabelStore& labels = problem_.labels;
  const std::size_t k = labels.class_count();
  std::vector<double> table(factors.table.values().size());
  constexpr std::size_t kSegment = 1 << 14;
  threads_.run((table.size() + kSegment - 1) / kSegment, [&](std::size_t s) {
    const std::size_t end = std::min(table.size(), (s + 1) * kSegment);
    for (std::size_t i = s * kSegment; i < end; ++i) table[i] = std::max(factors.table.values()[i], kSmallestFactor);
  });
  std::vector<double> prior = factors.prior;
  for (double& v : prior) v = std::max(v, kSmallestFactor);
  if (posterior) {
    *posterior = Matrix<double>(labels.item_count(), k);
    for (ItemIndex item = 0; item < labels.item_count(); ++item) {
      if (!labels.rows(item).empty()) continue;
      auto row = posterior->row(item);
      if (problem_.has_gold(item)) {
        row[problem_.gold[item]] = 1;
      } else {
        std::copy(prior.begin(), prior.end(), row.begin());
        normalize(row);
      }
    }
  }
  threads_.run(blocks_.size(), [&](std::size_t b) {
    Counts& counts = blocks_[b];
    if (counts.classes.size() != k) counts = Counts(labels.worker_count(), k);
    std::fill(counts.labels.values().begin(), counts.labels.values().end(), 0.0);
    std::fill(counts.classes.begin(), counts.classes.end(), 0.0);
    counts.log_evidence = 0;
    run_block_of_any_size(
        {problem_, gold_in_prior_, borders_[b], borders_[b + 1], prior.data(), table.data(), counts, posterior});
  });
  if (out.classes.size() != k || out.labels.worker_count() != labels.worker_count())
    out = Counts(labels.worker_count(), k);
  merge_blocks(out);
}

}  // namespace assay::models
