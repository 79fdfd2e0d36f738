#include "assay/quality/suspicion.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "assay/base/matrix.h"
#include "assay/base/numerics.h"

namespace assay::quality {
namespace {

constexpr std::uint32_t kNobody = 0xffffffffU;
constexpr std::size_t kMostPieces = 8;
constexpr std::size_t kPieceBytes = 64U << 20U;
constexpr std::size_t kBatchBytes = 32U << 20U;

// The charges and the innocence that they are held against: suspicion.h has the formulas.
constexpr double kInnocentLook = 0.4472135955;  // sqrt(0.2)
constexpr std::array<double, 3> kSpammerLooks = {0, 0.15, 0.3};
constexpr std::array<double, 3> kMistaken = {0.65, 0.8, 0.95};
constexpr double kRightOtherwise = 0.9;
constexpr std::size_t kAlternatives = 3;
constexpr double kLikelier = 0.5;

// Where in the sums of a worker what lies.
constexpr std::size_t kAgreements = kAlternatives;
constexpr std::size_t kBiased = kAgreements + 3;
std::size_t numbers_a_worker(std::size_t k) { return kBiased + kAlternatives * k * k; }

// Pr(X <= x) for X binomial of n trials, each with this chance; 1 without trials.
double binomial_at_most(double x, double n, double chance) {
  if (!(n > x)) return 1;
  return beta_cdf(std::clamp(1 - chance, 0.0, 1.0), n - x, x + 1);
}

// log of the mean over the alternatives, from their logarithms.
double log_mean(const double* logs) {
  return log_sum_exp({logs, kAlternatives}) - std::log(static_cast<double>(kAlternatives));
}

// 2 sum n log(n total / (row column)).
double independence_statistic(const Matrix<double>& table, const std::vector<double>& rows,
                              const std::vector<double>& columns, double total) {
  double sum = x_log_x(total);
  for (const double n : table.values()) sum += x_log_x(n);
  for (const double n : rows) sum -= x_log_x(n);
  for (const double n : columns) sum -= x_log_x(n);
  return std::max(2 * sum, 0.0);
}

double blindness_p_value(std::span<const double> table, std::size_t k) {
  Matrix<double> counts(k, k);
  std::vector<double> rows(k), columns(k);
  double total = 0;
  for (std::size_t t = 0; t < k; ++t) {
    for (std::size_t g = 0; g < k; ++g) {
      const double n = table[t * k + g];
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

// Some workers and the numbers that their witnessed labels add up to.
class Hearing {
 public:
  Hearing(const Evidence& evidence, double rates_part, std::span<const std::uint32_t> workers, ThreadPool& threads)
      : evidence_(evidence),
        rates_part_(rates_part),
        workers_(workers),
        threads_(threads),
        k_(evidence.labels.shape().class_count),
        heard_(evidence.witnessed),
        place_(evidence.labels.shape().worker_count, kNobody) {
    for (std::size_t i = 0; i < workers.size(); ++i) place_[workers[i]] = static_cast<std::uint32_t>(i);
  }

  std::vector<Testimony> run() {
    std::vector<Testimony> out(workers_.size());
    const auto tables = sum(k_ * k_, [&](Others& others, std::uint32_t row, std::size_t /*place*/, double* table) {
      const auto truth = others.by_rates(row);
      for (std::size_t t = 0; t < k_; ++t) table[t * k_ + row % k_] += truth[t];
    });
    shares_ = Matrix<double>(workers_.size(), k_);
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      const auto table = std::span(tables).subspan(i * k_ * k_, k_ * k_);
      out[i].blindness_p_value = blindness_p_value(table, k_);
      for (std::size_t j = 0; j < table.size(); ++j) shares_(i, j % k_) += table[j];
      normalize(shares_.row(i));
    }
    const auto sums = charges();
    for (std::size_t i = 0; i < workers_.size(); ++i) conclude(sums.data() + i * numbers_a_worker(k_), out[i]);
    return out;
  }

 private:
  std::vector<double> charges() {
    return sum(numbers_a_worker(k_), [&](Others& others, std::uint32_t row, std::size_t i, double* to) {
      weigh(others.by_rates_and_vote(row, rates_part_), row % k_, shares_.row(i), to);
    });
  }

  // `size` numbers a worker, to which add(others, row, place, numbers) adds for each of his witnessed labels.
  template <typename Add>
  std::vector<double> sum(std::size_t size, const Add& add) {
    const std::size_t cells = workers_.size() * size;
    const std::size_t fitting = kPieceBytes / (cells * sizeof(double));
    const std::size_t count = std::clamp<std::size_t>(fitting, 1, kMostPieces);
    std::vector<std::vector<double>> pieces(count, std::vector<double>(cells));
    const auto borders = cut_blocks(evidence_.labels, count);
    threads_.run(count, [&](std::size_t p) {
      LabelStore room;
      const auto is_here = [&](const LabelChunk& /*chunk*/, std::size_t worker, std::uint64_t /*at*/) {
        return place_[worker] != kNobody;
      };
      const auto use = [&](Others& others, const LabelChunk& chunk, std::uint32_t row, std::uint64_t /*at*/) {
        const std::size_t place = place_[chunk.store.worker_of(row)];
        add(others, row, place, pieces[p].data() + place * size);
      };
      for (std::size_t b = borders[p]; b < borders[p + 1]; ++b)
        for_each_heard(evidence_, heard_, b, room, is_here, use);
    });
    for (std::size_t p = 1; p < count; ++p) {
      for (std::size_t i = 0; i < cells; ++i) pieces[0][i] += pieces[p][i];
    }
    return std::move(pieces[0]);
  }

  // The sums lie as spammer [3], agreements, agreements by chance, labels, biased [3][true][given].
  void weigh(std::span<const double> p, std::size_t label, std::span<const double> shares, double* sums) const {
    const double guessed = shares[label];
    const double innocent = (1 - kInnocentLook) * guessed + kInnocentLook * p[label];
    for (std::size_t j = 0; j < kAlternatives; ++j) {
      sums[j] += std::log(((1 - kSpammerLooks[j]) * guessed + kSpammerLooks[j] * p[label]) / innocent);
    }
    const auto likeliest = static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin());
    sums[kAgreements] += label == likeliest ? 1 : 0;
    sums[kAgreements + 1] += shares[likeliest];
    sums[kAgreements + 2] += 1;
    double* biased = sums + kBiased;
    for (std::size_t other = 0; other < k_; ++other) {
      if (other == label) continue;
      weigh_pair(p[other], p[label], true, biased + other * k_ + label);
      weigh_pair(p[label], p[other], false, biased + label * k_ + other);
    }
  }

  // The chances that the first and that the second class is true; whether he said the second rather than the first.
  void weigh_pair(double first, double second, bool said_second, double* logs) const {
    if (first < kLikelier) return;
    const double right = said_second ? kRightOtherwise : 1 - kRightOtherwise;
    const double otherwise = second * right + (1 - first - second) * 0.5;
    const double innocent = first * 0.5 + otherwise;
    for (std::size_t j = 0; j < kAlternatives; ++j) {
      const double mistaken = said_second ? kMistaken[j] : 1 - kMistaken[j];
      logs[j * k_ * k_] += std::log((first * mistaken + otherwise) / innocent);
    }
  }

  void conclude(const double* sums, Testimony& out) const {
    out.spammer = log_mean(sums);
    out.adversarial_p_value =
        binomial_at_most(sums[kAgreements], sums[kAgreements + 2], sums[kAgreements + 1] / sums[kAgreements + 2]);
    std::array<double, kAlternatives> biased{};
    for (std::size_t j = 0; j < kAlternatives; ++j) biased[j] = against_all_rows(sums + kBiased + j * k_ * k_);
    out.biased = log_mean(biased.data());
  }

  // log of prod over t of (1 + mean over g of R(t, g)) / 2.
  [[nodiscard]] double against_all_rows(const double* log_ratios) const {
    double sum = 0;
    std::vector<double> row;
    for (std::size_t t = 0; t < k_; ++t) {
      row.clear();
      for (std::size_t g = 0; g < k_; ++g) {
        if (g != t) row.push_back(log_ratios[t * k_ + g]);
      }
      if (row.empty()) continue;
      const double mean = log_sum_exp(row) - std::log(static_cast<double>(row.size()));
      sum += log_sum_exp(std::array<double, 2>{0, mean}) - std::log(2.0);
    }
    return sum;
  }

  const Evidence& evidence_;
  double rates_part_;
  std::span<const std::uint32_t> workers_;
  ThreadPool& threads_;
  std::size_t k_;
  Heard heard_;
  std::vector<std::uint32_t> place_;
  Matrix<double> shares_;
};

}  // namespace

std::vector<Testimony> hear_others(const Evidence& evidence, std::span<const std::uint32_t> workers,
                                   ThreadPool& threads) {
  const std::size_t k = evidence.labels.shape().class_count;
  const std::size_t batch = std::max<std::size_t>(1, kBatchBytes / (numbers_a_worker(k) * sizeof(double)));
  if (workers.empty()) return {};
  const double rates_part = trusted_rates_part(evidence, threads);
  std::vector<Testimony> out;
  for (std::size_t begin = 0; begin < workers.size(); begin += batch) {
    const auto some = workers.subspan(begin, std::min(batch, workers.size() - begin));
    const auto heard = Hearing(evidence, rates_part, some, threads).run();
    out.insert(out.end(), heard.begin(), heard.end());
  }
  return out;
}

}  // namespace assay::quality
