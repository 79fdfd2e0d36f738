#include "assay/models/pull_state.h"

#include <limits>
#include <utility>

#include "assay/base/byte_record.h"

namespace assay::models {
namespace {

constexpr std::string_view kFirstBytes = "assaypull";
constexpr std::uint32_t kVersion = 1;
constexpr double kMost = std::numeric_limits<double>::max();

}  // namespace

std::string to_bytes(const PullState& state) {
  ByteWriter out(kFirstBytes, kVersion);
  out.u8(state.done ? 1 : 0);
  out.u8(static_cast<std::uint8_t>(state.termination));
  out.u64(state.passes);
  out.numbers(state.objective);
  out.numbers(state.factors->prior);
  out.numbers(state.factors->rates.values());
  out.numbers(state.factors->shares.values());
  out.numbers(state.counts.own.labels.values());
  out.numbers(state.counts.own.classes);
  out.numbers(state.counts.shares.values());
  return out.finish();
}

PullState pull_state_of(std::string_view bytes, std::size_t worker_count, std::size_t class_count, double pull) {
  ByteReader in(bytes, kFirstBytes, kVersion, "saved state", "a state of this model");
  PullState out;
  out.done = in.integer<std::uint8_t>(0, 1, "whether the fit is done") != 0;
  out.termination = static_cast<Termination>(
      in.integer<std::uint8_t>(0, static_cast<std::uint64_t>(Termination::interrupted), "how the fit ended"));
  out.passes = in.u64();
  out.objective = in.numbers(-kMost, kMost, "the objectives");
  const std::size_t k = class_count;
  PullFactors factors{std::vector<double>(k), Confusions(worker_count, k), Matrix<double>(k, k + 1), pull};
  out.counts.own = Counts(worker_count, k);
  out.counts.shares = Matrix<double>(k, k + 1);
  in.numbers(factors.prior, 0, kMost, "the prior");
  in.numbers(factors.rates.values(), 0, kMost, "the error rates");
  in.numbers(factors.shares.values(), 0, kMost, "the shares of pulls");
  // Soft counts are sums of what is above 0 but for rounding.
  in.numbers(out.counts.own.labels.values(), -1, kMost, "the label counts");
  in.numbers(out.counts.own.classes, 0, kMost, "the class counts");
  in.numbers(out.counts.shares.values(), 0, kMost, "the numbers of pulls");
  in.expect_end();
  out.factors = std::make_shared<const PullFactors>(std::move(factors));
  return out;
}

}  // namespace assay::models
