#pragma once

#include <cstdint>

#include "assay/base/options.h"
#include "assay/base/threads.h"
#include "assay/core/label_table.h"
#include "assay/quality/agreement.h"

namespace assay::engine {

/// How agreement is measured.
struct AgreeOptions {
  std::string scale = "nominal";
  double interval = 0.95;
  std::uint64_t draws = 1000;
  std::uint64_t least_common = 2;
  std::uint64_t seed = 1;
};
[[nodiscard]] const OptionTable<AgreeOptions>& agree_option_table();

/// How far the labels of a table agree beyond chance.
struct AgreeResult {
  quality::Scale scale = quality::Scale::nominal;
  quality::Alpha alpha;
  double fleiss_kappa = 0;
  quality::PairwiseAgreement pairs;
};

/// Throws Error{bad_input} when the scale is one of numbers and a class is not a number.
[[nodiscard]] AgreeResult agree(const LabelTable& table, const AgreeOptions& options, ThreadPool& threads);

}  // namespace assay::engine
