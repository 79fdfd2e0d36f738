#pragma once

#include <cstdint>
#include <string>

#include "assay/blocks/block_file.h"

namespace assay::app {

/// How an estimate can be kept within a number of bytes. Estimates of memory are on the safe side.
struct MemoryPlan {
  bool in_memory = true;                      ///< labels, names and posteriors fit all together
  std::uint64_t copying_labels = UINT64_MAX;  ///< of estimates from blocks
};

/// Throws Error{limit_exceeded} at --memory when not even the tables of workers fit, or when the labels don't and
/// `model` needs them all; it names the models that don't.
[[nodiscard]] MemoryPlan plan_memory(const blocks::BlockFile& file, const std::string& model, bool has_gold,
                                     std::size_t threads, std::size_t ranks, std::uint64_t memory);

}  // namespace assay::app
