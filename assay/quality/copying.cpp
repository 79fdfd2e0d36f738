#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "assay/quality/suspicion.h"

namespace assay::quality {
namespace {

constexpr double kComparisonBudget = 2e7;
constexpr std::size_t kLeastPartners = 8;
constexpr std::array<double, 6> kBackgrounds = {0, 0.05, 0.1, 0.2, 0.3, 0.4};
constexpr double kCopyingStep = 0.5;
constexpr std::size_t kBackgroundWorkers = 500;
constexpr std::uint64_t kBackgroundComparisons = 200'000;
constexpr double kLeastProbability = 1e-3;
constexpr double kRatesWeight = 2;  // labels that the error rates count for beside those of the others on an item
constexpr std::uint32_t kLeastAgreements = 5;

class CopyingSearch {
 public:
  CopyingSearch(const LabelStore& labels, const Estimate& estimate, const WorkerLabels& index)
      : labels_(labels), estimate_(estimate), index_(index), k_(labels.class_count()) {
    const auto affordable = kComparisonBudget / std::max(1.0, static_cast<double>(labels.label_count()));
    partners_ = std::max(kLeastPartners, static_cast<std::size_t>(affordable));
  }

  // Calls visit(item, partner, row) for each common label of `worker` and a partner of higher number; `row` is the
  // partner's label if the two agree, kDisagree if not.
  static constexpr std::uint32_t kDisagree = 0xffffffffU;
  enum class Needs { rows, rows_and_posteriors };
  template <Needs needs, typename F>
  void compare(std::size_t worker, const F& visit) const {
    const auto k = static_cast<std::uint32_t>(k_);
    const auto next_worker = static_cast<std::uint32_t>((worker + 1) * k_);
    const auto places = index_.of(worker);
    for (std::size_t i = 0; i < places.size(); ++i) {
      look_ahead<needs>(places, i);
      const auto& place = places[i];
      const auto rows = labels_.rows(place.item);
      const auto own_label = place.row - (next_worker - k);
      const std::size_t count = std::min(rows.size() - 1, partners_);
      std::size_t at = place.position;
      for (std::size_t step = 0; step < count; ++step) {
        if (++at == rows.size()) at = 0;
        const auto row = rows[at];
        if (row < next_worker) continue;
        const auto partner = row / k;
        visit(place.item, partner, row - partner * k == own_label ? row : kDisagree);
      }
    }
  }

  // The probability of a label, given what everybody else says of the item: sum_t p(t) C(t, g) from the posteriors,
  // moved to the share of the label among the others on the item. On a hard item many honest workers make the same
  // error, which error rates over all items know nothing of.
  [[nodiscard]] double expected_probability(ItemIndex item, std::uint32_t row) const {
    const auto posterior = estimate_.posterior.row(item);
    const auto rates = estimate_.confusion.row(row);
    double expected = 0;
    for (std::size_t t = 0; t < k_; ++t) expected += posterior[t] * rates[t];
    const auto rows = labels_.rows(item);
    const auto label = row % static_cast<std::uint32_t>(k_);
    std::size_t same = 0;
    for (const auto other : rows) same += other % static_cast<std::uint32_t>(k_) == label ? 1 : 0;
    const auto others_same = static_cast<double>(std::max<std::size_t>(same, 2) - 2);  // without the pair itself
    const auto others = static_cast<double>(std::max<std::size_t>(rows.size(), 2) - 2);
    const double mixed_in = (others_same + kRatesWeight * expected) / (others + kRatesWeight);
    return std::clamp(std::max(mixed_in, expected), kLeastProbability, 1.0);
  }

  // The copying that fits best, from some of the workers.
  [[nodiscard]] double background() const {
    const std::size_t workers = labels_.worker_count();
    std::array<double, kBackgrounds.size()> fit{};
    std::uint64_t seen = 0;
    const std::size_t stride = std::max<std::size_t>(1, workers / kBackgroundWorkers);
    for (std::size_t w = 0; w < workers && seen < kBackgroundComparisons; w += stride) {
      compare<Needs::rows_and_posteriors>(w, [&](ItemIndex item, std::uint32_t, std::uint32_t row) {
        ++seen;
        const double expected = row == kDisagree ? 1 : expected_probability(item, row);
        for (std::size_t i = 0; i < fit.size(); ++i) {
          fit[i] += std::log(mixed(kBackgrounds[i], expected, row != kDisagree));
        }
      });
    }
    return kBackgrounds[static_cast<std::size_t>(std::max_element(fit.begin(), fit.end()) - fit.begin())];
  }

  static double mixed(double r, double expected, bool agree) { return (1 - r) * expected + (agree ? r : 0.0); }

 private:
  // A worker's items lie far apart in memory: without this the search waits for memory most of the time.
  template <Needs needs>
  void look_ahead(std::span<const WorkerLabels::Place> places, std::size_t i) const {
    if (i + 16 < places.size()) __builtin_prefetch(&labels_.offsets()[places[i + 16].item]);
    if (i + 8 >= places.size()) return;
    const auto item = places[i + 8].item;
    __builtin_prefetch(labels_.rows(item).data());
    if (needs == Needs::rows_and_posteriors) __builtin_prefetch(estimate_.posterior.row(item).data());
  }

  const LabelStore& labels_;
  const Estimate& estimate_;
  const WorkerLabels& index_;
  std::size_t k_;
  std::size_t partners_;
};

// What one worker has in common with a partner.
struct Common {
  std::uint32_t items = 0;
  std::uint32_t agreements = 0;
  float log_ratio = 0;
};

struct Findings {
  std::vector<CopyingPair> pairs;
  std::uint64_t pair_count = 0;
};

// Counting comes first: it needs no posteriors, and in large crowds hardly any pair shares enough to go on.
class PartnerSearch {
 public:
  PartnerSearch(const CopyingSearch& search, std::size_t worker_count, double background, double least_evidence)
      : search_(search), common_(worker_count), background_(background), least_evidence_(least_evidence) {}

  void run(std::uint32_t worker, Findings& findings) {
    met_.clear();
    std::uint32_t most_agreements = 0;
    search_.compare<CopyingSearch::Needs::rows>(worker, [&](ItemIndex, std::uint32_t partner, std::uint32_t row) {
      auto& common = common_[partner];
      if (common.items++ == 0) met_.push_back(partner);
      if (row != CopyingSearch::kDisagree) most_agreements = std::max(most_agreements, ++common.agreements);
    });
    findings.pair_count += met_.size();
    if (most_agreements >= kLeastAgreements) weigh(worker, findings);
    for (const auto partner : met_) common_[partner] = {};
  }

 private:
  void weigh(std::uint32_t worker, Findings& findings) {
    const double copying = background_ + kCopyingStep;
    const auto disagreement = static_cast<float>(std::log((1 - copying) / (1 - background_)));
    search_.compare<CopyingSearch::Needs::rows_and_posteriors>(
        worker, [&](ItemIndex item, std::uint32_t partner, std::uint32_t row) {
          auto& common = common_[partner];
          if (common.agreements < kLeastAgreements) return;
          if (row == CopyingSearch::kDisagree) {
            common.log_ratio += disagreement;
            return;
          }
          const double expected = search_.expected_probability(item, row);
          const double ratio =
              CopyingSearch::mixed(copying, expected, true) / CopyingSearch::mixed(background_, expected, true);
          common.log_ratio += std::log(static_cast<float>(ratio));
        });
    for (const auto partner : met_) {
      const auto evidence = static_cast<double>(common_[partner].log_ratio);
      if (evidence > least_evidence_) findings.pairs.push_back({worker, partner, evidence});
    }
  }

  const CopyingSearch& search_;
  std::vector<Common> common_;
  std::vector<std::uint32_t> met_;
  double background_;
  double least_evidence_;
};

}  // namespace

std::vector<CopyingPair> find_copying(const LabelStore& labels, const Estimate& estimate, const WorkerLabels& index,
                                      double level, ThreadPool& threads) {
  const std::size_t workers = labels.worker_count();
  const CopyingSearch search(labels, estimate, index);
  const double background = search.background();
  constexpr std::size_t kChunk = 64;
  std::vector<Findings> chunks((workers + kChunk - 1) / kChunk);
  threads.run(chunks.size(), [&](std::size_t c) {
    PartnerSearch partners(search, workers, background, -std::log(level));
    for (std::size_t w = c * kChunk; w < std::min(workers, (c + 1) * kChunk); ++w) {
      partners.run(static_cast<std::uint32_t>(w), chunks[c]);
    }
  });
  std::uint64_t pair_count = 0;
  for (const auto& chunk : chunks) pair_count += chunk.pair_count;
  const double needed = std::log(std::max(1.0, static_cast<double>(pair_count)) / level);
  std::vector<CopyingPair> out;
  for (const auto& chunk : chunks) {
    std::copy_if(chunk.pairs.begin(), chunk.pairs.end(), std::back_inserter(out),
                 [&](const CopyingPair& pair) { return pair.log_evidence > needed; });
  }
  return out;
}

}  // namespace assay::quality
