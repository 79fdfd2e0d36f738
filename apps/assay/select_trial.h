#pragma once

#include <cstdint>
#include <string>

#include "assay/base/options.h"
#include "command.h"

namespace assay::app {

/// The options of `assay select` that try strategies where the truth is known.
struct TrialOptions {
  bool simulate = false;
  std::string replay;
  std::string strategies = "all";
  std::uint64_t repeats = 20;
  std::string picture;
};

[[nodiscard]] const OptionTable<TrialOptions>& trial_option_table();

/// What trials share with selections.
struct TrialSetting {
  std::string model;  ///< empty: dawid_skene
  std::string costs;
  std::string format;
  std::uint64_t threads = 0;
  std::uint64_t seed = 1;
};

/// Runs `--simulate` or `--replay` and prints the outcome.
int run_trial(const Invocation& invocation, const TrialOptions& options, const TrialSetting& setting,
              Terminal& terminal);

}  // namespace assay::app
