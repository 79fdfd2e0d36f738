#include <algorithm>
#include <cmath>

#include "assay/quality/suspicion.h"

namespace assay::quality {
namespace {

constexpr double kLeastLabels = 20;
constexpr std::size_t kMostPieces = 8;
constexpr std::size_t kPieceBytes = 64U << 20U;

// Sums over one worker's labels of time t and surprise x.
struct Trend {
  double n = 0, t = 0, x = 0, tt = 0, xx = 0, tx = 0;

  void add(double time, double surprise) {
    n += 1;
    t += time;
    x += surprise;
    tt += time * time;
    xx += surprise * surprise;
    tx += time * surprise;
  }
  void merge(const Trend& o) {
    n += o.n;
    t += o.t;
    x += o.x;
    tt += o.tt;
    xx += o.xx;
    tx += o.tx;
  }
  // Correlation times sqrt(n - 1) is standard normal under permutations.
  [[nodiscard]] double p_value() const {
    const double time_squares = tt - t * t / n;
    const double surprise_squares = xx - x * x / n;
    if (n < kLeastLabels || !(time_squares > 1e-9 * tt) || !(surprise_squares > 1e-9)) return 1;
    const double z = (tx - t * x / n) * std::sqrt((n - 1) / (time_squares * surprise_squares));
    return std::erfc(-z / std::sqrt(2.0)) / 2;
  }
};

double first_time(std::span<const double> times) {
  double first = times.empty() ? 0 : times[0];
  for (const double time : times) first = time < first || std::isnan(first) ? time : first;
  return first;
}

class DeclineTest {
 public:
  DeclineTest(const LabelStore& labels, const Estimate& estimate)
      : labels_(labels), estimate_(estimate), k_(labels.class_count()), first_time_(first_time(labels.times())) {}

  void observe(std::size_t begin, std::size_t end, std::vector<Trend>& trends) const {
    std::vector<double> others(k_);
    for (std::size_t o = begin; o < end; ++o) {
      const auto item = static_cast<ItemIndex>(o);
      const std::uint64_t offset = labels_.offset(item);
      const auto rows = labels_.rows(item);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const double time = labels_.times()[offset + i];
        if (std::isnan(time)) continue;
        posterior_without(estimate_, item, rows[i], others);
        const auto worker = labels_.worker_of(rows[i]);
        const double agreement = others[rows[i] - worker * static_cast<std::uint32_t>(k_)];
        trends[worker].add(time - first_time_, agreement - expected_agreement(worker, others));
      }
    }
  }

 private:
  [[nodiscard]] double expected_agreement(std::size_t worker, const std::vector<double>& others) const {
    const auto matrix = estimate_.confusion.worker(worker);
    double sum = 0;
    for (std::size_t g = 0; g < k_; ++g) {
      double said = 0;
      for (std::size_t t = 0; t < k_; ++t) said += others[t] * matrix[g * k_ + t];
      sum += said * others[g];
    }
    return sum;
  }

  const LabelStore& labels_;
  const Estimate& estimate_;
  std::size_t k_;
  double first_time_;
};

}  // namespace

std::vector<double> decline_p_values(const LabelStore& labels, const Estimate& estimate, ThreadPool& threads) {
  if (labels.times().empty()) return {};
  const std::size_t workers = labels.worker_count();
  const std::size_t items = labels.item_count();
  const DeclineTest test(labels, estimate);
  const std::size_t fitting = kPieceBytes / std::max<std::size_t>(1, workers * sizeof(Trend));
  std::vector<std::vector<Trend>> pieces(std::clamp<std::size_t>(fitting, 1, kMostPieces), std::vector<Trend>(workers));
  threads.run(pieces.size(), [&](std::size_t p) {
    test.observe(items * p / pieces.size(), items * (p + 1) / pieces.size(), pieces[p]);
  });
  std::vector<double> out(workers);
  for (std::size_t w = 0; w < workers; ++w) {
    for (std::size_t p = 1; p < pieces.size(); ++p) pieces[0][w].merge(pieces[p][w]);
    out[w] = pieces[0][w].p_value();
  }
  return out;
}

}  // namespace assay::quality
