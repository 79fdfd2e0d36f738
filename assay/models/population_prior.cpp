#include "assay/models/population_prior.h"

#include <algorithm>
#include <cmath>

#include "assay/base/numerics.h"

namespace assay::models {
namespace {

constexpr std::size_t kWorkersABlock = 256;

// What one fixed-point step sums over workers.
struct Sums {
  std::vector<double> cells;  // [given][true]: psi(n + x) - psi(x), x = lambda + worker priors
  std::vector<double> rows;   // [true]: the same of row totals

  explicit Sums(std::size_t k) : cells(k * k), rows(k) {}
  void add(const Sums& other) {
    for (std::size_t i = 0; i < cells.size(); ++i) cells[i] += other.cells[i];
    for (std::size_t t = 0; t < rows.size(); ++t) rows[t] += other.rows[t];
  }
};

// psi(x) of lambda itself, shared by all workers without priors of their own.
struct Digammas {
  std::vector<double> cells;
  std::vector<double> rows;
};

std::vector<double> row_totals(std::span<const double> cells, std::size_t k) {
  std::vector<double> totals(k);
  for (std::size_t i = 0; i < cells.size(); ++i) totals[i % k] += cells[i];
  return totals;
}

void add_worker(std::span<const double> n, std::span<const double> priors, const std::vector<double>& lambda,
                const std::vector<double>& lambda_rows, const Digammas& psi, Sums& sums) {
  const std::size_t k = sums.rows.size();
  for (std::size_t t = 0; t < k; ++t) {
    double total = 0;
    double prior_total = 0;
    for (std::size_t i = t; i < k * k; i += k) {
      total += n[i];
      const double prior = priors.empty() ? 0 : priors[i];
      prior_total += prior;
      // A cell without counts adds nothing; most cells have none.
      if (n[i] <= 0) continue;
      const double x = lambda[i] + prior;
      sums.cells[i] += digamma(n[i] + x) - (prior > 0 ? digamma(x) : psi.cells[i]);
    }
    if (total <= 0) continue;
    const double x = lambda_rows[t] + prior_total;
    sums.rows[t] += digamma(total + x) - (prior_total > 0 ? digamma(x) : psi.rows[t]);
  }
}

Sums sum_over_workers(const Confusions& counts, const Confusions& worker_priors, const std::vector<double>& lambda,
                      ThreadPool& threads) {
  const std::size_t k = counts.class_count();
  const std::vector<double> lambda_rows = row_totals(lambda, k);
  Digammas psi;
  for (const double v : lambda) psi.cells.push_back(digamma(v));
  for (const double v : lambda_rows) psi.rows.push_back(digamma(v));
  const std::size_t workers = counts.worker_count();
  std::vector<Sums> blocks((workers + kWorkersABlock - 1) / kWorkersABlock, Sums(k));
  threads.run(blocks.size(), [&](std::size_t b) {
    const std::size_t end = std::min(workers, (b + 1) * kWorkersABlock);
    for (std::size_t w = b * kWorkersABlock; w < end; ++w) {
      const auto priors = worker_priors.empty() ? std::span<const double>() : worker_priors.worker(w);
      add_worker(counts.worker(w), priors, lambda, lambda_rows, psi, blocks[b]);
    }
  });
  Sums all(k);
  for (const auto& block : blocks) all.add(block);
  return all;
}

}  // namespace

std::vector<double> start_of(const PopulationPrior& prior, std::size_t class_count) {
  const std::size_t k = class_count;
  const double off = k > 1 ? prior.strength * (1 - prior.accuracy) / static_cast<double>(k - 1) : 0;
  std::vector<double> m(k * k, off);
  for (std::size_t t = 0; t < k; ++t) m[t * k + t] = k > 1 ? prior.strength * prior.accuracy : prior.strength;
  return m;
}

void learn_population(const Confusions& counts, const Confusions& worker_priors, const PopulationPrior& prior,
                      int most_steps, ThreadPool& threads, std::vector<double>& lambda) {
  const std::size_t k = counts.class_count();
  const std::vector<double> m = start_of(prior, k);
  for (int step = 0; step < most_steps; ++step) {
    const Sums sums = sum_over_workers(counts, worker_priors, lambda, threads);
    double change = 0;
    for (std::size_t i = 0; i < lambda.size(); ++i) {
      const double next = (lambda[i] * sums.cells[i] + prior.workers * m[i]) / (sums.rows[i % k] + prior.workers);
      change = std::max(change, std::abs(next - lambda[i]) / lambda[i]);
      lambda[i] = next;
    }
    if (change < 1e-3) return;
  }
}

double log_hyperprior(const PopulationPrior& prior, const std::vector<double>& lambda) {
  const auto k = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(lambda.size()))));
  const std::vector<double> m = start_of(prior, k);
  double sum = 0;
  for (std::size_t i = 0; i < lambda.size(); ++i) sum += prior.workers * (m[i] * std::log(lambda[i]) - lambda[i]);
  return sum;
}

}  // namespace assay::models
