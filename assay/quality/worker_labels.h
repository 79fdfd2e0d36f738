#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "assay/core/label_store.h"

namespace assay::quality {

/// The labels by worker: for worker w the places [begin(w), begin(w + 1)), in item order. 12 bytes a label.
class WorkerLabels {
 public:
  /// One label and its place in LabelStore.
  struct Place {
    ItemIndex item;
    std::uint32_t position;  ///< within the item's labels
    std::uint32_t row;       ///< worker * class_count + label
  };

  explicit WorkerLabels(const LabelStore& labels);

  [[nodiscard]] std::span<const Place> of(std::size_t worker) const {
    return {places_.data() + begins_[worker], places_.data() + begins_[worker + 1]};
  }

 private:
  std::vector<std::uint64_t> begins_;
  std::vector<Place> places_;
};

/// What everybody but one worker says of an item: fills `out` (K) with posterior(t) / likelihood(t), normalised, where
/// `likelihood` is the worker's row C^[w][.][label]. Falls back to the posterior where that has no mass.
void posterior_without(std::span<const double> posterior, std::span<const double> likelihood, std::span<double> out);

}  // namespace assay::quality
