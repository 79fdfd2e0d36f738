#pragma once

#include <cstdint>
#include <limits>

namespace assay {

// Items, workers and classes are dense indices into their dictionaries; names live at the edges.
using ItemIndex = std::uint32_t;
using WorkerIndex = std::uint32_t;
using ClassIndex = std::uint16_t;

/// "No class": an item without gold.
inline constexpr ClassIndex kNoClass = std::numeric_limits<ClassIndex>::max();

}  // namespace assay
