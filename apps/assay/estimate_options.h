#pragma once

#include <cstdint>
#include <string>

#include "assay/base/options.h"

namespace assay::app {

/// The options of `assay estimate` that are not about reading labels and not the model's own.
struct EstimateOptions {
  std::string gold;
  std::string costs;
  std::string priors = "estimate";
  std::string model = "auto";
  std::string worker_priors;
  std::string out;
  std::string report;
  std::string format = "csv";
  std::string memory;
  std::string checkpoint;
  bool resume = false;
  double interval = 0.9;
  std::uint64_t threads = 0;
  std::uint64_t seed = 1;
  bool pseudonyms = false;
  bool quiet = false;
};

[[nodiscard]] const OptionTable<EstimateOptions>& estimate_option_table();

}  // namespace assay::app
