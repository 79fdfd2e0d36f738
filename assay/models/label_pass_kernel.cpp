#include "assay/models/label_pass_kernel.h"

#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "assay/models/log_sum.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "assay/models/label_pass_kernel.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h: it is what changes from target to target.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace assay::models::HWY_NAMESPACE {

// Labels after which a product is rescaled: factors are at least 1e-30, so 8 of them stay above the smallest double.
constexpr std::size_t kLabelsPerRescale = 8;
// Entries between the one at work and the one whose rows are fetched: some ten items, a few hundred nanoseconds.
constexpr std::uint64_t kEntriesAhead = 48;

constexpr std::size_t kCacheLine = 64;

// K classes known to the compiler, or 0 for any number; kPairs: with task.pairs; kFetch: with task.fetch_ahead.
template <std::size_t K, bool kPairs, bool kFetch>
class Kernel {
 public:
  explicit Kernel(const KernelTask& task)
      : task_(task), k_(task.class_count), room_(K > 0 ? 0 : k_), last_(task.offsets[task.end]) {}

  double run() {
    std::array<double, K> fixed;
    double* p = K > 0 ? fixed.data() : room_.data();
    LogSum evidence;
    for (ItemIndex item = task_.begin; item < task_.end; ++item) {
      const std::uint64_t begin = task_.offsets[item];
      const std::uint64_t end = task_.offsets[item + 1];
      if (begin == end) continue;
      if (kFetch) fetch(begin, end);
      const std::int64_t exponent = multiply(begin, end, p);
      double sum = 0;
      for (std::size_t c = 0; c < k(); ++c) sum += p[c];
      evidence.add(sum, exponent);
      const double scale = 1 / sum;
      for (std::size_t c = 0; c < k(); ++c) p[c] *= scale;
      for (std::size_t c = 0; c < k(); ++c) task_.classes[c] += p[c];
      if (kPairs || task_.counts != nullptr) count(begin, end, p);
      if (task_.posterior != nullptr) {
        double* to = task_.posterior + std::size_t{item - task_.begin} * k();
        for (std::size_t c = 0; c < k(); ++c) to[c] = p[c];
      }
    }
    return evidence.value();
  }

 private:
  [[nodiscard]] std::size_t k() const { return K > 0 ? K : k_; }
  [[nodiscard]] const double* factors(std::size_t row) const {
    return kPairs ? task_.pairs + 2 * row * k() : task_.table + row * k();
  }

  void fetch(std::uint64_t begin, std::uint64_t end) const {
    for (std::uint64_t i = begin + kEntriesAhead; i < end + kEntriesAhead && i < last_; ++i) {
      const std::size_t row = task_.entries[i];
      if (kPairs) {
        const auto* pair = reinterpret_cast<const char*>(factors(row));
        for (std::size_t at = 0; at < 2 * k() * sizeof(double); at += kCacheLine) __builtin_prefetch(pair + at, 1);
      } else {
        __builtin_prefetch(factors(row));
        if (task_.counts != nullptr) __builtin_prefetch(task_.counts + row * k(), 1);
      }
    }
  }

  // The product of prior and factors, up to the power of two that it returns.
  std::int64_t multiply(std::uint64_t begin, std::uint64_t end, double* HWY_RESTRICT p) const {
    for (std::size_t c = 0; c < k(); ++c) p[c] = task_.prior[c];
    std::int64_t exponent = 0;
    std::size_t until_rescale = kLabelsPerRescale;
    for (std::uint64_t i = begin; i < end; ++i) {
      if (until_rescale == 0) {
        double largest = p[0];
        for (std::size_t c = 1; c < k(); ++c) largest = p[c] > largest ? p[c] : largest;
        const int shift = std::ilogb(largest);
        for (std::size_t c = 0; c < k(); ++c) p[c] = std::ldexp(p[c], -shift);
        exponent += shift;
        until_rescale = kLabelsPerRescale;
      }
      const double* HWY_RESTRICT row = factors(task_.entries[i]);
      for (std::size_t c = 0; c < k(); ++c) p[c] *= row[c];
      --until_rescale;
    }
    return exponent;
  }

  void count(std::uint64_t begin, std::uint64_t end, const double* HWY_RESTRICT p) const {
    for (std::uint64_t i = begin; i < end; ++i) {
      const std::size_t row = task_.entries[i];
      double* HWY_RESTRICT to = kPairs ? task_.pairs + (2 * row + 1) * k() : task_.counts + row * k();
      for (std::size_t c = 0; c < k(); ++c) to[c] += p[c];
    }
  }

  const KernelTask& task_;
  std::size_t k_;
  std::vector<double> room_;
  std::uint64_t last_;
};

template <std::size_t K>
double run_with(const KernelTask& task) {
  if (task.pairs != nullptr) return Kernel<K, true, true>(task).run();
  return task.fetch_ahead ? Kernel<K, false, true>(task).run() : Kernel<K, false, false>(task).run();
}

// Every class count up to 12 has a loop of its own.
template <std::size_t... K>
double dispatch(const KernelTask& task, std::index_sequence<K...> /*class counts*/) {
  double evidence = 0;
  const bool is_known =
      (... || (K > 1 && task.class_count == K && (evidence = run_with < K == 0 ? 2 : K > (task), true)));
  return is_known ? evidence : run_with<0>(task);
}

double run(const KernelTask& task) { return dispatch(task, std::make_index_sequence<13>()); }

}  // namespace assay::models::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::models {

HWY_EXPORT(run);

double run_kernel(const KernelTask& task) { return HWY_DYNAMIC_DISPATCH(run)(task); }

}  // namespace assay::models
#endif
