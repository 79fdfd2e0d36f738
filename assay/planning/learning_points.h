#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "assay/base/progress.h"
#include "assay/base/threads.h"
#include "assay/learn/classifier.h"
#include "assay/planning/learning_surface.h"

namespace assay::planning {

inline constexpr std::array kTrainingShares = {0.25, 0.5, 1.0};
inline constexpr std::array kExchangedShares = {0.0, 0.25, 0.5};
inline constexpr std::size_t kCellCount = kTrainingShares.size() * kExchangedShares.size();

/// What one split says, by test item and cell: the score is mean(chance) + mean(above) / lambda.
struct SplitScores {
  std::vector<std::uint32_t> test_items;
  std::array<std::vector<float>, kCellCount> above;
  std::array<std::vector<float>, kCellCount> chance;
  std::array<double, kTrainingShares.size()> training_count{};
};

/// What is measured: N items, in the same order.
struct MeasuringRequest {
  const learn::Features& features;
  const learn::Targets& targets;
  const Matrix<double>& truth;  ///< noisy: class shares of the items' labels
  const learn::Classifier& classifier;
  std::string measure;  ///< "accuracy" or "auc"
  std::uint64_t repeats = 20;
};

/// Classifiers of all cells on random splits. The same for any number of threads.
[[nodiscard]] std::vector<SplitScores> measure_splits(const MeasuringRequest& request, std::uint64_t seed,
                                                      ThreadPool& threads, Progress* progress, const StopFlag* stop);

/// The means over splits, split s counted split_weight[s] times and item i item_weight[i] times.
[[nodiscard]] std::vector<SurfacePoint> mean_points(const std::vector<SplitScores>& splits,
                                                    std::span<const double> split_weight,
                                                    std::span<const double> item_weight, double lambda);

}  // namespace assay::planning
