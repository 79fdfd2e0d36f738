#include "assay/models/label_pass_kernel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "assay/models/label_tiles.h"
#include "assay/models/log_sum.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "assay/models/label_pass_kernel.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h: it is what changes from target to target.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace assay::models::HWY_NAMESPACE {

// Entries between the one at work and the one whose rows are fetched: some ten items, a few hundred nanoseconds.
constexpr std::uint64_t kEntriesAhead = 48;

constexpr std::size_t kCacheLine = 64;
// The same in a tile, whose products are nearer and whose rows come in order.
constexpr std::size_t kProductsAhead = 16;
constexpr std::size_t kRowsAhead = 32;

namespace hn = hwy::HWY_NAMESPACE;

// to[c] = act(to[c], from[c]) for c < k, in vectors of up to four; `act` takes vectors of any size.
template <typename Count, typename Act>
HWY_INLINE void combine(double* HWY_RESTRICT to, const double* HWY_RESTRICT from, Count k, Act act) {
  const hn::CappedTag<double, 4> few;
  const hn::CappedTag<double, 1> one;
  std::size_t c = 0;
  for (; c + hn::Lanes(few) <= k; c += hn::Lanes(few))
    hn::StoreU(act(hn::LoadU(few, to + c), hn::LoadU(few, from + c)), few, to + c);
  for (; c < k; ++c) hn::StoreU(act(hn::LoadU(one, to + c), hn::LoadU(one, from + c)), one, to + c);
}

// Takes the largest of k numbers to [1, 2) by a power of two, and returns its exponent.
template <typename Count>
int rescale(double* HWY_RESTRICT p, Count k) {
  double largest = p[0];
  for (std::size_t c = 1; c < k; ++c) largest = p[c] > largest ? p[c] : largest;
  const int shift = std::ilogb(largest);
  for (std::size_t c = 0; c < k; ++c) p[c] = std::ldexp(p[c], -shift);
  return shift;
}

// An item's entries in ascending order. Most items have few labels: networks of comparisons sort those without a branch
// that a processor could mistake.
class SortedEntries {
 public:
  std::span<const std::uint32_t> of(const std::uint32_t* begin, const std::uint32_t* end) {
    const auto n = static_cast<std::size_t>(end - begin);
    if (n > few_.size()) {
      many_.assign(begin, end);
      std::sort(many_.begin(), many_.end());
      return many_;
    }
    sort_few(begin, n, std::make_index_sequence<kMostFew + 1>());
    return {few_.data(), n};
  }

 private:
  static constexpr std::size_t kMostFew = 8;
  // Pairs to be put in order, one after the other; for fewer numbers those that are there.
  static constexpr std::array<std::array<std::size_t, 2>, 19> kNetwork{{{0, 1},
                                                                        {2, 3},
                                                                        {4, 5},
                                                                        {6, 7},
                                                                        {0, 2},
                                                                        {1, 3},
                                                                        {4, 6},
                                                                        {5, 7},
                                                                        {1, 2},
                                                                        {5, 6},
                                                                        {0, 4},
                                                                        {3, 7},
                                                                        {1, 5},
                                                                        {2, 6},
                                                                        {1, 4},
                                                                        {3, 6},
                                                                        {2, 4},
                                                                        {3, 5},
                                                                        {3, 4}}};

  template <std::size_t... N>
  HWY_INLINE void sort_few(const std::uint32_t* from, std::size_t n, std::index_sequence<N...> /*sizes*/) {
    (void)(... || (n == N && (sort_network<N>(from, std::make_index_sequence<kNetwork.size()>()), true)));
  }
  template <std::size_t N, std::size_t... I>
  HWY_INLINE void sort_network(const std::uint32_t* from, std::index_sequence<I...> /*pairs*/) {
    std::array<std::uint32_t, kMostFew> few{};
    for (std::size_t i = 0; i < N; ++i) few[i] = from[i];
    (order<I, N>(few), ...);
    for (std::size_t i = 0; i < N; ++i) few_[i] = few[i];
  }
  template <std::size_t I, std::size_t N>
  static HWY_INLINE void order(std::array<std::uint32_t, kMostFew>& few) {
    if constexpr (kNetwork[I][1] < N) order(few[kNetwork[I][0]], few[kNetwork[I][1]]);
  }
  static HWY_INLINE void order(std::uint32_t& a, std::uint32_t& b) {
    const std::uint32_t least = a < b ? a : b;
    b = a < b ? b : a;
    a = least;
  }

  std::array<std::uint32_t, kMostFew> few_{};
  std::vector<std::uint32_t> many_;
};

// K classes known to the compiler, or 0 for any number; kPairs: with task.pairs; kFar: with task.far.
template <std::size_t K, bool kPairs, bool kFar>
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
      if (kFar) fetch(begin, end);
      std::span<const std::uint32_t> entries(task_.entries + begin, task_.entries + end);
      if (kFar) entries = sorted_.of(entries.data(), entries.data() + entries.size());
      const std::int64_t exponent = multiply(entries, p);
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
  std::int64_t multiply(std::span<const std::uint32_t> entries, double* HWY_RESTRICT p) const {
    for (std::size_t c = 0; c < k(); ++c) p[c] = task_.prior[c];
    std::int64_t exponent = 0;
    std::size_t until_rescale = kLabelsPerRescale;
    for (const std::uint32_t entry : entries) {
      if (until_rescale == 0) {
        exponent += rescale(p, k());
        until_rescale = kLabelsPerRescale;
      }
      const double* HWY_RESTRICT row = factors(entry);
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
  SortedEntries sorted_;
  std::uint64_t last_;
};

template <std::size_t K>
class TileKernel {
 public:
  explicit TileKernel(const TileTask& task) : task_(task) {}

  void run() {
    const std::size_t items = task_.blocks[task_.block_count] - task_.blocks[0];
    for (std::size_t i = 0; i < items; ++i) {
      for (std::size_t c = 0; c < k(); ++c) task_.products[i * k() + c] = task_.prior[c];
    }
    std::fill_n(task_.exponents, items, std::int64_t{0});
    std::int64_t* HWY_RESTRICT exponents = task_.exponents;
    for_each_label(task_.table, [exponents, k = k()](const double* row, double* p, std::uint32_t cell) HWY_ATTR {
      if ((cell & tile_cell::kRescaleBit) != 0) exponents[cell & tile_cell::kItemMask] += rescale(p, k);
      combine(p, row, K > 0 ? K : k, [](auto a, auto b) HWY_ATTR { return hn::Mul(a, b); });
    });
    for (std::size_t b = 0; b < task_.block_count; ++b) *task_.log_evidence += normalize_block(b);
    for_each_label(task_.counts, [k = k()](double* row, const double* p, std::uint32_t /*cell*/) HWY_ATTR {
      combine(row, p, K > 0 ? K : k, [](auto a, auto b) HWY_ATTR { return hn::Add(a, b); });
    });
  }

 private:
  [[nodiscard]] std::size_t k() const { return K > 0 ? K : task_.class_count; }

  // Calls act(row of `table`, product, cell) for each label; rows and products are fetched in advance.
  template <typename Cell, typename Act>
  void for_each_label(Cell* table, Act act) const {
    const std::uint32_t* const cells = task_.cells;
    const std::size_t count = task_.cell_count;
    const std::size_t k = this->k();
    double* const products = task_.products;
    Cell* row = table;
    Cell* row_ahead = table;
    std::size_t ahead = 0;
    const auto walk = [&](std::size_t end) HWY_ATTR {
      for (; ahead < end; ++ahead) row_ahead += (cells[ahead] >> tile_cell::kStepShift) * k;
    };
    walk(std::min(kRowsAhead, count));
    for (std::size_t i = 0; i < count; ++i) {
      if (ahead < count) {
        walk(ahead + 1);
        __builtin_prefetch(row_ahead, 1);
        __builtin_prefetch(products + (cells[i + kProductsAhead] & tile_cell::kItemMask) * k, 1);
      }
      const std::uint32_t cell = cells[i];
      const std::size_t step = cell >> tile_cell::kStepShift;
      row += step * k;
      if (step != tile_cell::kMostRows) act(row, products + (cell & tile_cell::kItemMask) * k, cell);
    }
  }

  // Makes posteriors of the products of a block's items, and returns the sum of their log evidence.
  double normalize_block(std::size_t block) const {
    LogSum evidence;
    for (std::size_t i = task_.blocks[block] - task_.blocks[0]; i < task_.blocks[block + 1] - task_.blocks[0]; ++i) {
      if (task_.offsets[i] == task_.offsets[i + 1]) continue;
      double* HWY_RESTRICT p = task_.products + i * k();
      double sum = 0;
      for (std::size_t c = 0; c < k(); ++c) sum += p[c];
      evidence.add(sum, task_.exponents[i]);
      const double scale = 1 / sum;
      for (std::size_t c = 0; c < k(); ++c) p[c] *= scale;
      for (std::size_t c = 0; c < k(); ++c) task_.classes[c] += p[c];
      if (task_.posterior == nullptr) continue;
      for (std::size_t c = 0; c < k(); ++c) task_.posterior[i * k() + c] = p[c];
    }
    return evidence.value();
  }

  const TileTask& task_;
};

template <std::size_t K>
double run_with(const KernelTask& task) {
  if (task.pairs != nullptr) return Kernel<K, true, true>(task).run();
  return task.far ? Kernel<K, false, true>(task).run() : Kernel<K, false, false>(task).run();
}

template <std::size_t K>
double run_with(const TileTask& task) {
  TileKernel<K>(task).run();
  return 0;
}

// Every class count up to 12 has a loop of its own.
template <typename Task, std::size_t... K>
double dispatch(const Task& task, std::index_sequence<K...> /*class counts*/) {
  double evidence = 0;
  const bool is_known =
      (... || (K > 1 && task.class_count == K && (evidence = run_with < K == 0 ? 2 : K > (task), true)));
  return is_known ? evidence : run_with<0>(task);
}

double run(const KernelTask& task) { return dispatch(task, std::make_index_sequence<13>()); }
double run_of_tile(const TileTask& task) { return dispatch(task, std::make_index_sequence<13>()); }

}  // namespace assay::models::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::models {

HWY_EXPORT(run);
HWY_EXPORT(run_of_tile);

double run_kernel(const KernelTask& task) { return HWY_DYNAMIC_DISPATCH(run)(task); }
void run_tile(const TileTask& task) { HWY_DYNAMIC_DISPATCH(run_of_tile)(task); }

}  // namespace assay::models
#endif
