#pragma once

#include <cstdint>
#include <vector>

#include "assay/base/random.h"
#include "assay/planning/redundancy.h"

namespace assay::planning {

/// Items that exist on paper: drawn from the prior, labelled by a crowd whose matrices are one draw from what is known
/// of the real one, and decided by someone who knows no more of it than what these draws are from: their mean.
class VirtualItems {
 public:
  VirtualItems(const PlannedCrowd& crowd, std::uint64_t item_count, Random random);

  [[nodiscard]] std::size_t size() const { return truth_.size(); }
  /// One more label for the item, of somebody who has not labelled it; false when nobody is left.
  bool add_label(std::size_t item);
  /// Expected cost of the best decision now, as who decides sees it.
  [[nodiscard]] double doubt(std::size_t item) const { return doubt_[item]; }
  /// Expected cost of this decision by the matrices drawn.
  [[nodiscard]] double cost(std::size_t item) const { return cost_[item]; }
  /// Probability by the matrices drawn that it is right.
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
  std::vector<double> posterior_;  // item x class, by the matrices drawn
  std::vector<double> believed_;   // item x class, by their means; empty when the draws are these
  std::vector<double> doubt_, cost_, accuracy_;
  std::vector<std::vector<std::uint32_t>> labelled_by_;
};

}  // namespace assay::planning
