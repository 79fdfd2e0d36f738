#include "assay/quality/truth_sampler.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "assay/base/random.h"

namespace assay::quality {
namespace {

constexpr double kSweepBudget = 1.5e8;  // cell visits
constexpr double kGammaVisits = 60;   // a gamma draw costs as much as this many cell visits
constexpr std::uint64_t kLeastSweeps = 24;
constexpr std::uint64_t kMostSweeps = 200;
constexpr double kBurnInShare = 0.2;
constexpr float kLeastProbability = 1e-6F;
constexpr std::size_t kWorkerChunk = 64;
constexpr std::size_t kMostItemPieces = 8;
constexpr std::size_t kPieceBytes = 64U << 20U;
constexpr std::size_t kRescaleEvery = 16;
constexpr std::uint64_t kPopulationEvery = 5;
constexpr std::uint64_t kFirstPopulationSteps = 10;
constexpr std::uint64_t kTypeStream = 0x7479706573ULL;
// When sweeps are dear, items this sure keep their truth.
constexpr double kSettledDoubt = 1e-3;

class Sampling {
 public:
  Sampling(const TruthSampler& sampler, ThreadPool& threads)
      : labels_(sampler.labels),
        estimate_(sampler.estimate),
        threads_(threads),
        seed_(sampler.seed),
        k_(labels_.class_count()),
        workers_(labels_.worker_count()),
        cells_(workers_ * k_ * k_),
        population_(estimate_.counts),
        type_of_(workers_) {
    counts_.assign(estimate_.counts.values().begin(), estimate_.counts.values().end());
    matrices_.resize(cells_);
    ratios_.resize(cells_);
    const std::size_t fitting = std::max<std::size_t>(1, kPieceBytes / std::max<std::size_t>(1, cells_ * sizeof(float)));
    pieces_.resize(std::min(kMostItemPieces, fitting));
    for (auto& piece : pieces_) piece.resize(cells_);
  }

  SampledConfusions run(const MatrixVisitor& visit) {
    const std::uint64_t kept = TruthSampler::kept_sweeps(labels_);
    const auto burn_in = static_cast<std::uint64_t>(std::ceil(kBurnInShare * static_cast<double>(kept)));
    settle_items(kept < kMostSweeps ? kSettledDoubt : 0);
    std::vector<double> first(cells_), second(cells_);
    for (std::uint64_t i = 0; i < kFirstPopulationSteps; ++i) follow_population(i);
    for (std::uint64_t sweep = 0; sweep < burn_in + kept; ++sweep) {
      if (sweep < burn_in || sweep % kPopulationEvery == 0) follow_population(kFirstPopulationSteps + sweep);
      draw_matrices(sweep);
      draw_truths(sweep);
      if (sweep < burn_in) continue;
      in_chunks([&](std::size_t w) {
        add_moments(w, first, second);
        visit(sweep - burn_in, w, {matrices_.data() + w * k_ * k_, k_ * k_});
      });
    }
    return summarise(first, second, kept);
  }

 private:
  template <typename F>
  void in_chunks(const F& each_worker) {
    const std::size_t chunks = (workers_ + kWorkerChunk - 1) / kWorkerChunk;
    threads_.run(chunks, [&](std::size_t c) {
      const std::size_t end = std::min(workers_, (c + 1) * kWorkerChunk);
      for (std::size_t w = c * kWorkerChunk; w < end; ++w) each_worker(w);
    });
  }

  // Draws everybody's type, then moves the types to those who are of them.
  void follow_population(std::uint64_t step) {
    const std::size_t types = population_.types().size();
    in_chunks([&](std::size_t w) {
      if (types == 1) return;
      std::array<double, 8> probability;
      const std::span<double> used(probability.data(), types);
      population_.type_probabilities({counts_.data() + w * k_ * k_, k_ * k_}, used);
      Random random(seed_ ^ kTypeStream, step * workers_ + w);
      type_of_[w] = static_cast<std::uint8_t>(random.categorical(used));
    });
    population_.improve(counts_, type_of_);
  }

  [[nodiscard]] const WorkerType& type_of(std::size_t w) const { return population_.types()[type_of_[w]]; }

  void draw_matrices(std::uint64_t sweep) {
    in_chunks([&](std::size_t w) {
      Random random(seed_, (sweep * 2) * (workers_ + kMostItemPieces) + w);
      draw_matrix(random, w);
    });
  }

  void draw_matrix(Random& random, std::size_t w) {
    const std::size_t base = w * k_ * k_;
    const auto& type = type_of(w);
    for (std::size_t t = 0; t < k_; ++t) {
      double sum = 0;
      for (std::size_t g = 0; g < k_; ++g) {
        const std::size_t cell = base + g * k_ + t;
        const double drawn = random.gamma(type.alpha(t, g) + static_cast<double>(counts_[cell]));
        matrices_[cell] = static_cast<float>(drawn);
        sum += drawn;
      }
      const float scale = sum > 0 ? static_cast<float>(1 / sum) : 0.0F;
      for (std::size_t g = 0; g < k_; ++g) {
        const std::size_t cell = base + g * k_ + t;
        matrices_[cell] = std::max(matrices_[cell] * scale, kLeastProbability);
        const auto estimated = static_cast<float>(estimate_.confusion.values()[cell]);
        // A row that the model knows nothing of (not finite) did not move its posteriors.
        ratios_[cell] = std::isfinite(estimated) ? matrices_[cell] / std::max(estimated, kLeastProbability) : 1.0F;
      }
    }
  }

  // Parts the items into those that are sampled and those that count as they are in every sweep.
  void settle_items(double doubt) {
    settled_counts_.assign(cells_, 0.0F);
    for (std::size_t o = 0; o < labels_.item_count(); ++o) {
      const auto item = static_cast<ItemIndex>(o);
      if (labels_.rows(item).empty()) continue;
      const auto posterior = estimate_.posterior.row(o);
      const auto likeliest = std::max_element(posterior.begin(), posterior.end());
      if (*likeliest < 1 - doubt) {
        open_items_.push_back(item);
      } else {
        count_labels(item, static_cast<std::size_t>(likeliest - posterior.begin()), settled_counts_);
      }
    }
  }

  void draw_truths(std::uint64_t sweep) {
    threads_.run(pieces_.size(), [&](std::size_t p) {
      Random random(seed_, (sweep * 2 + 1) * (workers_ + kMostItemPieces) + p);
      auto& counts = pieces_[p];
      std::fill(counts.begin(), counts.end(), 0.0F);
      const std::size_t begin = open_items_.size() * p / pieces_.size();
      const std::size_t end = open_items_.size() * (p + 1) / pieces_.size();
      draw_items(random, std::span(open_items_).subspan(begin, end - begin), counts);
    });
    counts_ = settled_counts_;
    for (const auto& piece : pieces_) {
      for (std::size_t i = 0; i < cells_; ++i) counts_[i] += piece[i];
    }
  }

  void draw_items(Random& random, std::span<const ItemIndex> items, std::vector<float>& counts) const {
    switch (k_) {
      case 2: return draw_items_of<2>(random, items, counts);
      case 3: return draw_items_of<3>(random, items, counts);
      case 4: return draw_items_of<4>(random, items, counts);
      case 5: return draw_items_of<5>(random, items, counts);
      default: return draw_items_of<0>(random, items, counts);
    }
  }

  // K classes known to the compiler, or 0 for any number.
  template <std::size_t K>
  void draw_items_of(Random& random, std::span<const ItemIndex> items, std::vector<float>& counts) const {
    const std::size_t k = K > 0 ? K : k_;
    std::array<double, std::max<std::size_t>(K, 1)> fixed;
    std::vector<double> any(K > 0 ? 0 : k);
    double* weight = K > 0 ? fixed.data() : any.data();
    for (const auto item : items) {
      const auto posterior = estimate_.posterior.row(item);
      for (std::size_t t = 0; t < k; ++t) weight[t] = posterior[t];
      std::size_t until_rescale = kRescaleEvery;
      for (const auto row : labels_.rows(item)) {
        const float* ratio = ratios_.data() + std::size_t{row} * k;
        for (std::size_t t = 0; t < k; ++t) weight[t] *= static_cast<double>(ratio[t]);
        if (--until_rescale == 0) until_rescale = rescale({weight, k});
      }
      double sum = 0;
      for (std::size_t t = 0; t < k; ++t) sum += weight[t];
      double rest = random.uniform() * sum;
      std::size_t truth = 0;
      while (truth + 1 < k && rest >= weight[truth]) rest -= weight[truth++];
      count_labels(item, truth, counts);
    }
  }

  void count_labels(ItemIndex item, std::size_t truth, std::vector<float>& counts) const {
    const auto rows = labels_.rows(item);
    const auto weights = labels_.weights();
    if (weights.empty()) {
      for (const auto row : rows) counts[std::size_t{row} * k_ + truth] += 1.0F;
      return;
    }
    const std::uint64_t offset = labels_.offset(item);
    for (std::size_t i = 0; i < rows.size(); ++i) counts[std::size_t{rows[i]} * k_ + truth] += weights[offset + i];
  }

  static std::size_t rescale(std::span<double> weight) {
    const double largest = *std::max_element(weight.begin(), weight.end());
    if (largest > 0) {
      for (double& v : weight) v /= largest;
    }
    return kRescaleEvery;
  }

  // Rao-Blackwell: moments of the Dirichlet given the sampled counts, rather than of one draw from it.
  void add_moments(std::size_t w, std::vector<double>& first, std::vector<double>& second) {
    const std::size_t base = w * k_ * k_;
    const auto& type = type_of(w);
    for (std::size_t t = 0; t < k_; ++t) {
      double total = type.strength(t);
      for (std::size_t g = 0; g < k_; ++g) total += static_cast<double>(counts_[base + g * k_ + t]);
      for (std::size_t g = 0; g < k_; ++g) {
        const std::size_t cell = base + g * k_ + t;
        const double mean = (type.alpha(t, g) + static_cast<double>(counts_[cell])) / total;
        first[cell] += mean;
        second[cell] += mean * mean + mean * (1 - mean) / (total + 1);
      }
    }
  }

  SampledConfusions summarise(const std::vector<double>& first, const std::vector<double>& second, std::uint64_t kept) {
    SampledConfusions out{{}, {}, std::move(population_), kept};
    out.mean.resize(cells_);
    out.variance.resize(cells_);
    const auto n = static_cast<double>(kept);
    for (std::size_t i = 0; i < cells_; ++i) {
      const double mean = first[i] / n;
      out.mean[i] = static_cast<float>(mean);
      out.variance[i] = static_cast<float>(std::max(second[i] / n - mean * mean, 0.0));
    }
    return out;
  }

  const LabelStore& labels_;
  const Estimate& estimate_;
  ThreadPool& threads_;
  std::uint64_t seed_;
  std::size_t k_, workers_, cells_;
  Population population_;
  std::vector<std::uint8_t> type_of_;
  std::vector<float> counts_, settled_counts_, matrices_, ratios_;
  std::vector<ItemIndex> open_items_;
  std::vector<std::vector<float>> pieces_;
};

}  // namespace

std::uint64_t TruthSampler::kept_sweeps(const LabelStore& labels) {
  const auto k = static_cast<double>(labels.class_count());
  const double visits = static_cast<double>(labels.label_count()) * k +
                        kGammaVisits * static_cast<double>(labels.worker_count()) * k * k;
  const auto affordable = static_cast<std::uint64_t>(kSweepBudget / std::max(visits, 1.0));
  return std::clamp(affordable, kLeastSweeps, kMostSweeps);
}

SampledConfusions TruthSampler::run(ThreadPool& threads, const MatrixVisitor& visit) const {
  return Sampling(*this, threads).run(visit);
}

}  // namespace assay::quality
