#include "assay/models/pull_pass.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace assay::models {
namespace {

constexpr double kSmallest = 1e-300;
constexpr double kNegligible = -40;  // exp of it is below the rounding of a sum near 1

// Tables of one pass, by row number worker * K + given and true class.
struct Tables {
  std::vector<double> log_rate;   // log C
  std::vector<double> log_gain;   // log(((1 - g) C + g) / ((1 - g) C))
  std::vector<double> pulled;     // g / ((1 - g) C + g): how likely a label of the pull's class is the pull's
  std::vector<double> log_start;  // K x (K + 1): log(prior x share)
  double log_miss;                // log(1 - g)
};

Tables tabulate(const PullFactors& factors, ThreadPool& threads) {
  const auto rates = factors.rates.values();
  const double g = factors.pull;
  Tables t;
  t.log_rate.resize(rates.size());
  t.log_gain.resize(rates.size());
  t.pulled.resize(rates.size());
  constexpr std::size_t kSegment = 1 << 14;
  threads.run((rates.size() + kSegment - 1) / kSegment, [&](std::size_t s) {
    const std::size_t end = std::min(rates.size(), (s + 1) * kSegment);
    for (std::size_t i = s * kSegment; i < end; ++i) {
      const double rate = std::max(rates[i], kSmallest);
      t.log_rate[i] = std::log(rate);
      t.log_gain[i] = std::log1p(g / ((1 - g) * rate));
      t.pulled[i] = g / ((1 - g) * rate + g);
    }
  });
  const std::size_t k = factors.prior.size();
  t.log_start.resize(k * (k + 1));
  for (std::size_t i = 0; i < t.log_start.size(); ++i) {
    t.log_start[i] = std::log(std::max(factors.prior[i / (k + 1)], kSmallest)) +
                     std::log(std::max(factors.shares.values()[i], kSmallest));
  }
  t.log_miss = std::log1p(-g);
  return t;
}

class Block {
 public:
  Block(const LabelPass& pass, const Tables& tables, PullCounts& out)
      : problem_(pass.problem()),
        gold_in_prior_(pass.gold_takes_part_in_prior()),
        tables_(tables),
        out_(out),
        k_(problem_.labels.class_count()),
        base_(k_),
        state_(k_ * (k_ + 1)) {}

  void run(ItemIndex item, std::span<double> posterior, double& misled) {
    const auto rows = problem_.labels.rows(item);
    if (rows.empty()) return;
    gather(item, rows);
    normalize_states();
    const bool counts_in_prior = !problem_.has_gold(item) || gold_in_prior_;
    misled = 0;
    for (std::size_t t = 0; t < k_; ++t) {
      const double* state = state_.data() + t * (k_ + 1);
      double p = 0;
      for (std::size_t j = 0; j <= k_; ++j) {
        p += state[j];
        out_.shares(t, j) += state[j];
        if (j != t && j != k_) misled += state[j];
      }
      out_.moved += std::abs(p - posterior[t]);
      posterior[t] = p;
      if (counts_in_prior) out_.own.classes[t] += p;
    }
    observe(item, rows, posterior);
  }

 private:
  [[nodiscard]] double weight(ItemIndex item, std::size_t i) const {
    const auto weights = problem_.labels.weights();
    return weights.empty() ? 1.0 : static_cast<double>(weights[problem_.labels.offset(item) + i]);
  }

  // state = log of prior x share x likelihood, up to a constant.
  void gather(ItemIndex item, std::span<const std::uint32_t> rows) {
    std::fill(base_.begin(), base_.end(), 0.0);
    std::fill(state_.begin(), state_.end(), 0.0);
    double total = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::size_t at = static_cast<std::size_t>(rows[i]) * k_;
      const std::size_t given = rows[i] % k_;
      const double w = weight(item, i);
      total += w;
      for (std::size_t t = 0; t < k_; ++t) {
        base_[t] += w * tables_.log_rate[at + t];
        state_[t * (k_ + 1) + given] += w * tables_.log_gain[at + t];
      }
    }
    const double miss = total * tables_.log_miss;
    for (std::size_t t = 0; t < k_; ++t) {
      const bool possible = !problem_.has_gold(item) || problem_.gold[item] == t;
      const double base = possible ? base_[t] : -std::numeric_limits<double>::infinity();
      double* state = state_.data() + t * (k_ + 1);
      const double* start = tables_.log_start.data() + t * (k_ + 1);
      for (std::size_t j = 0; j < k_; ++j) state[j] += base + miss + start[j];
      state[k_] = base + start[k_];
    }
  }

  void normalize_states() {
    const double most = *std::max_element(state_.begin(), state_.end());
    double sum = 0;
    for (double& x : state_) {
      x = x - most > kNegligible ? std::exp(x - most) : 0;
      sum += x;
    }
    const double scale = 1 / sum;
    for (double& x : state_) x *= scale;
  }

  void observe(ItemIndex item, std::span<const std::uint32_t> rows, std::span<const double> posterior) {
    double* own = out_.own.labels.values().data();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::size_t at = static_cast<std::size_t>(rows[i]) * k_;
      const std::size_t given = rows[i] % k_;
      const double w = weight(item, i);
      for (std::size_t t = 0; t < k_; ++t) {
        own[at + t] += w * (posterior[t] - state_[t * (k_ + 1) + given] * tables_.pulled[at + t]);
      }
    }
  }

  const Problem& problem_;
  bool gold_in_prior_;
  const Tables& tables_;
  PullCounts& out_;
  std::size_t k_;
  std::vector<double> base_;   // K: log likelihood without a pull
  std::vector<double> state_;  // K x (K + 1), column K is "no pull"
};

void clear(PullCounts& counts, std::size_t workers, std::size_t k) {
  if (counts.own.classes.size() != k || counts.own.labels.worker_count() != workers) counts.own = Counts(workers, k);
  std::fill(counts.own.labels.values().begin(), counts.own.labels.values().end(), 0.0);
  std::fill(counts.own.classes.begin(), counts.own.classes.end(), 0.0);
  counts.shares = Matrix<double>(k, k + 1);
  counts.moved = 0;
}

}  // namespace

PullPass::PullPass(const LabelPass& pass, ThreadPool& threads)
    : pass_(pass), threads_(threads), blocks_(pass.block_count()) {}

void PullPass::run(const PullFactors& factors, Matrix<double>& posterior, std::vector<double>& misled,
                   PullCounts& out) {
  const LabelStore& labels = pass_.problem().labels;
  const Tables tables = tabulate(factors, threads_);
  const auto borders = pass_.borders();
  threads_.run(blocks_.size(), [&](std::size_t b) {
    clear(blocks_[b], labels.worker_count(), labels.class_count());
    Block block(pass_, tables, blocks_[b]);
    for (ItemIndex item = borders[b]; item < borders[b + 1]; ++item) {
      block.run(item, posterior.row(item), misled[item]);
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
