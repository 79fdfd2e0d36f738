#include "assay/models/pull_state.h"

#include <limits>

#include "assay/base/byte_record.h"
#include "assay/base/error.h"

namespace assay::models {
namespace {

constexpr std::string_view kFirstBytes = "assaypull";
constexpr std::uint32_t kVersion = 1;
constexpr double kMost = std::numeric_limits<double>::max();

void put(std::span<const double> values, ByteWriter& out) {
  out.u64(values.size());
  for (const double v : values) out.f64(v);
}

// `count` numbers of at least `least`; what is not so was not written by a fit to these labels.
void take(ByteReader& in, std::span<double> to, double least) {
  if (in.u64() != to.size()) throw bad_input("the saved state is not one of a fit of this model to these labels");
  in.expect_left(to.size(), sizeof(double), "the state");
  for (double& v : to) v = in.f64(least, kMost, "a number of the state");
}

}  // namespace

std::string to_bytes(const PullState& state) {
  ByteWriter out(kFirstBytes, kVersion);
  out.u8(state.done ? 1 : 0);
  out.u8(static_cast<std::uint8_t>(state.termination));
  out.u64(state.passes);
  put(state.objective, out);
  put(state.factors.prior, out);
  put(state.factors.rates.values(), out);
  put(state.factors.shares.values(), out);
  put(state.counts.own.labels.values(), out);
  put(state.counts.own.classes, out);
  put(state.counts.shares.values(), out);
  return out.finish();
}

PullState pull_state_of(std::string_view bytes, std::size_t worker_count, std::size_t class_count, double pull) {
  ByteReader in(bytes, kFirstBytes, kVersion, "saved state", "a state of this model");
  PullState out;
  out.done = in.integer<std::uint8_t>(0, 1, "whether the fit is done") != 0;
  out.termination = static_cast<Termination>(
      in.integer<std::uint8_t>(0, static_cast<std::uint64_t>(Termination::interrupted), "how the fit ended"));
  out.passes = in.u64();
  const auto objectives = in.u64();
  in.expect_left(objectives, sizeof(double), "the objectives");
  for (std::uint64_t i = 0; i < objectives; ++i) out.objective.push_back(in.f64(-kMost, kMost, "an objective"));
  const std::size_t k = class_count;
  out.factors = {std::vector<double>(k), Confusions(worker_count, k), Matrix<double>(k, k + 1), pull};
  out.counts.own = Counts(worker_count, k);
  out.counts.shares = Matrix<double>(k, k + 1);
  take(in, out.factors.prior, 0);
  take(in, out.factors.rates.values(), 0);
  take(in, out.factors.shares.values(), 0);
  // Soft counts are sums of what is above 0 but for rounding.
  take(in, out.counts.own.labels.values(), -1);
  take(in, out.counts.own.classes, 0);
  take(in, out.counts.shares.values(), 0);
  in.expect_end();
  return out;
}

}  // namespace assay::models
