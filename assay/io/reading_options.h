#pragma once

#include <cstdint>
#include <string>

#include "assay/base/options.h"
#include "assay/core/label_store_builder.h"

namespace assay::io {

/// How input files are read. Texts are as given by the user; `reading_option_table` says what each allows.
struct ReadingOptions {
  std::string worker_column;
  std::string item_column;
  std::string label_column;
  std::string weight_column;
  std::string time_column;
  std::string seconds_column;
  std::string input_format = "auto";
  std::string missing;
  std::string duplicates = "all";
  bool include_rejected = false;
  std::string classes;
  std::uint32_t max_classes = 1000;
  std::uint64_t max_row_bytes = 1ULL << 26;
};

[[nodiscard]] const OptionTable<ReadingOptions>& reading_option_table();

/// The meaning of `duplicates`.
[[nodiscard]] LabelStoreBuilder::Duplicates duplicates_of(const ReadingOptions& options);

}  // namespace assay::io
