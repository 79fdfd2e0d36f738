#pragma once

#include <cstddef>
#include <span>

#include "assay/base/huge_pages.h"

namespace assay {

/// One number for every (worker, true class, given class): error rates, soft counts or Dirichlet parameters.
/// Memory order is [worker][given][true], so that the row of an assigned label, a vector over true classes, is
/// contiguous: that is what the E-step looks up and the M-step adds to. `at(w, t, g)` takes the order of the formulas.
class Confusions {
 public:
  Confusions() = default;
  Confusions(std::size_t worker_count, std::size_t class_count, double value = 0)
      : worker_count_(worker_count),
        class_count_(class_count),
        values_(worker_count * class_count * class_count, value) {}

  [[nodiscard]] std::size_t worker_count() const { return worker_count_; }
  [[nodiscard]] std::size_t class_count() const { return class_count_; }
  [[nodiscard]] bool empty() const { return values_.empty(); }

  [[nodiscard]] double& at(std::size_t worker, std::size_t true_class, std::size_t given) {
    return values_[(worker * class_count_ + given) * class_count_ + true_class];
  }
  [[nodiscard]] double at(std::size_t worker, std::size_t true_class, std::size_t given) const {
    return values_[(worker * class_count_ + given) * class_count_ + true_class];
  }

  /// The vector over true classes for row number worker * class_count + given.
  [[nodiscard]] std::span<double> row(std::size_t row) { return {values_.data() + row * class_count_, class_count_}; }
  [[nodiscard]] std::span<const double> row(std::size_t row) const {
    return {values_.data() + row * class_count_, class_count_};
  }
  /// All class_count^2 numbers of one worker, [given][true].
  [[nodiscard]] std::span<double> worker(std::size_t w) {
    return {values_.data() + w * class_count_ * class_count_, class_count_ * class_count_};
  }
  [[nodiscard]] std::span<const double> worker(std::size_t w) const {
    return {values_.data() + w * class_count_ * class_count_, class_count_ * class_count_};
  }
  /// Sum over given classes of one worker's true-class row.
  [[nodiscard]] double true_total(std::size_t worker, std::size_t true_class) const {
    double sum = 0;
    for (std::size_t g = 0; g < class_count_; ++g) sum += at(worker, true_class, g);
    return sum;
  }

  [[nodiscard]] std::span<double> values() { return values_; }
  [[nodiscard]] std::span<const double> values() const { return values_; }
  bool operator==(const Confusions&) const = default;

 private:
  std::size_t worker_count_ = 0;
  std::size_t class_count_ = 0;
  LineVector<double> values_;
};

}  // namespace assay
