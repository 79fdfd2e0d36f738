#include "assay/models/pull_pass.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "assay/models/pull_item.h"

namespace assay::models {
namespace {

void clear(PullCounts& counts, std::size_t workers, std::size_t k) {
  if (counts.own.classes.size() != k || counts.own.labels.worker_count() != workers) counts.own = Counts(workers, k);
  std::fill(counts.own.labels.values().begin(), counts.own.labels.values().end(), 0.0);
  std::fill(counts.own.classes.begin(), counts.own.classes.end(), 0.0);
  counts.shares = Matrix<double>(k, k + 1);
  counts.moved = 0;
}

// The items [begin, end) of one block. K classes known to the compiler, or 0 for any number.
template <std::size_t K>
class Block {
 public:
  Block(const LabelPass& pass, const PullTables& tables, PullCounts& out)
      : problem_(pass.problem()),
        gold_in_prior_(pass.gold_takes_part_in_prior()),
        tables_(tables),
        out_(out),
        k_(K > 0 ? K : problem_.labels.class_count()),
        base_(k_),
        state_(k_ * (k_ + 1)),
        shares_(state_.size()) {}

  void run(ItemIndex begin, ItemIndex end, Matrix<double>& posterior, std::vector<double>& misled) {
    for (ItemIndex item = begin; item < end; ++item) {
      if (!problem_.labels.rows(item).empty()) run_item(item, posterior.row(item), misled[item]);
    }
    for (std::size_t j = 0; j <= k_; ++j) {
      for (std::size_t t = 0; t < k_; ++t) out_.shares(t, j) += shares_[j * k_ + t];
    }
  }

 private:
  [[nodiscard]] std::size_t k() const { return K > 0 ? K : k_; }

  void run_item(ItemIndex item, std::span<double> posterior, double& misled) {
    const bool is_gold = problem_.has_gold(item);
    if (is_gold || !problem_.labels.weights().empty() || problem_.labels.rows(item).size() > kMostMultiplied) {
      add_logarithms(problem_, item, tables_, base_, state_);
    } else {
      multiply<K>(problem_.labels.rows(item), tables_, base_, state_);
    }
    double sum = 0;
    for (const double x : state_) sum += x;
    const double scale = 1 / sum;
    for (std::size_t i = 0; i < k() * (k() + 1); ++i) shares_[i] += state_[i] *= scale;
    misled = 0;
    for (std::size_t t = 0; t < k(); ++t) {
      double p = 0;
      double wrong = 0;
      for (std::size_t j = 0; j < k(); ++j) {
        p += state_[j * k() + t];
        if (j != t) wrong += state_[j * k() + t];
      }
      p += state_[k() * k() + t];
      misled += wrong;
      out_.moved += std::abs(p - posterior[t]);
      posterior[t] = p;
      if (!is_gold || gold_in_prior_) out_.own.classes[t] += p;
    }
    observe(item, posterior);
  }

  void observe(ItemIndex item, std::span<const double> posterior) {
    double* own = out_.own.labels.values().data();
    const auto rows = problem_.labels.rows(item);
    const auto weights = problem_.labels.weights();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double weight = weights.empty() ? 1.0 : static_cast<double>(weights[problem_.labels.offset(item) + i]);
      const double* pulled = tables_.row(rows[i]) + 2 * k();
      const double* state = state_.data() + (rows[i] % k()) * k();
      double* to = own + static_cast<std::size_t>(rows[i]) * k();
      for (std::size_t t = 0; t < k(); ++t) to[t] += weight * (posterior[t] - state[t] * pulled[t]);
    }
  }

  const Problem& problem_;
  bool gold_in_prior_;
  const PullTables& tables_;
  PullCounts& out_;
  std::size_t k_;
  std::vector<double> base_;
  std::vector<double> state_;
  std::vector<double> shares_;
};

}  // namespace

PullPass::PullPass(const LabelPass& pass, ThreadPool& threads)
    : pass_(pass), threads_(threads), blocks_(pass.block_count()) {}

void PullPass::run(const PullFactors& factors, Matrix<double>& posterior, std::vector<double>& misled,
                   PullCounts& out) {
  const LabelStore& labels = pass_.problem().labels;
  const PullTables tables(factors, threads_);
  const auto borders = pass_.borders();
  threads_.run(blocks_.size(), [&](std::size_t b) {
    clear(blocks_[b], labels.worker_count(), labels.class_count());
    const auto run = [&](auto block) { block.run(borders[b], borders[b + 1], posterior, misled); };
    switch (labels.class_count()) {
      case 2:
        return run(Block<2>(pass_, tables, blocks_[b]));
      case 3:
        return run(Block<3>(pass_, tables, blocks_[b]));
      case 4:
        return run(Block<4>(pass_, tables, blocks_[b]));
      case 5:
        return run(Block<5>(pass_, tables, blocks_[b]));
      default:
        return run(Block<0>(pass_, tables, blocks_[b]));
    }
  });
  clear(out, labels.worker_count(), labels.class_count());
  for (const PullCounts& block : blocks_) {
    out.own.merge(block.own);
    for (std::size_t i = 0; i < out.shares.values().size(); ++i) out.shares.values()[i] += block.shares.values()[i];
    out.moved += block.moved;
  }
}

}  // namespace assay::models
