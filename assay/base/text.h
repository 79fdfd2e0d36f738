#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// Shortest text that reads back as the same double ("0.1", "1e-05", "nan" never: NaN gives an empty string).
[[nodiscard]] std::string shortest(double value);

/// The number of single-character edits (insert, delete, replace, swap neighbours) between two texts.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `text` by edit distance, else the first that begins with it, or empty when none is near
/// (more than a third of its length off, or a text of one or two letters).
[[nodiscard]] std::string nearest(std::string_view text, const std::vector<std::string>& candidates);

/// " (did you mean X?)" for the nearest candidate, or an empty string.
[[nodiscard]] std::string did_you_mean(std::string_view text, const std::vector<std::string>& candidates);

}  // namespace assay
