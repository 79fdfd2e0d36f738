#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "assay/core/estimate.h"
#include "assay/models/counts.h"

namespace assay::models {

/// All that the next pass of an EM fit depends on. SQUAREM goes in rounds of up to three passes: from `s0` to `s1`,
/// from there to `s2`, and one from the state extrapolated along the three.
struct EmState {
  enum class Next : std::uint32_t { first_step = 0, second_step = 1, leap = 2, finish = 3 };
  Next next = Next::first_step;
  Termination termination = Termination::converged;
  Counts s0;
  Counts s1;  ///< from the second step on
  Counts s2;  ///< for the leap
  double best = -std::numeric_limits<double>::infinity();
  double step_limit = 0;
  std::uint64_t passes = 0;
  std::vector<double> objective;
};

/// The state as bytes: a sealed record (base/byte_record.h) of next, termination (u8), best, step limit, passes,
/// objectives; then each Counts that the next pass needs as its label counts in memory order, class counts and log
/// evidence.
[[nodiscard]] std::string to_bytes(const EmState& state);
/// The reverse; throws Error{bad_input} for bytes that are no state of a problem of this size.
[[nodiscard]] EmState em_state_of(std::string_view bytes, std::size_t worker_count, std::size_t class_count);

}  // namespace assay::models
