#include "assay/quality/suspicion.h"

#include <algorithm>
#include <cmath>

#include "assay/base/matrix.h"
#include "assay/base/numerics.h"

namespace assay::quality {
namespace {

// 2 sum n log(n total / (row column)).
double independence_statistic(const Matrix<double>& table, const std::vector<double>& rows,
                              const std::vector<double>& columns, double total) {
  double sum = x_log_x(total);
  for (const double n : table.values()) sum += x_log_x(n);
  for (const double n : rows) sum -= x_log_x(n);
  for (const double n : columns) sum -= x_log_x(n);
  return std::max(2 * sum, 0.0);
}

constexpr std::uint32_t kNobody = 0xffffffffU;
constexpr std::size_t kMostPieces = 8;
constexpr std::size_t kPieceBytes = 64U << 20U;

// Tables [true][given] of some workers, one after the other.
class BlindnessTables {
 public:
  BlindnessTables(const Evidence& evidence, std::span<const std::uint32_t> workers)
      : evidence_(evidence),
        k_(evidence.labels.shape().class_count),
        place_(evidence.labels.shape().worker_count, kNobody) {
    for (std::size_t i = 0; i < workers.size(); ++i) place_[workers[i]] = static_cast<std::uint32_t>(i);
  }

  void observe(std::size_t block, LabelStore& room, std::vector<double>& tables) const {
    const LabelChunk chunk = evidence_.labels.chunk(block, room);
    Matrix<double> posterior;
    evidence_.posterior(chunk, posterior);
    std::vector<double> others(k_);
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      for (const auto row : chunk.rows(i)) {
        const std::uint32_t place = place_[chunk.store.worker_of(row)];
        if (place == kNobody) continue;
        posterior_without(posterior.row(i), evidence_.confusion.row(row), others);
        double* table = tables.data() + place * k_ * k_;
        const std::size_t label = chunk.store.label_of(row);
        for (std::size_t t = 0; t < k_; ++t) table[t * k_ + label] += others[t];
      }
    }
  }

  [[nodiscard]] double p_value(std::span<const double> table) const {
    Matrix<double> counts(k_, k_);
    std::vector<double> rows(k_), columns(k_);
    double total = 0;
    for (std::size_t t = 0; t < k_; ++t) {
      for (std::size_t g = 0; g < k_; ++g) {
        const double n = table[t * k_ + g];
        counts(t, g) = n;
        rows[t] += n;
        columns[g] += n;
        total += n;
      }
    }
    const auto used = [](const std::vector<double>& n) {
      return static_cast<double>(std::count_if(n.begin(), n.end(), [](double v) { return v >= 0.5; }));
    };
    const double degrees = (used(rows) - 1) * (used(columns) - 1);
    if (degrees < 1) return 1;
    return chi_squared_tail(independence_statistic(counts, rows, columns, total), degrees);
  }

 private:
  const Evidence& evidence_;
  std::size_t k_;
  std::vector<std::uint32_t> place_;
};

}  // namespace

std::vector<double> blindness_p_values(const Evidence& evidence, std::span<const std::uint32_t> workers,
                                       ThreadPool& threads) {
  if (workers.empty()) return {};
  const std::size_t k = evidence.labels.shape().class_count;
  const BlindnessTables test(evidence, workers);
  const std::size_t cells = workers.size() * k * k;
  const std::size_t fitting = kPieceBytes / (cells * sizeof(double));
  const std::size_t count = std::clamp<std::size_t>(fitting, 1, kMostPieces);
  std::vector<std::vector<double>> pieces(count, std::vector<double>(cells));
  const auto borders = cut_blocks(evidence.labels, count);
  threads.run(count, [&](std::size_t p) {
    LabelStore room;
    for (std::size_t b = borders[p]; b < borders[p + 1]; ++b) test.observe(b, room, pieces[p]);
  });
  for (std::size_t p = 1; p < count; ++p) {
    for (std::size_t i = 0; i < cells; ++i) pieces[0][i] += pieces[p][i];
  }
  std::vector<double> out;
  for (std::size_t i = 0; i < workers.size(); ++i) {
    out.push_back(test.p_value(std::span(pieces[0]).subspan(i * k * k, k * k)));
  }
  return out;
}

}  // namespace assay::quality
