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
  counts.own.log_evidence = 0;
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
        k_(problem_.labels.class_count()),
        states_(k_),
        unit_(k_),
        given_unit_(k_ * k_) {}

  void run(ItemIndex begin, ItemIndex end, Matrix<double>& posterior, std::vector<double>& misled) {
    for (ItemIndex item = begin; item < end; ++item) {
      if (!problem_.labels.rows(item).empty()) run_item(item, posterior.row(item), misled[item]);
    }
    for (std::size_t j = 0; j < k_; ++j) {
      for (std::size_t t = 0; t < k_; ++t) {
        out_.shares(t, j) += tables_.start[j * k_ + t] * std::max(unit_[t] - given_unit_[j * k_ + t], 0.0);
      }
    }
  }

 private:
  [[nodiscard]] std::size_t k() const { return K > 0 ? K : k_; }

  void run_item(ItemIndex item, std::span<double> posterior, double& misled) {
    const auto rows = problem_.labels.rows(item);
    const bool is_gold = problem_.has_gold(item);
    states_.set_given<K>(rows);
    if (is_gold || !problem_.labels.weights().empty() || rows.size() > kMostMultiplied) {
      out_.own.log_evidence += add_logarithms(problem_, item, tables_, states_);
    } else {
      multiply<K>(rows, tables_, states_);
    }
    out_.own.log_evidence += std::log(weigh<K>(tables_, states_));
    misled = 0;
    for (std::size_t t = 0; t < k(); ++t) {
      const double p = states_.total[t];
      out_.moved += std::abs(p - posterior[t]);
      posterior[t] = p;
      if (!is_gold || gold_in_prior_) out_.own.classes[t] += p;
      misled += p - states_.none[t] - states_.unit[t] * tables_.start[t * k() + t];
    }
    count_pulls(misled);
    count_labels(item, rows, posterior);
  }

  // Numbers of items a pull. A class that was given has its own state in place of its share of `unit`.
  void count_pulls(double& misled) {
    for (std::size_t t = 0; t < k(); ++t) {
      out_.shares(t, k()) += states_.none[t];
      unit_[t] += states_.unit[t];
    }
    for (const std::size_t c : states_.classes) {
      const double* state = states_.given.data() + states_.slots[c] * k();
      for (std::size_t t = 0; t < k(); ++t) {
        out_.shares(t, c) += state[t];
        given_unit_[c * k() + t] += states_.unit[t];
      }
      misled -= state[c] - states_.unit[c] * tables_.start[c * k() + c];
    }
    misled = std::clamp(misled, 0.0, 1.0);
  }

  // Soft counts of what was the worker's own answer, not the pull's.
  void count_labels(ItemIndex item, std::span<const std::uint32_t> rows, std::span<const double> posterior) {
    const auto weights = problem_.labels.weights();
    const double odds = tables_.odds;
    double* own = out_.own.labels.values().data();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double weight = weights.empty() ? 1.0 : static_cast<double>(weights[problem_.labels.offset(item) + i]);
      const double* __restrict rates = tables_.rates + std::size_t{rows[i]} * k();
      const double* __restrict state = states_.given.data() + states_.slots[rows[i] % k()] * k();
      double* __restrict to = own + std::size_t{rows[i]} * k();
      for (std::size_t t = 0; t < k(); ++t) {
        const double rate = rates[t] > kSmallestRate ? rates[t] : kSmallestRate;
        to[t] += weight * (posterior[t] - state[t] * (odds / (rate + odds)));
      }
    }
  }

  const Problem& problem_;
  bool gold_in_prior_;
  const PullTables& tables_;
  PullCounts& out_;
  std::size_t k_;
  PullStates states_;
  std::vector<double> unit_;        // sum over items of PullStates::unit
  std::vector<double> given_unit_;  // the same over items where class j was given, at j K + t
};

}  // namespace

PullPass::PullPass(const LabelPass& pass, ThreadPool& threads)
    : pass_(pass), threads_(threads), blocks_(pass.block_count()) {}

void PullPass::run(const PullFactors& factors, Matrix<double>& posterior, std::vector<double>& misled,
                   PullCounts& out) {
  const LabelStore& labels = pass_.problem().labels;
  const PullTables tables(factors);
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
