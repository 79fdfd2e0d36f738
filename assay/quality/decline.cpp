#include <algorithm>
#include <cmath>
#include <limits>

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

double first_time(const LabelSource& labels) {
  double first = std::numeric_limits<double>::quiet_NaN();
  LabelStore room;
  for (std::size_t b = 0; b < labels.block_count(); ++b) {
    const LabelChunk chunk = labels.chunk(b, room);
    for (std::uint64_t at = chunk.offset(0); at < chunk.offset(chunk.size()); ++at) {
      const double time = chunk.store.times()[at];
      first = time < first || std::isnan(first) ? time : first;
    }
  }
  return first;
}

class DeclineTest {
 public:
  explicit DeclineTest(const Evidence& evidence)
      : evidence_(evidence),
        k_(evidence.labels.shape().class_count),
        first_time_(first_time(evidence.labels)),
        heard_(evidence.witnessed) {}

  void observe(std::size_t block, LabelStore& room, std::vector<Trend>& trends) const {
    const auto has_time = [](const LabelChunk& chunk, std::size_t /*worker*/, std::uint64_t at) {
      return !std::isnan(chunk.store.times()[at]);
    };
    for_each_heard(evidence_, heard_, block, room, has_time,
                   [&](Others& others, const LabelChunk& chunk, std::uint32_t row, std::uint64_t at) {
                     const auto truth = others.by_rates(row);
                     const auto worker = chunk.store.worker_of(row);
                     const double agreement = truth[chunk.store.label_of(row)];
                     trends[worker].add(chunk.store.times()[at] - first_time_,
                                        agreement - expected_agreement(worker, truth));
                   });
  }

 private:
  [[nodiscard]] double expected_agreement(std::size_t worker, std::span<const double> others) const {
    const auto matrix = evidence_.confusion.worker(worker);
    double sum = 0;
    for (std::size_t g = 0; g < k_; ++g) {
      double said = 0;
      for (std::size_t t = 0; t < k_; ++t) said += others[t] * matrix[g * k_ + t];
      sum += said * others[g];
    }
    return sum;
  }

  const Evidence& evidence_;
  std::size_t k_;
  double first_time_;
  Heard heard_;
};

}  // namespace

std::vector<double> decline_p_values(const Evidence& evidence, ThreadPool& threads) {
  if (!evidence.labels.shape().has_times) return {};
  const std::size_t workers = evidence.labels.shape().worker_count;
  const DeclineTest test(evidence);
  const std::size_t fitting = kPieceBytes / std::max<std::size_t>(1, workers * sizeof(Trend));
  std::vector<std::vector<Trend>> pieces(std::clamp<std::size_t>(fitting, 1, kMostPieces), std::vector<Trend>(workers));
  const auto borders = cut_blocks(evidence.labels, pieces.size());
  threads.run(pieces.size(), [&](std::size_t p) {
    LabelStore room;
    for (std::size_t b = borders[p]; b < borders[p + 1]; ++b) test.observe(b, room, pieces[p]);
  });
  std::vector<double> out(workers);
  for (std::size_t w = 0; w < workers; ++w) {
    for (std::size_t p = 1; p < pieces.size(); ++p) pieces[0][w].merge(pieces[p][w]);
    out[w] = pieces[0][w].p_value();
  }
  return out;
}

}  // namespace assay::quality
