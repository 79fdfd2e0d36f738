#include "assay/quality/truth_sampler.h"

#include <algorithm>
#include <cmath>

#include "assay/base/random.h"

namespace assay::quality {
namespace {

constexpr double kSweepBudget = 4e8;  // cell visits
constexpr double kGammaVisits = 12;   // a gamma draw costs as much as this many cell visits
constexpr std::uint64_t kLeastSweeps = 24;
constexpr std::uint64_t kMostSweeps = 300;
constexpr double kBurnInShare = 0.2;
constexpr float kLeastProbability = 1e-6F;
constexpr std::size_t kWorkerChunk = 64;
constexpr std::size_t kMostItemPieces = 8;
constexpr std::size_t kPieceBytes = 64U << 20U;
constexpr std::size_t kRescaleEvery = 16;

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
        population_(Population::from_counts(estimate_.counts)) {
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
    std::vector<double> first(cells_), second(cells_);
    for (int i = 0; i < 10; ++i) population_.improve(counts_, workers_);
    for (std::uint64_t sweep = 0; sweep < burn_in + kept; ++sweep) {
      draw_matrices(sweep);
      draw_truths(sweep);
      population_.improve(counts_, workers_);
      if (sweep < burn_in) continue;
      in_chunks([&](std::size_t w) { add_moments(w, first, second); });
      in_chunks([&](std::size_t w) {
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

  void draw_matrices(std::uint64_t sweep) {
    in_chunks([&](std::size_t w) {
      Random random(seed_, (sweep * 2) * (workers_ + kMostItemPieces) + w);
      draw_matrix(random, w);
    });
  }

  void draw_matrix(Random& random, std::size_t w) {
    const std::size_t base = w * k_ * k_;
    for (std::size_t t = 0; t < k_; ++t) {
      double sum = 0;
      for (std::size_t g = 0; g < k_; ++g) {
        const std::size_t cell = base + g * k_ + t;
        const double drawn = random.gamma(population_.alpha(t, g) + static_cast<double>(counts_[cell]));
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

  void draw_truths(std::uint64_t sweep) {
    const std::size_t items = labels_.item_count();
    threads_.run(pieces_.size(), [&](std::size_t p) {
      Random random(seed_, (sweep * 2 + 1) * (workers_ + kMostItemPieces) + p);
      auto& counts = pieces_[p];
      std::fill(counts.begin(), counts.end(), 0.0F);
      const std::size_t end = items * (p + 1) / pieces_.size();
      std::vector<double> weight(k_);
      for (std::size_t o = items * p / pieces_.size(); o < end; ++o) {
        draw_item(random, static_cast<ItemIndex>(o), weight, counts);
      }
    });
    std::fill(counts_.begin(), counts_.end(), 0.0F);
    for (const auto& piece : pieces_) {
      for (std::size_t i = 0; i < cells_; ++i) counts_[i] += piece[i];
    }
  }

  void draw_item(Random& random, ItemIndex o, std::vector<double>& weight, std::vector<float>& counts) {
    const auto rows = labels_.rows(o);
    if (rows.empty()) return;
    const auto posterior = estimate_.posterior.row(o);
    std::copy(posterior.begin(), posterior.end(), weight.begin());
    std::size_t until_rescale = kRescaleEvery;
    for (const auto row : rows) {
      const float* ratio = ratios_.data() + std::size_t{row} * k_;
      for (std::size_t t = 0; t < k_; ++t) weight[t] *= static_cast<double>(ratio[t]);
      if (--until_rescale == 0) until_rescale = rescale(weight);
    }
    const std::size_t truth = random.categorical(weight);
    const auto weights = labels_.weights();
    if (weights.empty()) {
      for (const auto row : rows) counts[std::size_t{row} * k_ + truth] += 1.0F;
      return;
    }
    const std::uint64_t offset = labels_.offset(o);
    for (std::size_t i = 0; i < rows.size(); ++i) counts[std::size_t{rows[i]} * k_ + truth] += weights[offset + i];
  }

  static std::size_t rescale(std::vector<double>& weight) {
    const double largest = *std::max_element(weight.begin(), weight.end());
    if (largest > 0) {
      for (double& v : weight) v /= largest;
    }
    return kRescaleEvery;
  }

  // Rao-Blackwell: moments of the Dirichlet given the sampled counts, rather than of one draw from it.
  void add_moments(std::size_t w, std::vector<double>& first, std::vector<double>& second) {
    const std::size_t base = w * k_ * k_;
    for (std::size_t t = 0; t < k_; ++t) {
      double total = population_.strength(t);
      for (std::size_t g = 0; g < k_; ++g) total += static_cast<double>(counts_[base + g * k_ + t]);
      for (std::size_t g = 0; g < k_; ++g) {
        const std::size_t cell = base + g * k_ + t;
        const double mean = (population_.alpha(t, g) + static_cast<double>(counts_[cell])) / total;
        first[cell] += mean;
        second[cell] += mean * mean + mean * (1 - mean) / (total + 1);
      }
    }
  }

  SampledConfusions summarise(const std::vector<double>& first, const std::vector<double>& second, std::uint64_t kept) {
    SampledConfusions out;
    out.mean.resize(cells_);
    out.variance.resize(cells_);
    const auto n = static_cast<double>(kept);
    for (std::size_t i = 0; i < cells_; ++i) {
      const double mean = first[i] / n;
      out.mean[i] = static_cast<float>(mean);
      out.variance[i] = static_cast<float>(std::max(second[i] / n - mean * mean, 0.0));
    }
    out.population = std::move(population_);
    out.sweeps = kept;
    return out;
  }

  const LabelStore& labels_;
  const Estimate& estimate_;
  ThreadPool& threads_;
  std::uint64_t seed_;
  std::size_t k_, workers_, cells_;
  Population population_;
  std::vector<float> counts_, matrices_, ratios_;
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
