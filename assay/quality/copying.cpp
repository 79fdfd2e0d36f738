#include <algorithm>
#include <array>
#include <cmath>

#include "assay/quality/suspicion.h"

namespace assay::quality {
namespace {

constexpr double kComparisonBudget = 2e7;
constexpr std::size_t kLeastPartners = 8;
constexpr std::array<double, 6> kBackgrounds = {0, 0.05, 0.1, 0.2, 0.3, 0.4};
constexpr double kCopyingStep = 0.5;
constexpr std::size_t kBackgroundWorkers = 500;
constexpr double kLeastProbability = 1e-3;

class CopyingSearch {
 public:
  CopyingSearch(const LabelStore& labels, const Estimate& estimate, const WorkerLabels& index)
      : labels_(labels), estimate_(estimate), index_(index), k_(labels.class_count()) {
    const auto affordable = kComparisonBudget / std::max(1.0, static_cast<double>(labels.label_count()));
    partners_ = std::max(kLeastPartners, static_cast<std::size_t>(affordable));
  }

  // Calls visit(partner, expected, agree) for each common label of `worker` and a partner: `expected` is the probability
  // of the partner's label from his matrix and all other labels.
  template <typename F>
  void compare(std::size_t worker, const F& visit) const {
    for (const auto& place : index_.of(worker)) {
      const auto rows = labels_.rows(place.item);
      const auto own = rows[place.position];
      const std::size_t others = rows.size() - 1;
      if (others == 0) continue;
      const auto posterior = estimate_.posterior.row(place.item);
      const std::size_t count = std::min(others, partners_);
      for (std::size_t step = 1; step <= count; ++step) {
        const auto row = rows[(place.position + step) % rows.size()];
        const auto partner = labels_.worker_of(row);
        if (partner == worker) continue;
        const bool agree = labels_.label_of(row) == labels_.label_of(own);
        visit(partner, expected_probability(posterior, row), agree);
      }
    }
  }

  [[nodiscard]] double background() const {
    const std::size_t workers = labels_.worker_count();
    const std::size_t stride = std::max<std::size_t>(1, workers / kBackgroundWorkers);
    std::array<double, kBackgrounds.size()> fit{};
    for (std::size_t w = 0; w < workers; w += stride) {
      compare(w, [&](std::uint32_t, double expected, bool agree) {
        for (std::size_t i = 0; i < fit.size(); ++i) fit[i] += std::log(mixed(kBackgrounds[i], expected, agree));
      });
    }
    return kBackgrounds[static_cast<std::size_t>(std::max_element(fit.begin(), fit.end()) - fit.begin())];
  }

  static double mixed(double r, double expected, bool agree) { return (1 - r) * expected + (agree ? r : 0.0); }

 private:
  // sum_t p(t) C(t, g) with p the posterior without the partner's own label, p_o(t) / C(t, g) normalised.
  double expected_probability(std::span<const double> posterior, std::uint32_t row) const {
    const auto likelihood = estimate_.confusion.row(row);
    double inverse = 0;
    for (std::size_t t = 0; t < k_; ++t) inverse += posterior[t] / std::max(likelihood[t], kLeastProbability);
    return std::clamp(1 / inverse, kLeastProbability, 1.0);
  }

  const LabelStore& labels_;
  const Estimate& estimate_;
  const WorkerLabels& index_;
  std::size_t k_;
  std::size_t partners_;
};

// Pairs are summed from the side of each of the two: a group is found from every member.
Copying strongest(const CopyingSearch& search, std::size_t worker, double background, std::vector<double>& evidence,
                  std::uint64_t& pair_count) {
  std::vector<std::uint32_t> met;
  search.compare(worker, [&](std::uint32_t partner, double expected, bool agree) {
    if (evidence[partner] == 0) met.push_back(partner);
    const double ratio = CopyingSearch::mixed(background + kCopyingStep, expected, agree) /
                         CopyingSearch::mixed(background, expected, agree);
    evidence[partner] += std::log(ratio) + 1e-300;
  });
  Copying best;
  for (const auto partner : met) {
    if (evidence[partner] > best.log_evidence) best = {evidence[partner], partner};
    evidence[partner] = 0;
  }
  pair_count = met.size();
  return best;
}

}  // namespace

std::vector<Copying> find_copying(const LabelStore& labels, const Estimate& estimate, const WorkerLabels& index,
                                  ThreadPool& threads, std::uint64_t& pair_count) {
  const std::size_t workers = labels.worker_count();
  const CopyingSearch search(labels, estimate, index);
  const double background = search.background();
  std::vector<Copying> out(workers);
  std::vector<std::uint64_t> pairs(workers);
  constexpr std::size_t kChunk = 64;
  threads.run((workers + kChunk - 1) / kChunk, [&](std::size_t c) {
    std::vector<double> evidence(workers);
    for (std::size_t w = c * kChunk; w < std::min(workers, (c + 1) * kChunk); ++w) {
      out[w] = strongest(search, w, background, evidence, pairs[w]);
    }
  });
  pair_count = 0;
  for (const auto n : pairs) pair_count += n;
  return out;
}

}  // namespace assay::quality
