#pragma once

#include <cstdint>
#include <span>

namespace assay::live {

/// Soft counts are whole numbers of units, so that sums are exact: what was added can be taken away again without a
/// trace, in any order, and no count drifts however long the stream. 2^32 labels fit.
using Units = std::int64_t;
inline constexpr Units kUnitsPerLabel = Units{1} << 31;
inline constexpr double kLabelsPerUnit = 1.0 / static_cast<double>(kUnitsPerLabel);

/// A posterior (entries in [0, 1], sum 1) in units: each rounded to the nearest, the largest takes up what is left, so
/// that the sum is kUnitsPerLabel: a label counts as one label. `out` has the size of `p`.
inline void to_units(std::span<const double> p, std::span<Units> out) {
  Units left = kUnitsPerLabel;
  std::size_t largest = 0;
  for (std::size_t c = 0; c < p.size(); ++c) {
    out[c] = static_cast<Units>(p[c] * static_cast<double>(kUnitsPerLabel) + 0.5);
    left -= out[c];
    if (p[c] > p[largest]) largest = c;
  }
  out[largest] += left;
}

}  // namespace assay::live
