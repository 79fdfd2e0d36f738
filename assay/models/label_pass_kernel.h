#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <span>

namespace assay::models {

/// Sums logarithms of many positive numbers with one `log` per 512 of them: mantissas multiply, exponents add.
class LogSum {
 public:
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

/// Labels after which a product is rescaled: factors are at least 1e-30, so 8 of them stay above the smallest double.
inline constexpr std::size_t kLabelsPerRescale = 8;

/// The product of prior and factor rows for one item, in `p` (K entries), up to the returned power of two. K = 0 takes
/// the class count from `class_count`.
template <int K>
inline std::int64_t multiply_rows(std::span<const std::uint32_t> rows, const double* prior, const double* table,
                                  std::size_t class_count, double* p) {
  const std::size_t k = K > 0 ? K : class_count;
  for (std::size_t c = 0; c < k; ++c) p[c] = prior[c];
  std::int64_t exponent = 0;
  std::size_t until_rescale = kLabelsPerRescale;
  for (const std::uint32_t row : rows) {
    if (until_rescale == 0) {
      double largest = p[0];
      for (std::size_t c = 1; c < k; ++c) largest = p[c] > largest ? p[c] : largest;
      const int shift = std::ilogb(largest);
      for (std::size_t c = 0; c < k; ++c) p[c] = std::ldexp(p[c], -shift);
      exponent += shift;
      until_rescale = kLabelsPerRescale;
    }
    const double* factors = table + static_cast<std::size_t>(row) * k;
    for (std::size_t c = 0; c < k; ++c) p[c] *= factors[c];
    --until_rescale;
  }
  return exponent;
}

}  // namespace assay::models
