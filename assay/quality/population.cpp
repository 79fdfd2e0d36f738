#include "assay/quality/population.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "assay/base/numerics.h"

namespace assay::quality {
namespace {

constexpr std::size_t kMaxWorkers = 1000;
constexpr std::size_t kMostTypes = 5;
constexpr std::size_t kWorkersPerType = 8;
constexpr double kLeastAlpha = 0.01;
constexpr double kMostStrength = 200;
constexpr double kFirstStrength = 2;
// A gamma hyperprior on the strength keeps small crowds from certainty.
constexpr double kStrengthRate = 0.5;
// Pseudo-counts on the pooled row, so that classes nobody used keep a chance.
constexpr double kPooledPseudoCount = 0.5;

// Counts are small whole numbers mostly: sums and products of a few terms do then, in place of special functions.
constexpr double kFewLabels = 12;
bool is_few(double n) { return n <= kFewLabels && n == std::floor(n); }

// digamma(n + a) - digamma(a) = 1/a + 1/(a+1) + ... + 1/(a+n-1).
double digamma_rise(double n, double a) {
  if (!is_few(n)) return digamma(n + a) - digamma(a);
  double sum = 0;
  for (double i = 0; i < n; i += 1) sum += 1 / (a + i);
  return sum;
}

// gamma(n + a) / gamma(a) = a (a+1) ... (a+n-1).
double gamma_rise(double n, double a) {
  double product = 1;
  for (double i = 0; i < n; i += 1) product *= a + i;
  return product;
}

// Each worker counts as one label a row at most: the crowd is made of workers, not of its most active one.
Matrix<double> pooled_alpha(const Confusions& counts, std::span<const std::uint32_t> members) {
  const std::size_t k = counts.class_count();
  Matrix<double> alpha(k, k, kPooledPseudoCount / static_cast<double>(k));
  for (std::size_t t = 0; t < k; ++t) {
    const auto row = alpha.row(t);
    for (const auto w : members) {
      const double total = counts.true_total(w, t);
      for (std::size_t g = 0; g < k; ++g) row[g] += counts.at(w, t, g) / (1 + total);
    }
    const double scale = kFirstStrength / std::accumulate(row.begin(), row.end(), 0.0);
    for (double& a : row) a = std::max(a * scale, kLeastAlpha);
  }
  return alpha;
}

double share_right(const Confusions& counts, std::size_t worker) {
  double right = 0.5, total = 1;
  for (std::size_t t = 0; t < counts.class_count(); ++t) {
    right += counts.at(worker, t, t);
    total += counts.true_total(worker, t);
  }
  return right / total;
}

std::vector<double> shares_of_classes(const Confusions& counts) {
  std::vector<double> shares(counts.class_count());
  for (std::size_t w = 0; w < counts.worker_count(); ++w) {
    for (std::size_t t = 0; t < shares.size(); ++t) shares[t] += counts.true_total(w, t);
  }
  normalize(shares);
  return shares;
}

}  // namespace

WorkerType::WorkerType(Matrix<double> alpha, std::span<const double> class_shares)
    : alpha_(std::move(alpha)), anchor_(alpha_) {
  remember();
  for (std::size_t t = 0; t < alpha_.rows(); ++t) {
    const double labels = static_cast<double>(class_shares.size()) * class_shares[t];
    for (double& n : anchor_.row(t)) n *= labels / strength_[t];
  }
}

void WorkerType::remember() {
  const std::size_t k = alpha_.rows();
  strength_.assign(k, 0.0);
  log_gamma_strength_.resize(k);
  log_gamma_alpha_ = Matrix<double>(k, k);
  for (std::size_t t = 0; t < k; ++t) {
    for (std::size_t g = 0; g < k; ++g) {
      strength_[t] += alpha_(t, g);
      log_gamma_alpha_(t, g) = log_gamma(alpha_(t, g));
    }
    log_gamma_strength_[t] = log_gamma(strength_[t]);
  }
}

double WorkerType::log_likelihood(std::span<const float> counts) const {
  const std::size_t k = alpha_.rows();
  double sum = 0;
  for (std::size_t t = 0; t < k; ++t) {
    double total = 0;
    double product = 1;
    for (std::size_t g = 0; g < k; ++g) {
      const auto n = static_cast<double>(counts[g * k + t]);
      total += n;
      if (is_few(n)) {
        product *= gamma_rise(n, alpha_(t, g));
      } else {
        sum += log_gamma(n + alpha_(t, g)) - log_gamma_alpha_(t, g);
      }
    }
    if (total <= 0) continue;
    if (is_few(total)) {
      product /= gamma_rise(total, strength_[t]);
    } else {
      sum += log_gamma_strength_[t] - log_gamma(total + strength_[t]);
    }
    sum += std::log(product);
  }
  return sum;
}

void WorkerType::improve(std::span<const float> counts, std::span<const std::uint32_t> members) {
  const std::size_t k = alpha_.rows();
  std::vector<double> rise(k);
  for (std::size_t t = 0; t < k; ++t) {
    double anchored = 0;
    for (std::size_t g = 0; g < k; ++g) {
      anchored += anchor_(t, g);
      rise[g] = digamma_rise(anchor_(t, g), alpha_(t, g));
    }
    double total_rise = digamma_rise(anchored, strength_[t]);
    for (const auto w : members) {
      double total = 0;
      for (std::size_t g = 0; g < k; ++g) {
        const auto n = static_cast<double>(counts[(w * k + g) * k + t]);
        total += n;
        rise[g] += digamma_rise(n, alpha_(t, g));
      }
      total_rise += digamma_rise(total, strength_[t]);
    }
    if (!(total_rise > 0)) continue;
    double strength = 0;
    for (std::size_t g = 0; g < k; ++g) {
      alpha_(t, g) = std::max(alpha_(t, g) * rise[g] / (total_rise + kStrengthRate), kLeastAlpha);
      strength += alpha_(t, g);
    }
    const double scale = kMostStrength / std::max(strength, kMostStrength);
    for (double& a : alpha_.row(t)) a *= scale;
  }
  remember();
}

Population::Population(const Confusions& counts) {
  const std::size_t workers = counts.worker_count();
  const std::size_t types = std::clamp<std::size_t>(workers / kWorkersPerType, 1, kMostTypes);
  std::vector<double> right(workers);
  for (std::size_t w = 0; w < workers; ++w) right[w] = share_right(counts, w);
  std::vector<std::uint32_t> order(workers);
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return right[a] < right[b]; });
  const auto class_shares = shares_of_classes(counts);
  for (std::size_t i = 0; i < types; ++i) {
    const std::size_t begin = workers * i / types;
    const std::size_t end = workers * (i + 1) / types;
    types_.emplace_back(pooled_alpha(counts, std::span(order).subspan(begin, end - begin)), class_shares);
  }
  shares_.assign(types, 1.0 / static_cast<double>(types));
}

void Population::type_probabilities(std::span<const float> counts, std::span<double> probability) const {
  if (types_.size() == 1) {
    probability[0] = 1;
    return;
  }
  for (std::size_t i = 0; i < types_.size(); ++i) {
    probability[i] = std::log(shares_[i]) + types_[i].log_likelihood(counts);
  }
  const double total = log_sum_exp(probability);
  for (double& p : probability) p = std::exp(p - total);
}

std::size_t Population::improve_stride(std::size_t worker_count) {
  return std::max<std::size_t>(1, worker_count / kMaxWorkers);
}

void Population::improve(std::span<const float> counts, std::span<const std::uint8_t> type_of) {
  const std::size_t stride = improve_stride(type_of.size());
  std::vector<std::vector<std::uint32_t>> members(types_.size());
  for (std::size_t w = 0; w < type_of.size(); w += stride) members[type_of[w]].push_back(static_cast<std::uint32_t>(w));
  for (std::size_t i = 0; i < types_.size(); ++i) {
    types_[i].improve(counts, members[i]);
    shares_[i] = static_cast<double>(members[i].size()) + 1;
  }
  normalize(shares_);
}

}  // namespace assay::quality
