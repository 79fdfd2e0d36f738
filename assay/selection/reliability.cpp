#include "assay/selection/reliability.h"

#include <algorithm>
#include <cmath>

namespace assay::selection {
namespace {

constexpr int kRounds = 20;

/// The messages of one store.
class Messages {
 public:
  explicit Messages(const LabelStore& labels)
      : labels_(labels),
        label_counts_(labels.worker_label_counts()),
        to_worker_(labels.label_count()),
        out_{std::vector<double>(labels.label_count(), 1), std::vector<double>(labels.worker_count(), 1)} {}

  Reliabilities run() {
    for (int round = 0; round < kRounds && labels_.class_count() > 1; ++round) {
      ask_items();
      ask_workers();
      scale();
    }
    return std::move(out_);
  }

 private:
  // What each item tells each of its workers: how well his label agrees with those of others.
  void ask_items() {
    const std::size_t k = labels_.class_count();
    std::vector<double> votes(k);
    for (ItemIndex item = 0; item < labels_.item_count(); ++item) {
      std::ranges::fill(votes, 0.0);
      double all = 0;
      for (auto e = labels_.offset(item); e < labels_.offset(item + 1); ++e) {
        votes[labels_.entries()[e] % k] += out_.label[e];
        all += out_.label[e];
      }
      for (auto e = labels_.offset(item); e < labels_.offset(item + 1); ++e) {
        const double same = votes[labels_.entries()[e] % k] - out_.label[e];
        const double others = all - out_.label[e];
        to_worker_[e] = (static_cast<double>(k) * same - others) / static_cast<double>(k - 1);
      }
    }
  }

  void ask_workers() {
    std::vector<double> sums(labels_.worker_count());
    for (std::size_t e = 0; e < to_worker_.size(); ++e) sums[worker_of(e)] += to_worker_[e];
    for (std::size_t w = 0; w < sums.size(); ++w) {
      if (label_counts_[w] > 0) out_.worker[w] = sums[w];
    }
    for (std::size_t e = 0; e < to_worker_.size(); ++e) {
      if (has_others(e)) out_.label[e] = sums[worker_of(e)] - to_worker_[e];
    }
  }

  void scale() {
    double squares = 0;
    double count = 0;
    for (std::size_t e = 0; e < out_.label.size(); ++e) {
      if (!has_others(e)) continue;
      squares += out_.label[e] * out_.label[e];
      ++count;
    }
    if (!(squares > 0)) return;
    const double size = std::sqrt(squares / count);
    for (std::size_t e = 0; e < out_.label.size(); ++e) {
      if (has_others(e)) out_.label[e] /= size;
    }
    for (std::size_t w = 0; w < out_.worker.size(); ++w) {
      if (label_counts_[w] > 0) out_.worker[w] /= size;
    }
  }

  [[nodiscard]] std::size_t worker_of(std::size_t entry) const { return labels_.worker_of(labels_.entries()[entry]); }
  [[nodiscard]] bool has_others(std::size_t entry) const { return label_counts_[worker_of(entry)] > 1; }

  const LabelStore& labels_;
  std::vector<std::uint64_t> label_counts_;
  std::vector<double> to_worker_;  // x_{o->w} by entry, times the sign of the label
  Reliabilities out_;
};

class Reliability final : public Strategy {
 public:
  [[nodiscard]] std::string_view name() const override { return "reliability"; }
  void learn(const Situation& situation) override {
    situation_ = &situation;
    known_ = pass_messages(situation.labels);
    votes_.resize(situation.labels.class_count());
  }
  [[nodiscard]] double score(const ItemView& item, std::optional<WorkerIndex> /*worker*/) const override {
    return 0 - lead(item);
  }
  [[nodiscard]] std::string reason(const ItemView& item, std::optional<WorkerIndex> /*worker*/) const override {
    if (item.rows.empty()) return "no label yet";
    return labels_in_words(label_count(item)) + ", weighted by reliability: one class leads by " + digits(lead(item));
  }

 private:
  [[nodiscard]] double lead(const ItemView& item) const {
    if (item.rows.empty()) return 0;
    std::ranges::fill(votes_, 0.0);
    for (const auto row : item.rows) votes_[row % votes_.size()] += reliability(item.item, row);
    if (votes_.size() < 2) return votes_[0];
    std::ranges::partial_sort(votes_, votes_.begin() + 2, std::greater<>());
    return votes_[0] - votes_[1];
  }

  [[nodiscard]] double reliability(ItemIndex item, std::uint32_t row) const {
    const LabelStore& labels = situation_->labels;
    const auto rows = labels.rows(item);
    const auto at = std::ranges::find(rows, row) - rows.begin();
    if (static_cast<std::size_t>(at) < rows.size())
      return known_.label[labels.offset(item) + static_cast<std::size_t>(at)];
    const std::size_t worker = row / votes_.size();
    return worker < known_.worker.size() ? known_.worker[worker] : 1;
  }

  const Situation* situation_ = nullptr;
  Reliabilities known_;
  mutable std::vector<double> votes_;
};

}  // namespace

Reliabilities pass_messages(const LabelStore& labels) { return Messages(labels).run(); }

StrategyInfo reliability_info() {
  return {"reliability",
          "the labels that decide least, weighted by message passing, first (MP-Reliab)",
          "Karger, Oh and Shah 2011, Iterative learning for reliable crowdsourcing systems, NIPS; Wang, Ipeirotis and "
          "Provost 2017, Information Systems Research 28(1)",
          false,
          false,
          [] { return std::make_unique<Reliability>(); }};
}

}  // namespace assay::selection
