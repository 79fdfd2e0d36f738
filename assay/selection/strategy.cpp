#include "assay/selection/strategy.h"

#include <array>
#include <charconv>

namespace assay::selection {

std::string labels_in_words(std::uint64_t count) { return std::to_string(count) + (count == 1 ? " label" : " labels"); }

std::string labels_leave(std::uint64_t count) { return labels_in_words(count) + (count == 1 ? " leaves " : " leave "); }

std::string digits(double value) {
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 4).ptr;
  return {text.data(), end};
}

std::vector<double> new_worker(const Confusions& counts) {
  const std::size_t k = counts.class_count();
  std::vector<double> out(k * k);
  for (std::size_t t = 0; t < k; ++t) {
    const double right = (1 + 1 / static_cast<double>(k)) / 2;
    const double wrong = k > 1 ? (1 - right) / static_cast<double>(k - 1) : 0;
    double sum = 0;
    for (std::size_t g = 0; g < k; ++g) {
      double cell = g == t ? right : wrong;
      for (std::size_t w = 0; w < counts.worker_count(); ++w) cell += counts.at(w, t, g);
      sum += out[g * k + t] = cell;
    }
    for (std::size_t g = 0; g < k; ++g) out[g * k + t] /= sum;
  }
  return out;
}

}  // namespace assay::selection
