#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay::io {

/// "a, b,c" -> a, b, c: without the blanks around each and without empty parts.
[[nodiscard]] std::vector<std::string> split_list(std::string_view text);

/// Without blanks (spaces and tabs) at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// "a, b, c".
[[nodiscard]] std::string join(const std::vector<std::string>& parts);

/// A text of the data in one line for people: control characters as escapes (\n, \x1b), cut with "..." after `most`
/// characters.
[[nodiscard]] std::string shown(std::string_view text, std::size_t most = 40);

/// "a, b, ...": the first ten, each as `shown`.
[[nodiscard]] std::string some_of(const std::vector<std::string>& names);

}  // namespace assay::io
