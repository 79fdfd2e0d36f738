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

}  // namespace assay::io
