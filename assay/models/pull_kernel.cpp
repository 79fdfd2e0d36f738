#include "assay/models/pull_kernel.h"

#include <algorithm>
#include <array>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "assay/models/log_sum.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "assay/models/pull_kernel.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h: it is what changes from target to target.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace assay::models::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Entries between the one at work and the one whose rows are fetched.
constexpr std::uint64_t kEntriesAhead = 32;

// Calls act(d, t) for vectors of up to four classes, from class t on, until all k have had their turn.
template <typename Count, typename Act>
HWY_INLINE void over(Count k, Act act) {
  const hn::CappedTag<double, 4> few;
  const hn::CappedTag<double, 1> one;
  std::size_t t = 0;
  for (; t + hn::Lanes(few) <= k; t += hn::Lanes(few)) act(few, t);
  for (; t < k; ++t) act(one, t);
}

// Classes that an item's labels give, in order of appearance, each with a slot. With few classes every class has one.
template <std::size_t K>
class Slots {
 public:
  static constexpr bool kDense = K > 0 && K <= kDenseClasses;

  explicit Slots(std::size_t k) {
    if (!kDense) slots_.assign(k, kNone);
    if (!kDense) classes_.resize(std::min(k, kMostMultiplied));
  }
  // Whether the class has come for the first time.
  HWY_INLINE bool meets(std::uint32_t c) {
    if (kDense || slots_[c] != kNone) return false;
    slots_[c] = size_;
    classes_[size_++] = c;
    return true;
  }
  HWY_INLINE void clear() {
    if (kDense) return;
    for (std::size_t d = 0; d < size_; ++d) slots_[classes_[d]] = kNone;
    size_ = 0;
  }
  [[nodiscard]] HWY_INLINE std::size_t of(std::uint32_t c) const { return kDense ? c : slots_[c]; }
  [[nodiscard]] HWY_INLINE std::size_t class_of(std::size_t slot) const { return kDense ? slot : classes_[slot]; }
  [[nodiscard]] HWY_INLINE std::size_t size() const { return kDense ? K : size_; }

 private:
  static constexpr std::uint32_t kNone = ~0U;
  std::uint32_t size_ = 0;
  std::vector<std::uint32_t> slots_, classes_;
};

// K classes known to the compiler, or 0 for any number.
template <std::size_t K>
class PullKernel {
 public:
  explicit PullKernel(const PullTask& task)
      : task_(task), k_(task.class_count), slots_(k_), room_(K > 0 ? 0 : (2 * states() + 3) * k_) {
    double* at = K > 0 ? fixed_.data() : room_.data();
    for (double** row : {&total_, &none_, &unit_}) {
      *row = at;
      at += k();
    }
    given_ = at;
    plain_ = given_ + states() * k();
  }

  double run() {
    LogSum evidence;
    const std::uint64_t last = task_.offsets[task_.end];
    for (ItemIndex item = task_.begin; item < task_.end; ++item) {
      const std::uint64_t begin = task_.offsets[item];
      const std::uint64_t end = task_.offsets[item + 1];
      if (begin == end) continue;
      if (task_.far) fetch(std::min(begin + kEntriesAhead, last), std::min(end + kEntriesAhead, last));
      const std::span<const std::uint32_t> rows(task_.entries + begin, task_.entries + end);
      evidence.add(weigh(rows));
      if (task_.misled != nullptr) task_.misled[item - task_.begin] = misled();
      double* posterior = task_.posterior + std::size_t{item - task_.begin} * k();
      if (task_.sums != nullptr) {
        count_states(*task_.sums, posterior);
        count_labels(rows, task_.sums->own);
      }
      over(classes(), [&](auto d, std::size_t t) HWY_ATTR { put(d, posterior + t, get(d, total_ + t)); });
      slots_.clear();
    }
    return evidence.value();
  }

 private:
  using ItemSlots = Slots<K>;
  static constexpr bool kDense = ItemSlots::kDense;
  static constexpr std::size_t kFixed = K > 0 ? (2 * K + 3) * K : 1;

  [[nodiscard]] HWY_INLINE std::size_t k() const { return K > 0 ? K : k_; }
  // The same, as a constant where the compiler knows it.
  [[nodiscard]] HWY_INLINE auto classes() const {
    if constexpr (K > 0) {
      return std::integral_constant<std::size_t, K>();
    } else {
      return k_;
    }
  }
  [[nodiscard]] std::size_t states() const { return std::min(k(), kMostMultiplied); }

  template <typename D>
  static HWY_INLINE hn::Vec<D> get(D d, const double* from) {
    return hn::LoadU(d, from);
  }
  template <typename D>
  static HWY_INLINE void put(D d, double* to, hn::Vec<D> v) {
    hn::StoreU(v, d, to);
  }
  template <typename D>
  static HWY_INLINE void add(D d, double* to, hn::Vec<D> v) {
    put(d, to, hn::Add(get(d, to), v));
  }
  template <typename D>
  static HWY_INLINE void scale_by(D d, double* to, double scale) {
    put(d, to, hn::Mul(get(d, to), hn::Set(d, scale)));
  }

  HWY_INLINE void fetch(std::uint64_t begin, std::uint64_t end) const {
    for (std::uint64_t i = begin; i < end; ++i) {
      const std::size_t row = std::size_t{task_.entries[i]} * k();
      __builtin_prefetch(task_.rates + row);
      if (task_.sums != nullptr) __builtin_prefetch(task_.sums->own + row, 1);
    }
  }

  // The rates of a label's row.
  template <typename D>
  HWY_INLINE hn::Vec<D> rate(D d, std::uint32_t row, std::size_t t) const {
    return hn::Max(get(d, task_.rates + std::size_t{row} * k() + t), hn::Set(d, kSmallestRate));
  }

  // Makes the states probabilities; returns what they summed to.
  HWY_INLINE double weigh(std::span<const std::uint32_t> rows) {
    multiply(rows);
    const double miss = task_.miss[rows.size()];
    over(classes(), [&](auto d, std::size_t t) HWY_ATTR { join(d, t, miss); });
    double sum = 0;
    for (std::size_t t = 0; t < k(); ++t) sum += total_[t];
    const double scale = 1 / sum;
    over(classes(), [&](auto d, std::size_t t) HWY_ATTR {
      scale_by(d, total_ + t, scale);
      scale_by(d, none_ + t, scale);
      if (!kDense) scale_by(d, unit_ + t, scale);
      for (std::size_t s = 0; s < slots_.size(); ++s) scale_by(d, given_ + s * k() + t, scale);
    });
    return sum;
  }

  // By slot, the product of its labels' rates, and of what they are with a pull to its class, divided by 1 - g each.
  HWY_INLINE void multiply(std::span<const std::uint32_t> rows) {
    if (kDense) start_slots(0, K);
    for (const std::uint32_t row : rows) {
      const std::uint32_t c = row % static_cast<std::uint32_t>(k());
      if (slots_.meets(c)) start_slots(slots_.of(c), slots_.of(c) + 1);
      double* given = given_ + slots_.of(c) * k();
      double* plain = plain_ + slots_.of(c) * k();
      over(classes(), [&](auto d, std::size_t t) HWY_ATTR {
        const auto r = rate(d, row, t);
        put(d, plain + t, hn::Mul(get(d, plain + t), r));
        put(d, given + t, hn::Mul(get(d, given + t), hn::Add(r, hn::Set(d, task_.odds))));
      });
    }
  }

  HWY_INLINE void start_slots(std::size_t begin, std::size_t end) {
    for (std::size_t s = begin; s < end; ++s) {
      over(classes(), [&](auto d, std::size_t t) HWY_ATTR {
        put(d, given_ + s * k() + t, hn::Set(d, 1.0));
        put(d, plain_ + s * k() + t, hn::Set(d, 1.0));
      });
    }
  }

  // The joint probabilities of labels and states, from class t on. A pull to one class leaves the plain product of all
  // others: those before its slot times those after.
  template <typename D>
  HWY_INLINE void join(D d, std::size_t t, double miss) {
    auto all = hn::Set(d, 1.0);
    for (std::size_t s = 0; s < slots_.size(); ++s) {
      const std::size_t at = s * k() + t;
      put(d, given_ + at, hn::Mul(get(d, given_ + at), all));
      all = hn::Mul(all, get(d, plain_ + at));
    }
    auto total = hn::Zero(d);
    auto others = get(d, task_.pulled + t);
    auto after = hn::Set(d, miss);
    for (std::size_t s = slots_.size(); s-- > 0;) {
      const std::size_t at = s * k() + t;
      const auto start = get(d, task_.start + slots_.class_of(s) * k() + t);
      const auto given = hn::Mul(hn::Mul(get(d, given_ + at), after), start);
      put(d, given_ + at, given);
      total = hn::Add(total, given);
      after = hn::Mul(after, get(d, plain_ + at));
      if (!kDense) others = hn::Sub(others, start);
    }
    const auto none = hn::Mul(all, get(d, task_.none + t));
    put(d, none_ + t, none);
    total = hn::Add(total, none);
    if (!kDense) {
      const auto unit = hn::Mul(all, hn::Set(d, miss));
      put(d, unit_ + t, unit);
      total = hn::Add(total, hn::Mul(unit, hn::Max(others, hn::Zero(d))));
    }
    put(d, total_ + t, total);
  }

  HWY_INLINE void count_states(const PullSums& sums, const double* before) {
    over(classes(), [&](auto d, std::size_t t) HWY_ATTR {
      const auto total = get(d, total_ + t);
      add(d, sums.classes + t, total);
      add(d, sums.moved + t, hn::Abs(hn::Sub(total, get(d, before + t))));
      add(d, sums.none + t, get(d, none_ + t));
      if (!kDense) add(d, sums.unit + t, get(d, unit_ + t));
      for (std::size_t s = 0; s < slots_.size(); ++s) {
        const std::size_t to = slots_.class_of(s) * k() + t;
        add(d, sums.given + to, get(d, given_ + s * k() + t));
        if (!kDense) add(d, sums.given_unit + to, get(d, unit_ + t));
      }
    });
  }

  // Soft counts of what was the worker's own answer, not the pull's.
  HWY_INLINE void count_labels(std::span<const std::uint32_t> rows, double* own) const {
    for (const std::uint32_t row : rows) {
      double* to = own + std::size_t{row} * k();
      const double* given = given_ + slots_.of(row % static_cast<std::uint32_t>(k())) * k();
      over(classes(), [&](auto d, std::size_t t) HWY_ATTR {
        const auto odds = hn::Set(d, task_.odds);
        const auto pulled = hn::Mul(get(d, given + t), hn::Div(odds, hn::Add(rate(d, row, t), odds)));
        add(d, to + t, hn::Sub(get(d, total_ + t), pulled));
      });
    }
  }

  [[nodiscard]] double misled() const {
    double out = 0;
    for (std::size_t t = 0; t < k(); ++t) {
      out += total_[t] - none_[t];
      if (!kDense) out -= unit_[t] * task_.start[t * k() + t];
    }
    for (std::size_t s = 0; s < slots_.size(); ++s) {
      const std::size_t c = slots_.class_of(s);
      out -= given_[s * k() + c];
      if (!kDense) out += unit_[c] * task_.start[c * k() + c];
    }
    return std::clamp(out, 0.0, 1.0);
  }

  const PullTask& task_;
  std::size_t k_;
  ItemSlots slots_;
  alignas(64) std::array<double, kFixed> fixed_{};
  std::vector<double> room_;
  double* total_ = nullptr;  // K numbers by true class: sum over all pulls and none
  double* none_ = nullptr;   // no pull
  double* unit_ =
      nullptr;  // a pull to class j that nobody gave is unit[t] start[j][t]; not looked at where all have slots
  double* given_ = nullptr;  // K numbers a slot: a pull to its class
  double* plain_ = nullptr;  // K numbers a slot
};

template <std::size_t... K>
double dispatch(const PullTask& task, std::index_sequence<K...> /*class counts*/) {
  double evidence = 0;
  const bool is_known =
      (... || (K > 1 && task.class_count == K && (evidence = PullKernel < K == 0 ? 2 : K > (task).run(), true)));
  return is_known ? evidence : PullKernel<0>(task).run();
}

double run(const PullTask& task) { return dispatch(task, std::make_index_sequence<13>()); }

}  // namespace assay::models::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::models {

HWY_EXPORT(run);

double run_pull_kernel(const PullTask& task) { return HWY_DYNAMIC_DISPATCH(run)(task); }

}  // namespace assay::models
#endif
