#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/core/label_source.h"

namespace assay::blocks {

/// The bytes of a block of labels. Columns that `shape` has and the chunk lacks get their defaults: weight 1, time and
/// seconds NaN.
[[nodiscard]] std::string encode_labels(const LabelChunk& chunk, const LabelShape& shape);

/// The labels of a block into `room`, whose memory is used again. Returns what is wrong with the bytes, for which
/// nothing may be assumed, or nothing.
[[nodiscard]] std::optional<std::string> decode_labels(std::string_view bytes, const LabelShape& shape,
                                                       LabelStore& room);

/// How long the block that `bytes` begin with says to be; nothing when they end before that is known.
[[nodiscard]] std::optional<std::uint64_t> labels_size(std::string_view bytes, const LabelShape& shape);
[[nodiscard]] std::optional<std::uint64_t> names_size(std::string_view bytes);

/// The bytes of a block of names.
[[nodiscard]] std::string encode_names(const std::vector<std::string_view>& names);
/// The names of a block, which point into `bytes`. Returns what is wrong, or nothing.
[[nodiscard]] std::optional<std::string> decode_names(std::string_view bytes, std::vector<std::string_view>& names);

}  // namespace assay::blocks
