#include "assay/base/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace assay {

std::string shortest(double value) {
  if (std::isnan(value)) return {};
  if (value == 0) value = 0;  // no "-0"
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return {buffer, end};
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> previous(b.size() + 1);
  std::vector<std::size_t> current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = previous[j - 1] + (a[i - 1] != b[j - 1] ? 1 : 0);
      current[j] = std::min({replace, previous[j] + 1, current[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) current[j] = std::min(current[j], before[j - 2] + 1);
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

std::string nearest(std::string_view text, const std::vector<std::string>& candidates) {
  constexpr std::size_t kLeastPrefix = 3;
  const auto is_begun = [&](const std::string& candidate) {
    return text.size() >= kLeastPrefix && candidate.starts_with(text);
  };
  const auto begun = std::find_if(candidates.begin(), candidates.end(), is_begun);
  const bool is_abbreviation = begun != candidates.end() && std::none_of(begun + 1, candidates.end(), is_begun);
  if (is_abbreviation) return *begun;
  const std::string* best = nullptr;
  // Of two letters, one changed is half: no likeness at all.
  const std::size_t most = text.size() < 3 ? 0 : std::max<std::size_t>(text.size() / 3, 1);
  std::size_t best_distance = most + 1;
  for (const auto& candidate : candidates) {
    const std::size_t distance = edit_distance(text, candidate);
    if (distance >= best_distance) continue;
    best = &candidate;
    best_distance = distance;
  }
  if (best != nullptr) return *best;
  return begun != candidates.end() ? *begun : std::string{};
}

std::string did_you_mean(std::string_view text, const std::vector<std::string>& candidates) {
  const std::string found = nearest(text, candidates);
  return found.empty() ? std::string{} : " (did you mean " + found + "?)";
}

}  // namespace assay
