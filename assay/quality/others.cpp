#include "assay/quality/others.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <tuple>

#include "assay/base/hash.h"
#include "assay/base/numerics.h"
#include "assay/quality/worker_labels.h"

namespace assay::quality {
namespace {

constexpr double kSpreadVotes = 1.5;
constexpr std::array<double, 5> kRatesParts = {0, 0.25, 0.5, 0.75, 1};
constexpr std::array<double, 4> kAccuracies = {0.35, 0.55, 0.75, 0.95};
constexpr std::uint64_t kTrustLabels = 50'000;
constexpr std::uint64_t kMostHeard = 4096;

// The log likelihoods of labels under every part and accuracy.
using Scores = std::array<double, kRatesParts.size() * kAccuracies.size()>;

void score(Others& others, std::uint32_t row, std::size_t label, double share, Scores& scores) {
  const double by_rates = others.by_rates_and_vote(row, 1)[label];
  const double by_vote = others.by_rates_and_vote(row, 0)[label];
  for (std::size_t i = 0; i < kRatesParts.size(); ++i) {
    const double p = kRatesParts[i] * by_rates + (1 - kRatesParts[i]) * by_vote;
    for (std::size_t j = 0; j < kAccuracies.size(); ++j) {
      scores[i * kAccuracies.size() + j] += std::log(kAccuracies[j] * p + (1 - kAccuracies[j]) * share);
    }
  }
}

void score_block(const Evidence& evidence, std::size_t block, Scores& scores) {
  LabelStore room;
  const LabelChunk chunk = evidence.labels.chunk(block, room);
  Matrix<double> posterior;
  evidence.posterior(chunk, posterior);
  Others others(evidence);
  for (std::size_t i = 0; i < chunk.size(); ++i) {
    others.look_at(chunk, i, posterior.row(i));
    if (!others.is_witnessed()) continue;
    for (const auto row : chunk.rows(i)) {
      const auto label = chunk.store.label_of(row);
      score(others, row, label, evidence.label_shares[label], scores);
    }
  }
}

bool is_gold_item(std::span<const ClassIndex> gold, std::size_t item) {
  return !gold.empty() && gold[item] != kNoClass;
}

}  // namespace

bool is_witnessed(const LabelChunk& chunk, std::size_t i, std::span<const ClassIndex> gold) {
  if (is_gold_item(gold, chunk.first_item + i)) return true;
  const auto rows = chunk.rows(i);
  return std::any_of(rows.begin(), rows.end(), [&](std::uint32_t row) {
    return chunk.store.worker_of(row) != chunk.store.worker_of(rows.front());
  });
}

Heard::Heard(std::span<const std::uint64_t> witnessed) : halvings_(witnessed.size()) {
  for (std::size_t w = 0; w < witnessed.size(); ++w)
    halvings_[w] = static_cast<std::uint8_t>(std::bit_width(witnessed[w] / kMostHeard));
}

unsigned Heard::halvings_of(std::size_t item) {
  const std::uint64_t number = item;
  return static_cast<unsigned>(std::countr_zero(hash_of(std::span(&number, 1))));
}

Others::Others(const Evidence& evidence)
    : evidence_(evidence), k_(evidence.labels.shape().class_count), votes_(k_), likelihood_(k_), out_(k_) {}

void Others::look_at(const LabelChunk& chunk, std::size_t i, std::span<const double> posterior) {
  posterior_ = posterior;
  is_gold_ = is_gold_item(evidence_.gold, chunk.first_item + i);
  witnessed_ = quality::is_witnessed(chunk, i, evidence_.gold);
  const auto rows = chunk.rows(i);
  rows_.assign(rows.begin(), rows.end());
  std::sort(rows_.begin(), rows_.end());
  std::fill(votes_.begin(), votes_.end(), 0.0);
  for (const auto row : rows_) votes_[row % k_] += 1;
}

std::span<const std::uint32_t> Others::labels_of_worker(std::uint32_t row) const {
  const auto first = static_cast<std::uint32_t>(row - row % k_);
  const auto begin = std::lower_bound(rows_.begin(), rows_.end(), first);
  const auto end = std::find_if(begin, rows_.end(), [&](std::uint32_t r) { return r >= first + k_; });
  return {begin, end};
}

std::span<const double> Others::by_rates(std::uint32_t row) {
  if (is_gold_) return posterior_;
  std::fill(likelihood_.begin(), likelihood_.end(), 1.0);
  for (const auto own : labels_of_worker(row)) {
    const auto rates = evidence_.confusion.row(own);
    for (std::size_t t = 0; t < k_; ++t) likelihood_[t] *= rates[t];
  }
  posterior_without(posterior_, likelihood_, out_);
  return out_;
}

std::span<const double> Others::by_rates_and_vote(std::uint32_t row, double rates_part) {
  if (is_gold_) return posterior_;
  std::ignore = by_rates(row);
  const auto own = labels_of_worker(row);
  for (const auto label : own) votes_[label % k_] -= 1;
  const double all = static_cast<double>(rows_.size() - own.size()) + kSpreadVotes;
  for (std::size_t t = 0; t < k_; ++t) {
    const double vote = (votes_[t] + kSpreadVotes * evidence_.label_shares[t]) / all;
    out_[t] = rates_part * out_[t] + (1 - rates_part) * vote;
  }
  for (const auto label : own) votes_[label % k_] += 1;
  return out_;
}

double trusted_rates_part(const Evidence& evidence, ThreadPool& threads) {
  const std::size_t all = evidence.labels.block_count();
  const std::uint64_t labels = std::max<std::uint64_t>(1, evidence.labels.shape().label_count);
  const auto count = std::clamp<std::size_t>(static_cast<std::size_t>(kTrustLabels * all / labels), 1, all);
  std::vector<std::size_t> blocks(count);
  for (std::size_t i = 0; i < count; ++i) blocks[i] = i * all / count;
  std::vector<Scores> scores(count, Scores{});
  threads.run(count, [&](std::size_t i) { score_block(evidence, blocks[i], scores[i]); });
  for (std::size_t i = 1; i < count; ++i) {
    for (std::size_t j = 0; j < scores[i].size(); ++j) scores[0][j] += scores[i][j];
  }
  const auto best = std::max_element(scores[0].begin(), scores[0].end()) - scores[0].begin();
  return kRatesParts[static_cast<std::size_t>(best) / kAccuracies.size()];
}

}  // namespace assay::quality
