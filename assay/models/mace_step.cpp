#include "assay/models/mace_step.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "assay/base/numerics.h"

namespace assay::models {
namespace {

constexpr double kKnowingPrior = 0.5;   // Beta of competence
constexpr double kSpammingPrior = 0.5;  // and of its opposite
constexpr double kHabitPrior = 10;      // Dirichlet of the habit, each class
constexpr int kCoordinateSteps = 60;

// d and e of one worker, worker priors added.
struct Tally {
  std::vector<double> d, e;

  Tally(const Confusions& counts, const Confusions& worker_priors, std::size_t w)
      : d(counts.class_count()), e(d.size()) {
    add(counts.worker(w));
    if (!worker_priors.empty()) add(worker_priors.worker(w));
  }
  explicit Tally(const Confusions& worker_priors, std::size_t w)
      : d(worker_priors.class_count()), e(worker_priors.class_count()) {
    add(worker_priors.worker(w));
  }

 private:
  void add(std::span<const double> n) {
    const std::size_t k = d.size();
    for (std::size_t g = 0; g < k; ++g) {
      for (std::size_t t = 0; t < k; ++t) (t == g ? d : e)[g] += n[g * k + t];
    }
  }
};

double sum(std::span<const double> x) { return std::accumulate(x.begin(), x.end(), 0.0); }

double times_log(double count, double x) { return count > 0 ? count * std::log(std::max(x, 1e-300)) : 0; }

// Sum of the log likelihood of the tally, counts times log factors.
double log_likelihood(const Tally& tally, double v, std::span<const double> u) {
  double total = 0;
  for (std::size_t g = 0; g < u.size(); ++g) {
    total += times_log(tally.d[g], v + u[g]) + times_log(tally.e[g], u[g]);
  }
  return total;
}

// u(v) of the header for one class.
double root(double d, double e, double v, double m) {
  const double b = m * v - d - e;
  const double q = std::sqrt(b * b + 4 * m * e * v);
  // The form without cancellation for either sign of b.
  return b <= 0 ? (q - b) / (2 * m) : 2 * e * v / (b + q);
}

void fill(double v, std::span<const double> u, std::span<double> out) {
  const std::size_t k = u.size();
  for (std::size_t g = 0; g < k; ++g) {
    for (std::size_t t = 0; t < k; ++t) out[g * k + t] = u[g] + (t == g ? v : 0);
  }
}

// q(s) and q(habit) of one worker, with the expected logarithms that they imply.
struct Variational {
  double knows = kKnowingPrior;  // Beta parameters
  double spams = kSpammingPrior;
  std::vector<double> habit;  // Dirichlet parameters
  double v = 0;               // exp E log (1 - s)
  std::vector<double> u;      // exp E log s habit[g]

  explicit Variational(std::size_t k) : habit(k, kHabitPrior), u(k) { expect(); }

  void expect() {
    const double psi_all = digamma(knows + spams);
    v = std::exp(digamma(knows) - psi_all);
    const double log_s = digamma(spams) - psi_all - digamma(sum(habit));
    for (std::size_t g = 0; g < u.size(); ++g) u[g] = std::exp(log_s + digamma(habit[g]));
  }

  void step(const Tally& tally) {
    knows = kKnowingPrior;
    spams = kSpammingPrior;
    for (std::size_t g = 0; g < u.size(); ++g) {
      const double knowing = tally.d[g] * v / (v + u[g]);
      const double spam = tally.d[g] - knowing + tally.e[g];
      knows += knowing;
      spams += spam;
      habit[g] = kHabitPrior + spam;
    }
    expect();
  }

  // KL of q to the prior.
  [[nodiscard]] double divergence() const {
    const double psi_all = digamma(knows + spams);
    double kl = log_gamma(knows + spams) - log_gamma(kKnowingPrior + kSpammingPrior);
    kl += log_gamma(kKnowingPrior) - log_gamma(knows) + (knows - kKnowingPrior) * (digamma(knows) - psi_all);
    kl += log_gamma(kSpammingPrior) - log_gamma(spams) + (spams - kSpammingPrior) * (digamma(spams) - psi_all);
    const double total = sum(habit);
    kl += log_gamma(total) - log_gamma(kHabitPrior * static_cast<double>(habit.size()));
    for (const double h : habit) {
      kl += log_gamma(kHabitPrior) - log_gamma(h) + (h - kHabitPrior) * (digamma(h) - digamma(total));
    }
    return kl;
  }
};

}  // namespace

double maximize_mace(std::span<const double> d, std::span<const double> e, double a, std::span<double> u) {
  const double m = sum(d) + sum(e) + a;
  if (!(m > 0)) {
    std::fill(u.begin(), u.end(), 1 / static_cast<double>(u.size() + 1));
    return u.empty() ? 1 : u[0];
  }
  double low = 0;
  double high = 1;
  for (int i = 0; i < 60 && high - low > 1e-15; ++i) {
    const double v = (low + high) / 2;
    double total = v;
    for (std::size_t g = 0; g < u.size(); ++g) total += root(d[g], e[g], v, m);
    (total > 1 ? high : low) = v;
  }
  const double v = (low + high) / 2;
  double total = v;
  for (std::size_t g = 0; g < u.size(); ++g) total += u[g] = root(d[g], e[g], v, m);
  for (double& x : u) x /= total;
  return v / total;
}

double MaceMapStep::maximize_workers(const Confusions& counts, std::size_t begin, std::size_t end,
                                     Confusions& table) const {
  const std::size_t k = counts.class_count();
  double penalty = 0;
  std::vector<double> u(k);
  for (std::size_t w = begin; w < end; ++w) {
    Tally tally(counts, problem_.worker_priors, w);
    for (double& e : tally.e) e += pseudo_count_;
    const double v = maximize_mace(tally.d, tally.e, pseudo_count_, u);
    fill(v, u, table.worker(w));
    penalty += times_log(pseudo_count_, v);
    for (const double x : u) penalty += times_log(pseudo_count_, x);
    if (!problem_.worker_priors.empty()) penalty += log_likelihood(Tally(problem_.worker_priors, w), v, u);
  }
  return penalty;
}

double MaceVariationalStep::maximize_workers(const Confusions& counts, std::size_t begin, std::size_t end,
                                             Confusions& table) const {
  const std::size_t k = counts.class_count();
  double penalty = 0;
  for (std::size_t w = begin; w < end; ++w) {
    const Tally tally(counts, problem_.worker_priors, w);
    Variational q(k);
    for (int i = 0; i < kCoordinateSteps; ++i) {
      const double before = q.v;
      q.step(tally);
      if (std::abs(q.v - before) < 1e-10) break;
    }
    fill(q.v, q.u, table.worker(w));
    penalty -= q.divergence();
    if (!problem_.worker_priors.empty()) penalty += log_likelihood(Tally(problem_.worker_priors, w), q.v, q.u);
  }
  return penalty;
}

}  // namespace assay::models
