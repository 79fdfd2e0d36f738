#include "assay/models/em_state.h"

#include <bit>
#include <cstring>

#include "assay/base/error.h"

namespace assay::models {
namespace {

void put(std::string& to, std::uint64_t value) {
  for (int i = 0; i < 8; ++i) to += static_cast<char>(value >> (8 * i) & 0xff);
}
void put(std::string& to, double value) { put(to, std::bit_cast<std::uint64_t>(value)); }
void put(std::string& to, std::span<const double> values) {
  for (const double value : values) put(to, value);
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  std::uint64_t integer() {
    if (bytes_.size() < 8) refuse();
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) value |= std::uint64_t{static_cast<unsigned char>(bytes_[i])} << (8 * i);
    bytes_.remove_prefix(8);
    return value;
  }
  double number() { return std::bit_cast<double>(integer()); }
  void numbers(std::span<double> to) {
    if (bytes_.size() / 8 < to.size()) refuse();
    for (double& value : to) value = number();
  }
  void expect(bool is_right) const {
    if (!is_right) refuse();
  }
  [[nodiscard]] std::size_t left() const { return bytes_.size(); }

 private:
  [[noreturn]] static void refuse() {
    throw bad_input("the saved state is not one of a fit of this model to these labels");
  }
  std::string_view bytes_;
};

}  // namespace

std::string to_bytes(const EmState& state) {
  std::string out;
  const auto kept = state.next == EmState::Next::leap ? 3U : state.next == EmState::Next::second_step ? 2U : 1U;
  put(out, static_cast<std::uint64_t>(state.next));
  put(out, static_cast<std::uint64_t>(state.termination));
  put(out, std::uint64_t{kept});
  put(out, std::uint64_t{state.s0.labels.worker_count()});
  put(out, std::uint64_t{state.s0.classes.size()});
  put(out, state.best);
  put(out, state.step_limit);
  put(out, state.passes);
  put(out, std::uint64_t{state.objective.size()});
  put(out, std::span<const double>(state.objective));
  const Counts* const all[] = {&state.s0, &state.s1, &state.s2};
  for (std::size_t i = 0; i < kept; ++i) {
    put(out, all[i]->labels.values());
    put(out, std::span<const double>(all[i]->classes));
    put(out, all[i]->log_evidence);
  }
  return out;
}

EmState em_state_of(std::string_view bytes, std::size_t worker_count, std::size_t class_count) {
  Reader reader(bytes);
  EmState out;
  const std::uint64_t next = reader.integer();
  const std::uint64_t termination = reader.integer();
  const std::uint64_t kept = reader.integer();
  reader.expect(next <= 3 && termination <= static_cast<std::uint64_t>(Termination::interrupted) && kept >= 1 &&
                kept <= 3);
  reader.expect(reader.integer() == worker_count);
  reader.expect(reader.integer() == class_count);
  out.next = static_cast<EmState::Next>(next);
  out.termination = static_cast<Termination>(termination);
  out.best = reader.number();
  out.step_limit = reader.number();
  out.passes = reader.integer();
  const std::uint64_t objectives = reader.integer();
  reader.expect(objectives <= reader.left() / 8);
  out.objective.resize(objectives);
  reader.numbers(out.objective);
  Counts* const all[] = {&out.s0, &out.s1, &out.s2};
  for (std::size_t i = 0; i < kept; ++i) {
    *all[i] = Counts(worker_count, class_count);
    reader.numbers(all[i]->labels.values());
    reader.numbers(all[i]->classes);
    all[i]->log_evidence = reader.number();
  }
  const bool has_all = out.next == EmState::Next::leap          ? kept == 3
                       : out.next == EmState::Next::second_step ? kept == 2
                                                                : true;
  reader.expect(has_all && reader.left() == 0);
  return out;
}

}  // namespace assay::models
