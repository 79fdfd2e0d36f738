#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace assay::models {

/// The sum of the logarithms of many positive normal numbers, with one `log` per 512 of them: mantissas multiply,
/// exponents add.
class LogSum {
 public:
  /// Adds log(x 2^power_of_two).
  void add(double x, std::int64_t power_of_two = 0) {
    const auto bits = std::bit_cast<std::uint64_t>(x);
    exponent_ += static_cast<std::int64_t>(bits >> 52) - 1023 + power_of_two;
    mantissa_ *= std::bit_cast<double>((bits & 0x000fffffffffffffULL) | 0x3ff0000000000000ULL);
    if (++pending_ == 512) flush();
  }
  [[nodiscard]] double value() {
    flush();
    return sum_ + static_cast<double>(exponent_) * 0.693147180559945309417232121458;
  }

 private:
  void flush() {
    sum_ += std::log(mantissa_);
    mantissa_ = 1;
    pending_ = 0;
  }
  double sum_ = 0;
  double mantissa_ = 1;
  std::int64_t exponent_ = 0;
  int pending_ = 0;
};

}  // namespace assay::models
