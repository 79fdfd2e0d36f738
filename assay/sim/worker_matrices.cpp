#include "assay/sim/worker_matrices.h"

#include <algorithm>
#include <vector>

namespace assay::sim {
namespace {

double between(Random& random, double low, double high) { return low + (high - low) * random.uniform(); }

// Row `t` gives `favoured` with probability p; the rest is spread unevenly over the other classes.
void fill_row(Matrix<double>& m, std::size_t t, std::size_t favoured, double p, Random& random) {
  const std::size_t k = m.columns();
  if (k == 1) {
    m(t, 0) = 1;
    return;
  }
  const std::vector<double> even(k - 1, 1.0);
  std::vector<double> rest(k - 1);
  random.dirichlet(even, rest);
  for (std::size_t g = 0, r = 0; g < k; ++g) m(t, g) = g == favoured ? p : (1 - p) * rest[r++];
}

// `skill` is how far the worker is from chance (0) to perfect (1).
Matrix<double> skilled(std::size_t k, double low, double high, Random& random) {
  Matrix<double> m(k, k);
  const double chance = 1.0 / static_cast<double>(k);
  for (std::size_t t = 0; t < k; ++t) fill_row(m, t, t, chance + (1 - chance) * between(random, low, high), random);
  return m;
}

Matrix<double> good(std::size_t k, Random& random) { return skilled(k, 0.65, 0.95, random); }

Matrix<double> biased(std::size_t k, Random& random) {
  Matrix<double> m = skilled(k, 0.8, 0.98, random);
  const double shift = between(random, 0.5, 0.9);
  for (std::size_t t = 0; t + 1 < k; ++t) {
    m(t, t + 1) += shift * m(t, t);
    m(t, t) *= 1 - shift;
  }
  return m;
}

Matrix<double> constant(std::size_t k, ClassIndex lazy_answer, Random& random) {
  const std::size_t given = random.uniform() < 0.7 ? lazy_answer : random.below(k);
  Matrix<double> m(k, k);
  for (std::size_t t = 0; t < k; ++t) m(t, given) = 1;
  return m;
}

Matrix<double> inattentive(std::size_t k, Random& random) {
  const std::vector<double> nearly_even(k, 8.0);
  std::vector<double> row(k);
  random.dirichlet(nearly_even, row);
  Matrix<double> m(k, k);
  for (std::size_t t = 0; t < k; ++t) std::copy(row.begin(), row.end(), m.row(t).begin());
  return m;
}

Matrix<double> adversarial(std::size_t k, Random& random) {
  Matrix<double> m(k, k);
  const double chance = 1.0 / static_cast<double>(k);
  for (std::size_t t = 0; t < k; ++t) fill_row(m, t, t, chance * between(random, 0.1, 0.6), random);
  return m;
}

}  // namespace

WorkerMatrices draw_worker(WorkerKind kind, std::size_t class_count, ClassIndex lazy_answer, Random& random) {
  const std::size_t k = class_count;
  const auto steady = [](Matrix<double> m) { return WorkerMatrices{m, m}; };
  switch (kind) {
    case WorkerKind::good:
      return steady(good(k, random));
    case WorkerKind::mediocre:
      return steady(skilled(k, 0.25, 0.5, random));
    case WorkerKind::biased:
      return steady(biased(k, random));
    case WorkerKind::spammer:
      return steady(constant(k, lazy_answer, random));
    case WorkerKind::random:
      return steady(inattentive(k, random));
    case WorkerKind::adversarial:
      return steady(adversarial(k, random));
    case WorkerKind::colluding:
      return steady(skilled(k, 0.3, 0.7, random));
    case WorkerKind::drifting: {
      auto early = good(k, random);
      return {std::move(early), inattentive(k, random)};
    }
    case WorkerKind::learning: {
      auto early = inattentive(k, random);
      return {std::move(early), good(k, random)};
    }
  }
  return {};
}

}  // namespace assay::sim
