#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace assay {

/// XXH3 of the bytes, 64 bits, continued from `seed`.
[[nodiscard]] std::uint64_t hash_of(std::string_view bytes, std::uint64_t seed = 0);

/// The same of numbers as they lie in memory.
template <typename T>
[[nodiscard]] std::uint64_t hash_of(std::span<const T> values, std::uint64_t seed = 0) {
  return hash_of(std::string_view(reinterpret_cast<const char*>(values.data()), values.size_bytes()), seed);
}

}  // namespace assay
