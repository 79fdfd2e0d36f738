#pragma once

#include <cstdint>
#include <string_view>

namespace assay {

/// XXH3 of the bytes, 64 bits, continued from `seed`.
[[nodiscard]] std::uint64_t hash_of(std::string_view bytes, std::uint64_t seed = 0);

}  // namespace assay
