#pragma once

#include <string_view>

namespace assay {

/// The product's version, "major.minor.patch".
[[nodiscard]] std::string_view version();

}  // namespace assay
