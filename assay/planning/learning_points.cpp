#include "assay/planning/learning_points.h"

#include <algorithm>
#include <mutex>
#include <numeric>

#include "assay/base/error.h"
#include "assay/base/random.h"

namespace assay::planning {
namespace {

constexpr double kTestShare = 0.25;
constexpr std::size_t kMostItems = 20'000;  // of a split: more would only take longer

using learn::Targets;

// Exchanges a share of the rows for those of other items: each of them becomes independent of its features.
Targets exchanged(const Targets& targets, double share, Random& random) {
  Targets out = targets;
  for (std::size_t i = 0; i < targets.rows(); ++i) {
    const bool now = random.uniform() < share;
    const auto other = random.below(targets.rows());
    if (now) std::copy(targets.row(other).begin(), targets.row(other).end(), out.row(i).begin());
  }
  return out;
}

std::vector<double> shares_of(const Matrix<double>& truth) {
  std::vector<double> out(truth.columns());
  for (std::size_t i = 0; i < truth.rows(); ++i) {
    for (std::size_t k = 0; k < out.size(); ++k) out[k] += truth(i, k) / static_cast<double>(truth.rows());
  }
  return out;
}

// An item's part: the truth's share of the decision, above the class's share in all.
void add_accuracy(const Matrix<double>& predicted, const Matrix<double>& truth, std::vector<float>& above,
                  std::vector<float>& chance) {
  const auto share = shares_of(truth);
  for (std::size_t i = 0; i < truth.rows(); ++i) {
    const auto k = learn::largest(predicted.row(i));
    chance.push_back(static_cast<float>(share[k]));
    above.push_back(static_cast<float>(truth(i, k) - share[k]));
  }
}

// An item's part: for each class how much more than half of the others it beats, by how much it is of the class.
void add_area(const Matrix<double>& predicted, const Matrix<double>& truth, std::vector<float>& above,
              std::vector<float>& chance) {
  const std::size_t n = truth.rows();
  std::vector<double> sum(n);
  std::vector<std::uint32_t> order(n);
  for (std::size_t k = 0; k < truth.columns(); ++k) {
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return predicted(a, k) < predicted(b, k); });
    double others = 0, below = 0;
    for (std::size_t i = 0; i < n; ++i) others += 1 - truth(i, k);
    if (others <= 0) continue;
    for (std::size_t begin = 0, end = 0; begin < n; begin = end) {
      double tied = 0;
      for (; end < n && predicted(order[end], k) == predicted(order[begin], k); ++end) tied += 1 - truth(order[end], k);
      const double placement = (below + tied / 2) / others;
      for (std::size_t i = begin; i < end; ++i) sum[order[i]] += truth(order[i], k) * (placement - 0.5);
      below += tied;
    }
  }
  for (const double s : sum) {
    above.push_back(static_cast<float>(s));
    chance.push_back(0.5F);
  }
}

SplitScores measure_split(const MeasuringRequest& request, std::uint64_t seed, std::uint64_t split) {
  Random random(seed, split);
  std::vector<std::uint32_t> order(request.truth.rows());
  std::iota(order.begin(), order.end(), 0U);
  random.shuffle(std::span(order));
  order.resize(std::min(order.size(), kMostItems));
  const auto tests = static_cast<std::size_t>(kTestShare * static_cast<double>(order.size()));
  const std::span<const std::uint32_t> all(order);
  SplitScores out;
  out.test_items.assign(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(tests));
  const auto test_features = request.features.take(out.test_items);
  const auto test_truth = learn::take_rows(request.truth, out.test_items);
  for (std::size_t s = 0; s < kTrainingShares.size(); ++s) {
    const auto count = static_cast<std::size_t>(kTrainingShares[s] * static_cast<double>(order.size() - tests));
    out.training_count[s] = static_cast<double>(count);
    const auto training = all.subspan(tests, count);
    const auto features = request.features.take(training);
    const auto targets = learn::take_rows(request.targets, training);
    for (std::size_t e = 0; e < kExchangedShares.size(); ++e) {
      const auto fitted = request.classifier.fit(features, exchanged(targets, kExchangedShares[e], random));
      const std::size_t cell = s * kExchangedShares.size() + e;
      const auto add = request.measure == "auc" ? add_area : add_accuracy;
      add(fitted->predict(test_features), test_truth, out.above[cell], out.chance[cell]);
    }
  }
  return out;
}

}  // namespace

std::vector<SplitScores> measure_splits(const MeasuringRequest& request, std::uint64_t seed, ThreadPool& threads,
                                        Progress* progress, const StopFlag* stop) {
  std::vector<SplitScores> out(request.repeats);
  std::mutex reporting;
  std::uint64_t done = 0;
  threads.run(out.size(), [&](std::size_t split) {
    if (stop != nullptr && *stop) throw Error(ErrorCode::interrupted, "interrupted");
    out[split] = measure_split(request, seed, split);
    const std::lock_guard lock(reporting);
    if (progress != nullptr) progress->update("learning", ++done, out.size());
  });
  return out;
}

std::vector<SurfacePoint> mean_points(const std::vector<SplitScores>& splits, std::span<const double> split_weight,
                                      std::span<const double> item_weight, double lambda) {
  std::vector<SurfacePoint> out;
  for (std::size_t cell = 0; cell < kCellCount; ++cell) {
    double above = 0, chance = 0, sum = 0;
    for (std::size_t s = 0; s < splits.size(); ++s) {
      for (std::size_t j = 0; j < splits[s].test_items.size(); ++j) {
        const double weight = split_weight[s] * item_weight[splits[s].test_items[j]];
        above += weight * splits[s].above[cell][j];
        chance += weight * splits[s].chance[cell][j];
        sum += weight;
      }
    }
    const std::size_t share = cell / kExchangedShares.size();
    out.push_back({splits.front().training_count[share], 1 - kExchangedShares[cell % kExchangedShares.size()],
                   sum > 0 ? (chance + above / lambda) / sum : 0});
  }
  return out;
}

}  // namespace assay::planning
