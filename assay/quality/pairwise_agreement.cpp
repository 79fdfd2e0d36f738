#include <algorithm>
#include <cmath>
#include <limits>

#include "assay/quality/agreement.h"
#include "assay/quality/worker_labels.h"

namespace assay::quality {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kMostOthers = 200;
constexpr std::size_t kChunk = 64;

struct Kappa {
  std::uint32_t first, second;
  double common;
  double value;
};

// Label shares of one worker and his partners on their common items; a place for each partner he meets.
class PartnerTables {
 public:
  explicit PartnerTables(const LabelStore& labels)
      : labels_(labels), k_(labels.class_count()), place_of_(labels.worker_count(), kNone) {}

  // Appends the kappas of `worker` with partners of higher number.
  void compare(const WorkerLabels& index, std::uint32_t worker, double least_common, std::vector<Kappa>& out) {
    met_.clear();
    counts_.clear();
    for (const auto& place : index.of(worker)) {
      const auto rows = labels_.rows(place.item);
      const std::size_t others = std::min(rows.size() - 1, kMostOthers);
      std::size_t at = place.position;
      for (std::size_t step = 0; step < others; ++step) {
        if (++at == rows.size()) at = 0;
        const auto partner = labels_.worker_of(rows[at]);
        if (partner > worker) add(partner, labels_.label_of(place.row), labels_.label_of(rows[at]));
      }
    }
    for (std::size_t i = 0; i < met_.size(); ++i) {
      const auto kappa = kappa_at(i);
      place_of_[met_[i]] = kNone;
      if (kappa.common >= least_common && !std::isnan(kappa.value)) {
        out.push_back({worker, met_[i], kappa.common, kappa.value});
      }
    }
  }

 private:
  static constexpr std::uint32_t kNone = 0xffffffffU;
  struct Value {
    double common, value;
  };

  // Per partner: agreements, then the worker's and the partner's label counts.
  void add(std::uint32_t partner, ClassIndex own, ClassIndex other) {
    if (place_of_[partner] == kNone) {
      place_of_[partner] = static_cast<std::uint32_t>(met_.size());
      met_.push_back(partner);
      counts_.resize(counts_.size() + 1 + 2 * k_);
    }
    double* counts = counts_.data() + place_of_[partner] * (1 + 2 * k_);
    counts[0] += own == other ? 1 : 0;
    counts[1 + own] += 1;
    counts[1 + k_ + other] += 1;
  }

  [[nodiscard]] Value kappa_at(std::size_t place) const {
    const double* counts = counts_.data() + place * (1 + 2 * k_);
    double n = 0, chance = 0;
    for (std::size_t c = 0; c < k_; ++c) {
      n += counts[1 + c];
      chance += counts[1 + c] * counts[1 + k_ + c];
    }
    chance /= n * n;
    return {n, chance < 1 ? (counts[0] / n - chance) / (1 - chance) : kNaN};
  }

  const LabelStore& labels_;
  std::size_t k_;
  std::vector<std::uint32_t> place_of_, met_;
  std::vector<double> counts_;
};

void add_majority(const LabelStore& labels, std::vector<WorkerAgreement>& workers) {
  std::vector<double> votes(labels.class_count());
  for (std::size_t o = 0; o < labels.item_count(); ++o) {
    const auto rows = labels.rows(static_cast<ItemIndex>(o));
    if (rows.size() < 2) continue;
    for (const auto row : rows) votes[labels.label_of(row)] += 1;
    std::vector<ClassIndex> given;
    for (const auto row : rows) given.push_back(labels.label_of(row));
    std::sort(given.begin(), given.end());
    given.erase(std::unique(given.begin(), given.end()), given.end());
    for (const auto row : rows) {
      const auto own = labels.label_of(row);
      votes[own] -= 1;
      double most = 0, ties = 0;
      for (const auto c : given) {
        if (votes[c] > most) ties = 0;
        most = std::max(most, votes[c]);
        ties += votes[c] == most ? 1 : 0;
      }
      auto& worker = workers[labels.worker_of(row)];
      ++worker.compared_count;
      if (votes[own] == most) worker.majority_share += 1 / ties;
      votes[own] += 1;
    }
    for (const auto c : given) votes[c] = 0;
  }
  for (auto& worker : workers) {
    worker.majority_share = worker.compared_count > 0 ? worker.majority_share / double(worker.compared_count) : kNaN;
  }
}

}  // namespace

PairwiseAgreement pairwise_agreement(const LabelStore& labels, std::uint64_t least_common, ThreadPool& threads) {
  const std::size_t count = labels.worker_count();
  const WorkerLabels index(labels);
  std::vector<std::vector<Kappa>> chunks((count + kChunk - 1) / kChunk);
  threads.run(chunks.size(), [&](std::size_t c) {
    PartnerTables tables(labels);
    for (std::size_t w = c * kChunk; w < std::min(count, (c + 1) * kChunk); ++w) {
      tables.compare(index, static_cast<std::uint32_t>(w),
                     static_cast<double>(std::max<std::uint64_t>(least_common, 1)), chunks[c]);
    }
  });
  PairwiseAgreement out;
  out.workers.resize(count);
  add_majority(labels, out.workers);
  std::vector<double> weights(count);
  double sum = 0, weight = 0;
  for (const auto& chunk : chunks) {
    for (const auto& kappa : chunk) {
      ++out.pair_count;
      sum += kappa.common * kappa.value;
      weight += kappa.common;
      for (const auto w : {kappa.first, kappa.second}) {
        ++out.workers[w].partner_count;
        out.workers[w].mean_kappa += kappa.common * kappa.value;
        weights[w] += kappa.common;
      }
    }
  }
  out.mean_kappa = weight > 0 ? sum / weight : kNaN;
  for (std::size_t w = 0; w < count; ++w) {
    out.workers[w].mean_kappa = weights[w] > 0 ? out.workers[w].mean_kappa / weights[w] : kNaN;
  }
  return out;
}

}  // namespace assay::quality
