#include "assay/quality/truth_sampler.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <memory>

#include "assay/base/numerics.h"
#include "assay/base/random.h"

namespace assay::quality {
namespace {

constexpr double kSweepBudget = 1.5e8;  // cell visits
constexpr double kGammaVisits = 60;     // a gamma draw costs as much as this many cell visits
constexpr std::uint64_t kLeastSweeps = 24;
constexpr double kVastVisits = 2e7;  // 20,000 workers of 4 classes, or 5 million labels
constexpr std::uint64_t kLeastSweepsWhenVast = 8;
constexpr std::uint64_t kMostSweeps = 200;
constexpr double kBurnInShare = 0.2;
constexpr std::uint64_t kLeastBurnIn = 10;
constexpr std::uint64_t kLeastBurnInWhenVast = 6;
constexpr float kLeastProbability = 1e-6F;
constexpr double kLeastGammaSum = 1e-200;
constexpr std::size_t kWorkerChunk = 64;
constexpr std::size_t kMostItemPieces = 8;
constexpr std::size_t kPieceBytes = 64U << 20U;
constexpr std::size_t kRescaleEvery = 16;
constexpr std::uint64_t kPopulationEvery = 5;
constexpr std::uint64_t kFirstPopulationSteps = 10;
constexpr std::uint64_t kTypeStream = 0x7479706573ULL;
constexpr std::uint64_t kPriorStream = 0x7072696f72ULL;
// When sweeps are dear, items this sure keep their truth.
constexpr double kSettledDoubt = 1e-3;

std::size_t rescale(std::span<double> weight) {
  const double largest = *std::max_element(weight.begin(), weight.end());
  if (largest > 0) {
    for (double& v : weight) v /= largest;
  }
  return kRescaleEvery;
}

// Pr(truth, labels) of the chunk's i-th item for each class, up to a factor.
inline void weigh(const LabelChunk& chunk, std::size_t i, std::size_t k, const double* prior, const float* matrices,
                  double* weight) {
  for (std::size_t t = 0; t < k; ++t) weight[t] = prior[t];
  const auto rows = chunk.rows(i);
  const float* weights = chunk.store.weights().empty() ? nullptr : chunk.store.weights().data() + chunk.offset(i);
  std::size_t until_rescale = kRescaleEvery;
  for (std::size_t l = 0; l < rows.size(); ++l) {
    const float* likelihood = matrices + std::size_t{rows[l]} * k;
    if (weights == nullptr) {
      for (std::size_t t = 0; t < k; ++t) weight[t] *= static_cast<double>(likelihood[t]);
    } else {
      for (std::size_t t = 0; t < k; ++t) weight[t] *= std::pow(static_cast<double>(likelihood[t]), weights[l]);
    }
    if (--until_rescale == 0) until_rescale = rescale({weight, k});
  }
}

// The items whose truth is still drawn: a bit or two an item, and how many there are before each block.
class OpenItems {
 public:
  explicit OpenItems(const LabelSource& labels)
      : labels_(labels),
        bits_((labels.shape().item_count + 63) / 64),
        closed_(bits_.size()),
        before_(labels.block_count() + 1) {}

  void open(ItemIndex item) { bits_[item / 64] |= std::uint64_t{1} << (item % 64); }
  // From any thread; takes effect with the next `count`, for the numbers of other pieces must stay as they are.
  void close(ItemIndex item) {
    std::atomic_ref(closed_[item / 64]).fetch_or(std::uint64_t{1} << (item % 64), std::memory_order_relaxed);
  }
  void count() {
    for (std::size_t i = 0; i < bits_.size(); ++i) bits_[i] &= ~closed_[i];
    for (std::size_t b = 0; b < labels_.block_count(); ++b) {
      std::uint64_t n = 0;
      for (ItemIndex item = labels_.first_item(b); item < labels_.first_item(b + 1); ++item) n += is_open(item) ? 1 : 0;
      before_[b + 1] = before_[b] + n;
    }
  }
  [[nodiscard]] std::uint64_t size() const { return before_.back(); }

  // Calls visit(chunk, i) for the open items numbered [begin, end), in order.
  template <typename F>
  void each(std::uint64_t begin, std::uint64_t end, const F& visit) const {
    auto b = static_cast<std::size_t>(std::upper_bound(before_.begin(), before_.end(), begin) - before_.begin()) - 1;
    LabelStore room;
    for (; b < labels_.block_count() && before_[b] < end; ++b) {
      if (before_[b] == before_[b + 1]) continue;
      const LabelChunk chunk = labels_.chunk(b, room);
      std::uint64_t number = before_[b];
      for (std::size_t i = 0; i < chunk.size() && number < end; ++i) {
        if (!is_open(chunk.first_item + static_cast<ItemIndex>(i))) continue;
        if (number++ >= begin) visit(chunk, i);
      }
    }
  }

 private:
  [[nodiscard]] bool is_open(ItemIndex item) const { return (bits_[item / 64] >> (item % 64) & 1) != 0; }
  const LabelSource& labels_;
  std::vector<std::uint64_t> bits_;
  std::vector<std::uint64_t> closed_;
  std::vector<std::uint64_t> before_;
};

class Sampling {
 public:
  Sampling(const TruthSampler& sampler, ThreadPool& threads)
      : labels_(sampler.labels),
        sampler_(sampler),
        threads_(threads),
        seed_(sampler.seed),
        k_(labels_.shape().class_count),
        workers_(labels_.shape().worker_count),
        cells_(workers_ * k_ * k_),
        population_(sampler.estimate.counts),
        type_of_(workers_),
        prior_(sampler.estimate.prior),
        open_items_(labels_) {
    const auto soft_counts = sampler.estimate.counts.values();
    counts_.assign(soft_counts.begin(), soft_counts.end());
    matrices_.resize(cells_);
    settled_ = Tally(cells_, k_);
    if (sampler.worker_priors != nullptr && !sampler.worker_priors->empty()) {
      const auto more = sampler.worker_priors->values();
      settled_.labels.assign(more.begin(), more.end());
      for (std::size_t i = 0; i < cells_; ++i) counts_[i] += settled_.labels[i];
    }
    const std::size_t fitting =
        std::max<std::size_t>(1, kPieceBytes / std::max<std::size_t>(1, cells_ * sizeof(float)));
    pieces_.assign(std::min(kMostItemPieces, fitting), Tally(cells_, k_));
  }

  SampledConfusions run(const MatrixVisitor& visit) {
    const std::uint64_t kept = TruthSampler::kept_sweeps(labels_.shape());
    const auto share = static_cast<std::uint64_t>(std::ceil(kBurnInShare * static_cast<double>(kept)));
    const std::uint64_t burn_in = std::max(share, kept < kLeastSweeps ? kLeastBurnInWhenVast : kLeastBurnIn);
    std::vector<double> first(cells_), second(cells_);
    set_gold_apart();
    // Before anybody's matrix is drawn, types matter only for those whom the population looks at.
    for (std::uint64_t i = 0; i < kFirstPopulationSteps; ++i)
      follow_population(i, Population::improve_stride(workers_));
    for (std::uint64_t sweep = 0; sweep < burn_in + kept; ++sweep) {
      if (sweep == burn_in / 2 && kept < kMostSweeps) settle_sure_items();
      if (sweep < burn_in || sweep % kPopulationEvery == 0) follow_population(kFirstPopulationSteps + sweep, 1);
      draw_matrices(sweep);
      draw_truths(sweep);
      draw_prior(sweep);
      if (sweep < burn_in) continue;
      in_chunks([&](std::size_t w) {
        add_moments(w, first, second);
        visit(sweep - burn_in, w, {matrices_.data() + w * k_ * k_, k_ * k_});
      });
    }
    return summarise(first, second, kept);
  }

 private:
  // Labels by worker, label and truth, and items by truth.
  struct Tally {
    Tally() = default;
    Tally(std::size_t cells, std::size_t classes) : labels(cells), items(classes) {}
    std::vector<float> labels;
    std::vector<double> items;
  };

  template <typename F>
  void in_chunks(const F& each_worker) {
    const std::size_t chunks = (workers_ + kWorkerChunk - 1) / kWorkerChunk;
    threads_.run(chunks, [&](std::size_t c) {
      const std::size_t end = std::min(workers_, (c + 1) * kWorkerChunk);
      for (std::size_t w = c * kWorkerChunk; w < end; ++w) each_worker(w);
    });
  }

  // Draws the type of every stride-th worker, then moves the types to those who are of them.
  void follow_population(std::uint64_t step, std::size_t stride) {
    const std::size_t types = population_.types().size();
    in_chunks([&](std::size_t w) {
      if (types == 1 || w % stride != 0) return;
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
    thread_local std::vector<double> row;
    row.resize(k_);
    for (std::size_t t = 0; t < k_; ++t) {
      double sum = 0;
      for (std::size_t g = 0; g < k_; ++g) sum += row[g] = random.gamma(row_count(w, t, g));
      if (!(sum > kLeastGammaSum)) draw_corner(random, w, t, row);
      const double scale = sum > kLeastGammaSum ? 1 / sum : 1;
      for (std::size_t g = 0; g < k_; ++g) {
        matrices_[base + g * k_ + t] = std::max(static_cast<float>(row[g] * scale), kLeastProbability);
      }
    }
  }

  // A Dirichlet with parameters near 0 is all on one class; its gamma draws may be too small for numbers.
  void draw_corner(Random& random, std::size_t w, std::size_t t, std::vector<double>& row) const {
    for (std::size_t g = 0; g < k_; ++g) row[g] = row_count(w, t, g);
    const std::size_t all = random.categorical(row);
    std::fill(row.begin(), row.end(), 0.0);
    row[all] = 1;
  }

  // Gold keeps its class; it says nothing of how common the classes are.
  void set_gold_apart() {
    LabelStore room;
    for (std::size_t b = 0; b < labels_.block_count(); ++b) {
      const LabelChunk chunk = labels_.chunk(b, room);
      for (std::size_t i = 0; i < chunk.size(); ++i) {
        if (chunk.rows(i).empty()) continue;
        const auto item = chunk.first_item + static_cast<ItemIndex>(i);
        if (sampler_.gold.empty() || sampler_.gold[item] == kNoClass) {
          open_items_.open(item);
        } else {
          count_labels(chunk, i, sampler_.gold[item], settled_.labels);
        }
      }
    }
    open_items_.count();
  }

  // From here on items that the mean matrices are sure of keep their truth.
  void settle_sure_items() {
    in_chunks([&](std::size_t w) {
      for (std::size_t t = 0; t < k_; ++t) {
        const double total = row_total(w, t);
        for (std::size_t g = 0; g < k_; ++g) {
          const std::size_t cell = (w * k_ + g) * k_ + t;
          matrices_[cell] = static_cast<float>(row_count(w, t, g) / total);
        }
      }
    });
    in_pieces([&](std::size_t, Tally& piece, std::uint64_t begin, std::uint64_t end) {
      std::vector<double> weight(k_);
      open_items_.each(begin, end, [&](const LabelChunk& chunk, std::size_t i) {
        weigh(chunk, i, k_, prior_.data(), matrices_.data(), weight.data());
        double sum = 0;
        for (const double v : weight) sum += v;
        const auto likeliest = std::max_element(weight.begin(), weight.end());
        if (!(*likeliest >= (1 - kSettledDoubt) * sum)) return;
        const auto truth = static_cast<std::size_t>(likeliest - weight.begin());
        count_labels(chunk, i, truth, piece.labels);
        piece.items[truth] += 1;
        open_items_.close(chunk.first_item + static_cast<ItemIndex>(i));
      });
    });
    for (const auto& piece : pieces_) {
      for (std::size_t i = 0; i < cells_; ++i) settled_.labels[i] += piece.labels[i];
      for (std::size_t t = 0; t < k_; ++t) settled_.items[t] += piece.items[t];
    }
    open_items_.count();
  }

  // Dirichlet parameters of row t of worker w given the sampled counts.
  [[nodiscard]] double row_count(std::size_t w, std::size_t t, std::size_t g) const {
    return type_of(w).alpha(t, g) + static_cast<double>(counts_[(w * k_ + g) * k_ + t]);
  }
  [[nodiscard]] double row_total(std::size_t w, std::size_t t) const {
    double total = type_of(w).strength(t);
    for (std::size_t g = 0; g < k_; ++g) total += static_cast<double>(counts_[(w * k_ + g) * k_ + t]);
    return total;
  }

  // Calls work(piece, its emptied tally, the numbers of its open items) for every piece.
  template <typename F>
  void in_pieces(const F& work) {
    const std::uint64_t open = open_items_.size();
    threads_.run(pieces_.size(), [&](std::size_t p) {
      auto& piece = pieces_[p];
      std::fill(piece.labels.begin(), piece.labels.end(), 0.0F);
      std::fill(piece.items.begin(), piece.items.end(), 0.0);
      work(p, piece, open * p / pieces_.size(), open * (p + 1) / pieces_.size());
    });
  }

  void draw_truths(std::uint64_t sweep) {
    in_pieces([&](std::size_t p, Tally& piece, std::uint64_t begin, std::uint64_t end) {
      Random random(seed_, (sweep * 2 + 1) * (workers_ + kMostItemPieces) + p);
      draw_items(random, begin, end, piece);
    });
    counts_ = settled_.labels;
    for (const auto& piece : pieces_) {
      for (std::size_t i = 0; i < cells_; ++i) counts_[i] += piece.labels[i];
    }
  }

  void draw_prior(std::uint64_t sweep) {
    if (sampler_.prior_is_fixed) return;
    std::vector<double> items = settled_.items;
    for (const auto& piece : pieces_) {
      for (std::size_t t = 0; t < k_; ++t) items[t] += piece.items[t];
    }
    double total = 0;
    for (double& n : items) total += n;
    if (total <= 0) return;
    for (double& n : items) n += 1;
    Random random(seed_ ^ kPriorStream, sweep);
    random.dirichlet(items, prior_);
  }

  void draw_items(Random& random, std::uint64_t begin, std::uint64_t end, Tally& tally) const {
    switch (k_) {
      case 2:
        return draw_items_of<2>(random, begin, end, tally);
      case 3:
        return draw_items_of<3>(random, begin, end, tally);
      case 4:
        return draw_items_of<4>(random, begin, end, tally);
      case 5:
        return draw_items_of<5>(random, begin, end, tally);
      default:
        return draw_items_of<0>(random, begin, end, tally);
    }
  }

  // K classes known to the compiler, or 0 for any number.
  template <std::size_t K>
  void draw_items_of(Random& random, std::uint64_t begin, std::uint64_t end, Tally& tally) const {
    const std::size_t k = K > 0 ? K : k_;
    std::array<double, std::max<std::size_t>(K, 1)> fixed;
    std::vector<double> any(K > 0 ? 0 : k);
    double* weight = K > 0 ? fixed.data() : any.data();
    open_items_.each(begin, end, [&](const LabelChunk& chunk, std::size_t i) {
      weigh(chunk, i, k, prior_.data(), matrices_.data(), weight);
      double sum = 0;
      for (std::size_t t = 0; t < k; ++t) sum += weight[t];
      double rest = random.uniform() * sum;
      std::size_t truth = 0;
      while (truth + 1 < k && rest >= weight[truth]) rest -= weight[truth++];
      count_labels(chunk, i, truth, tally.labels);
      tally.items[truth] += 1;
    });
  }

  void count_labels(const LabelChunk& chunk, std::size_t i, std::size_t truth, std::vector<float>& counts) const {
    const auto rows = chunk.rows(i);
    const auto weights = chunk.store.weights();
    if (weights.empty()) {
      for (const auto row : rows) counts[std::size_t{row} * k_ + truth] += 1.0F;
      return;
    }
    const std::uint64_t offset = chunk.offset(i);
    for (std::size_t l = 0; l < rows.size(); ++l) counts[std::size_t{rows[l]} * k_ + truth] += weights[offset + l];
  }

  // Rao-Blackwell: moments of the Dirichlet given the sampled counts, rather than of one draw from it.
  void add_moments(std::size_t w, std::vector<double>& first, std::vector<double>& second) {
    for (std::size_t t = 0; t < k_; ++t) {
      const double total = row_total(w, t);
      for (std::size_t g = 0; g < k_; ++g) {
        const std::size_t cell = (w * k_ + g) * k_ + t;
        const double mean = row_count(w, t, g) / total;
        first[cell] += mean;
        second[cell] += mean * mean + mean * (1 - mean) / (total + 1);
      }
    }
  }

  SampledConfusions summarise(const std::vector<double>& first, const std::vector<double>& second, std::uint64_t kept) {
    SampledConfusions out{{}, {}, std::move(population_), {}, {}, kept};
    out.mean.resize(cells_);
    out.variance.resize(cells_);
    const auto n = static_cast<double>(kept);
    for (std::size_t i = 0; i < cells_; ++i) {
      const double mean = first[i] / n;
      out.mean[i] = static_cast<float>(mean);
      out.variance[i] = static_cast<float>(std::max(second[i] / n - mean * mean, 0.0));
    }
    out.independent.confusion = Confusions(workers_, k_);
    const auto means = out.independent.confusion.values();
    for (std::size_t i = 0; i < cells_; ++i) means[i] = first[i] / n;
    out.independent.prior = prior_;
    out.posterior = [k = k_, prior = prior_, gold = sampler_.gold,
                     matrices = std::make_shared<const std::vector<float>>(out.mean)](const LabelChunk& chunk,
                                                                                      Matrix<double>& to) {
      to = Matrix<double>(chunk.size(), k);
      for (std::size_t i = 0; i < chunk.size(); ++i) {
        const auto p = to.row(i);
        const std::size_t item = chunk.first_item + i;
        if (!gold.empty() && gold[item] != kNoClass) {
          p[gold[item]] = 1;
          continue;
        }
        weigh(chunk, i, k, prior.data(), matrices->data(), p.data());
        normalize(p);
      }
    };
    return out;
  }

  const LabelSource& labels_;
  const TruthSampler& sampler_;
  ThreadPool& threads_;
  std::uint64_t seed_;
  std::size_t k_, workers_, cells_;
  Population population_;
  std::vector<std::uint8_t> type_of_;
  std::vector<double> prior_;
  std::vector<float> counts_, matrices_;
  Tally settled_;
  std::vector<Tally> pieces_;
  OpenItems open_items_;
};

}  // namespace

std::uint64_t TruthSampler::kept_sweeps(const LabelShape& shape) {
  const auto k = static_cast<double>(shape.class_count);
  const double visits =
      static_cast<double>(shape.label_count) * k + kGammaVisits * static_cast<double>(shape.worker_count) * k * k;
  const auto affordable = static_cast<std::uint64_t>(kSweepBudget / std::max(visits, 1.0));
  return std::clamp(affordable, visits > kVastVisits ? kLeastSweepsWhenVast : kLeastSweeps, kMostSweeps);
}

SampledConfusions TruthSampler::run(ThreadPool& threads, const MatrixVisitor& visit) const {
  return Sampling(*this, threads).run(visit);
}

}  // namespace assay::quality
