#include "assay/models/em_state.h"

#include <array>

#include "assay/base/byte_record.h"

namespace assay::models {
namespace {

constexpr std::string_view kFirstBytes = "assayem";
constexpr std::uint32_t kVersion = 1;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// How many Counts the next pass needs.
std::size_t kept_counts(EmState::Next next) {
  return next == EmState::Next::leap ? 3 : next == EmState::Next::second_step ? 2 : 1;
}

}  // namespace

std::string to_bytes(const EmState& state) {
  ByteWriter out(kFirstBytes, kVersion);
  out.u8(static_cast<std::uint8_t>(state.next));
  out.u8(static_cast<std::uint8_t>(state.termination));
  out.f64(state.best);
  out.f64(state.step_limit);
  out.u64(state.passes);
  out.numbers(state.objective);
  const std::array all = {&state.s0, &state.s1, &state.s2};
  for (std::size_t i = 0; i < kept_counts(state.next); ++i) {
    out.numbers(all[i]->labels.values());
    out.numbers(all[i]->classes);
    out.f64(all[i]->log_evidence);
  }
  return out.finish();
}

EmState em_state_of(std::string_view bytes, std::size_t worker_count, std::size_t class_count) {
  ByteReader in(bytes, kFirstBytes, kVersion, "saved state", "a state of this model");
  EmState out;
  out.next = static_cast<EmState::Next>(
      in.integer<std::uint8_t>(0, static_cast<std::uint64_t>(EmState::Next::finish), "the next pass"));
  out.termination = static_cast<Termination>(
      in.integer<std::uint8_t>(0, static_cast<std::uint64_t>(Termination::interrupted), "how the fit ended"));
  out.best = in.f64(-kInfinity, kInfinity, "the objective");
  out.step_limit = in.f64(0, kInfinity, "the step limit");
  out.passes = in.u64();
  out.objective = in.numbers(-kInfinity, kInfinity, "the objectives");
  const std::array all = {&out.s0, &out.s1, &out.s2};
  for (std::size_t i = 0; i < kept_counts(out.next); ++i) {
    *all[i] = Counts(worker_count, class_count);
    in.numbers(all[i]->labels.values(), -kInfinity, kInfinity, "the label counts");
    in.numbers(all[i]->classes, -kInfinity, kInfinity, "the class counts");
    all[i]->log_evidence = in.f64(-kInfinity, kInfinity, "the log evidence");
  }
  in.expect_end();
  return out;
}

}  // namespace assay::models
