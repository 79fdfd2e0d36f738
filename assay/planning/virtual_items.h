#pragma once

#include <cstdint>
#include <vector>

#include "assay/base/random.h"
#include "assay/planning/redundancy.h"

namespace assay::planning {

/// Items that exist on paper: drawn from the prior, labelled by a crowd whose matrices are one draw from what is known
/// of the real one, and judged by someone who knows these matrices.
class VirtualItems {
 public:
  VirtualItems(const PlannedCrowd& crowd, std::uint64_t item_count, Random random);

  [[nodiscard]] std::size_t size() const { return truth_.size(); }
  /// One more label for the item, of somebody who has not labelled it; false when nobody is left.
  bool add_label(std::size_t item);
  /// Expected cost of the best decision now.
  [[nodiscard]] double cost(std::size_t item) const { return cost_[item]; }
  /// Probability that this decision is right.
  [[nodiscard]] double accuracy(std::size_t item) const { return accuracy_[item]; }

 private:
  [[nodiscard]] bool pick_worker(std::size_t item, std::size_t& worker);
  void judge(std::size_t item);

  const PlannedCrowd& crowd_;
  Random random_;
  std::size_t class_count_;
  Confusions confusion_;            // drawn
  std::vector<double> cumulative_;  // of the workers' shares
  std::vector<std::size_t> truth_;
  std::vector<double> posterior_;  // item x class
  std::vector<double> cost_, accuracy_;
  std::vector<std::vector<std::uint32_t>> labelled_by_;
};

}  // namespace assay::planning
