#include "assay/models/shrinkage.h"

#include <algorithm>
#include <span>
#include <vector>

namespace assay::models {
namespace {

constexpr double kMostCrowdAccuracy = 0.98;
constexpr double kCoinLabels = 4;
constexpr std::size_t kWorkersAPiece = 256;

double even(double accuracy, bool right, std::size_t k) {
  if (right) return accuracy;
  return k > 1 ? (1 - accuracy) / static_cast<double>(k - 1) : 0;
}

struct Crowd {
  double accuracy = kMostCrowdAccuracy;  // A
  std::vector<double> rows;              // [given][true]
};

Crowd pool(const Confusions& counts) {
  const std::size_t k = counts.class_count();
  Crowd crowd;
  crowd.rows.assign(k * k, 0);
  for (std::size_t w = 0; w < counts.worker_count(); ++w) {
    const auto n = counts.worker(w);
    for (std::size_t i = 0; i < k * k; ++i) crowd.rows[i] += n[i];
  }
  double right = 0;
  double all = 0;
  for (std::size_t i = 0; i < k * k; ++i) {
    all += crowd.rows[i];
    if (i / k == i % k) right += crowd.rows[i];
  }
  if (all > 0) crowd.accuracy = std::min(kMostCrowdAccuracy, right / all);
  for (std::size_t t = 0; t < k; ++t) {
    double total = 0;
    for (std::size_t g = 0; g < k; ++g) {
      crowd.rows[g * k + t] += static_cast<double>(k) * even(crowd.accuracy, g == t, k);
      total += crowd.rows[g * k + t];
    }
    for (std::size_t g = 0; g < k; ++g) crowd.rows[g * k + t] /= total;
  }
  return crowd;
}

double coin_accuracy(std::span<const double> n, std::size_t k, double crowd_accuracy) {
  double right = 0;
  double all = 0;
  for (std::size_t i = 0; i < k * k; ++i) {
    all += n[i];
    if (i / k == i % k) right += n[i];
  }
  return std::min(1.0, (right + kCoinLabels * crowd_accuracy) / (all + kCoinLabels));
}

}  // namespace

Confusions shrunken_rates(const Confusions& counts, const Confusions& worker_priors, const Shrinkage& shrinkage,
                          ThreadPool& threads) {
  const std::size_t k = counts.class_count();
  const Crowd crowd = pool(counts);
  Confusions out(counts.worker_count(), k);
  const auto shrink = [&](std::size_t w) {
    const auto n = counts.worker(w);
    const auto to = out.worker(w);
    const double coin = coin_accuracy(n, k, crowd.accuracy);
    std::vector<double> totals(k);
    for (std::size_t i = 0; i < k * k; ++i) {
      const double lean =
          shrinkage.crowd_share * crowd.rows[i] + (1 - shrinkage.crowd_share) * even(coin, i / k == i % k, k);
      to[i] = n[i] + shrinkage.strength * lean + (worker_priors.empty() ? 0 : worker_priors.worker(w)[i]);
      totals[i % k] += to[i];
    }
    for (std::size_t i = 0; i < k * k; ++i) to[i] /= totals[i % k];
  };
  const std::size_t pieces = (counts.worker_count() + kWorkersAPiece - 1) / kWorkersAPiece;
  threads.run(pieces, [&](std::size_t piece) {
    const std::size_t end = std::min(counts.worker_count(), (piece + 1) * kWorkersAPiece);
    for (std::size_t w = piece * kWorkersAPiece; w < end; ++w) shrink(w);
  });
  return out;
}

}  // namespace assay::models
