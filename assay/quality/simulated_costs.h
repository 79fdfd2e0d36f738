#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "assay/base/random.h"
#include "assay/core/cost_matrix.h"

namespace assay::quality {

/// A mean over virtual items with its standard error.
struct SimulatedCost {
  double mean = 0;
  double error = 0;
};

/// cost(m) of equal_workers.h by simulation, for where the exact sum has too many terms: virtual items whose classes
/// follow the prior (evenly, not at random) get one label after the other; the cost after m labels is the mean of
/// MinCost(posterior). The same seed gives the same virtual items, whatever the matrix, so that workers are compared on
/// the same luck. O(items K) a label.
class SimulatedCosts {
 public:
  /// `confusion` is [given][true], K^2; the arguments must outlive this.
  SimulatedCosts(std::span<const double> prior, const CostMatrix& costs, std::span<const double> confusion,
                 std::size_t item_count, std::uint64_t seed);

  [[nodiscard]] std::uint32_t labels() const { return labels_; }
  /// Gives every item one label more.
  void add_label();
  /// The mean cost now.
  [[nodiscard]] SimulatedCost cost() const;

 private:
  [[nodiscard]] double item_cost(std::span<const double> weight) const;
  void rescale();

  std::size_t k_;
  const CostMatrix& costs_;
  std::span<const double> confusion_;
  std::uint32_t labels_ = 0;
  std::vector<Random> random_;
  std::vector<std::uint32_t> truth_;
  std::vector<double> cumulative_;  // [true][given]
  std::vector<double> weights_;     // [item][true], up to a factor
};

}  // namespace assay::quality
