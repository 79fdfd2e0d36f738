#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "assay/core/estimate.h"
#include "assay/models/pull_pass.h"

namespace assay::models {

/// All that the next pass of a fit with pulls depends on.
struct PullState {
  SharedPullFactors factors;  ///< of the last pass; null before the first
  PullCounts counts;          ///< that it found, or what the fit starts from
  std::uint64_t passes = 0;
  std::vector<double> objective;  ///< log evidence after each pass
  bool done = false;
  Termination termination = Termination::converged;
};

/// The state after one pass or more as bytes: a sealed record (base/byte_record.h) of done, termination (u8), passes,
/// objective; prior, rates and shares of the factors; label counts, class counts and shares of the counts. `pull` is an
/// option and not among them.
[[nodiscard]] std::string to_bytes(const PullState& state);
/// The reverse; throws Error{bad_input} for bytes that are no state of a problem of this size.
[[nodiscard]] PullState pull_state_of(std::string_view bytes, std::size_t worker_count, std::size_t class_count,
                                      double pull);

}  // namespace assay::models
