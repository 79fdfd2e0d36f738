#include "assay/core/label_store_builder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <utility>

#include "assay/base/check.h"
#include "assay/base/error.h"

namespace assay {
namespace {

constexpr int kPackedLabelBits = 10;
constexpr int kWideLabelBits = 16;
constexpr std::uint32_t kPackedLabels = 1U << kPackedLabelBits;
constexpr std::uint32_t kPackedWorkers = 1U << (32 - kPackedLabelBits);

// Moves values[i] to values[destination[i]] in place; destination becomes the identity. A cycle is a chain of cache
// misses, so several are followed at once, each a walker that carries a value to its place and takes up what lies
// there. Where a walker began it leaves a hole; it is done when it (or another one on the same cycle) fills a hole.
template <typename... Columns>
class Permutation {
 public:
  Permutation(std::vector<std::uint32_t>& destination, Columns&... columns)
      : destination_(destination), columns_(columns...) {}

  void run() {
    std::array<Walker, kWalkers> walkers;
    std::size_t active = 0;
    while (active < kWalkers && start(walkers[active])) ++active;
    while (active > 0) {
      for (std::size_t i = 0; i < active;) {
        const bool goes_on = step(walkers[i]) || start(walkers[i]);
        if (goes_on) {
          ++i;
        } else {
          walkers[i] = walkers[--active];
        }
      }
    }
  }

 private:
  static constexpr std::size_t kWalkers = 24;
  static constexpr std::uint32_t kHole = std::numeric_limits<std::uint32_t>::max();

  struct Walker {
    std::uint32_t to = 0;
    std::tuple<typename Columns::value_type...> carried;
  };

  bool start(Walker& walker) {
    while (next_ < destination_.size() && (destination_[next_] == next_ || destination_[next_] == kHole)) ++next_;
    if (next_ == destination_.size()) return false;
    walker.to = destination_[next_];
    destination_[next_] = kHole;
    with_columns([&](auto& column, auto& carried) { carried = column[next_]; }, walker);
    fetch(walker.to);
    ++next_;
    return true;
  }

  // False when the walker has filled a hole.
  bool step(Walker& walker) {
    const std::uint32_t at = walker.to;
    const std::uint32_t next = destination_[at];
    destination_[at] = at;
    with_columns([&](auto& column, auto& carried) { std::swap(column[at], carried); }, walker);
    if (next == kHole) return false;
    walker.to = next;
    fetch(next);
    return true;
  }

  void fetch(std::uint32_t at) {
    __builtin_prefetch(&destination_[at], 1);
    std::apply([&](auto&... column) { (..., __builtin_prefetch(column.data() + at, 1)); }, columns_);
  }

  template <typename Act>
  void with_columns(Act act, Walker& walker) {
    with_columns(act, walker, std::index_sequence_for<Columns...>());
  }
  template <typename Act, std::size_t... I>
  void with_columns(Act act, Walker& walker, std::index_sequence<I...> /*places*/) {
    (..., (std::get<I>(columns_).empty() ? void() : act(std::get<I>(columns_), std::get<I>(walker.carried))));
  }

  std::vector<std::uint32_t>& destination_;
  std::tuple<Columns&...> columns_;
  std::size_t next_ = 0;
};

constexpr std::size_t kFew = 24;

// False when surely no worker occurs twice among the rows of an item. Two rows of one worker are closer than K; no
// division is needed to see that all are farther apart.
bool may_repeat(std::span<const std::uint32_t> rows, std::uint32_t class_count) {
  if (rows.size() > kFew) return true;
  bool close = false;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) close |= rows[i] - rows[j] + (class_count - 1) < 2 * class_count - 1;
  }
  return close;
}

// For each entry of one item, whether an earlier (kept) entry has the same worker; `first_of[i]` is that entry or i.
void find_repeats(std::span<const std::uint32_t> workers, std::vector<std::uint32_t>& first_of) {
  const std::size_t n = workers.size();
  first_of.resize(n);
  if (n <= kFew) {
    for (std::uint32_t i = 0; i < n; ++i) {
      first_of[i] = i;
      for (std::uint32_t j = 0; j < i; ++j) {
        if (workers[j] != workers[i]) continue;
        first_of[i] = j;
        break;
      }
    }
    return;
  }
  std::vector<std::pair<std::uint32_t, std::uint32_t>> sorted(n);
  for (std::uint32_t i = 0; i < n; ++i) sorted[i] = {workers[i], i};
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 0; i < n; ++i) {
    const bool repeat = i > 0 && sorted[i].first == sorted[i - 1].first;
    first_of[sorted[i].second] = repeat ? first_of[sorted[i - 1].second] : sorted[i].second;
  }
}

}  // namespace

void LabelStoreBuilder::expect(bool weights, bool times, bool seconds) {
  has_weights_ = weights;
  has_times_ = times;
  has_seconds_ = seconds;
}

void LabelStoreBuilder::add(ItemIndex item, WorkerIndex worker, ClassIndex label, const Extras& extras) {
  const Extras defaults;
  const auto append = [before = label_count()](auto& column, bool& is_used, auto value, auto missing, bool is_given) {
    if (is_given && !is_used) {
      column.assign(before, missing);
      is_used = true;
    }
    if (is_used) column.push_back(value);
  };
  append(weights_, has_weights_, extras.weight, defaults.weight, extras.weight != defaults.weight);
  append(times_, has_times_, extras.time, defaults.time, !std::isnan(extras.time));
  append(seconds_, has_seconds_, extras.seconds, defaults.seconds, !std::isnan(extras.seconds));
  add_entry(item, worker, label);
}

void LabelStoreBuilder::add(ItemIndex item, WorkerIndex worker, ClassIndex label) {
  if (has_weights_ || has_times_ || has_seconds_) {
    add(item, worker, label, Extras{});
  } else {
    add_entry(item, worker, label);
  }
}

void LabelStoreBuilder::add_entry(ItemIndex item, WorkerIndex worker, ClassIndex label) {
  if (in_order_) {
    if (run_items_.empty() || item > run_items_.back()) {
      run_items_.push_back(item);
      run_ends_.push_back(label_count());
    } else if (item != run_items_.back()) {
      materialize_items();
    }
  }
  if (in_order_) {
    ++run_ends_.back();
  } else {
    item_of_.push_back(item);
  }
  if (!is_wide_ && (worker >= kPackedWorkers || label >= kPackedLabels)) widen();
  if (is_wide_) {
    wide_.push_back(std::uint64_t{worker} << kWideLabelBits | label);
  } else {
    packed_.push_back(worker << kPackedLabelBits | label);
  }
}

void LabelStoreBuilder::add(std::span<const ItemIndex> items, std::span<const WorkerIndex> workers,
                            std::span<const ClassIndex> labels) {
  std::uint32_t most_worker = 0;
  std::uint32_t most_label = 0;
  for (const auto worker : workers) most_worker = std::max<std::uint32_t>(most_worker, worker);
  for (const auto label : labels) most_label = std::max<std::uint32_t>(most_label, label);
  const bool fit = !is_wide_ && most_worker < kPackedWorkers && most_label < kPackedLabels;
  const bool is_plain = fit && !has_weights_ && !has_times_ && !has_seconds_;
  if (!is_plain) {
    for (std::size_t i = 0; i < items.size(); ++i) add(items[i], workers[i], labels[i]);
    return;
  }
  const std::size_t before = packed_.size();
  if (packed_.capacity() < before + items.size()) packed_.reserve(2 * (before + items.size()));
  packed_.resize(before + items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    packed_[before + i] = workers[i] << kPackedLabelBits | labels[i];
  }
  for (std::size_t i = 0; i < items.size() && in_order_; ++i) {
    if (!run_items_.empty() && items[i] == run_items_.back()) {
      ++run_ends_.back();
    } else if (run_items_.empty() || items[i] > run_items_.back()) {
      run_items_.push_back(items[i]);
      run_ends_.push_back(before + i + 1);
    } else {
      materialize_items();
      item_of_.resize(before + i);
      item_of_.insert(item_of_.end(), items.begin() + static_cast<std::ptrdiff_t>(i), items.end());
      return;
    }
  }
  if (!in_order_) item_of_.insert(item_of_.end(), items.begin(), items.end());
}

void LabelStoreBuilder::widen() {
  wide_.reserve(packed_.size() + 1);
  for (const auto p : packed_) {
    wide_.push_back(std::uint64_t{p >> kPackedLabelBits} << kWideLabelBits | (p & (kPackedLabels - 1)));
  }
  packed_ = {};
  is_wide_ = true;
}

void LabelStoreBuilder::materialize_items() {
  item_of_.reserve(label_count() + 1);
  for (std::size_t r = 0; r < run_items_.size(); ++r) item_of_.resize(run_ends_[r], run_items_[r]);
  run_items_ = {};
  run_ends_ = {};
  in_order_ = false;
}

std::uint64_t LabelStoreBuilder::packed_at(std::uint64_t i) const {
  if (is_wide_) return wide_[i];
  return std::uint64_t{packed_[i] >> kPackedLabelBits} << kWideLabelBits | (packed_[i] & (kPackedLabels - 1));
}

LabelStore LabelStoreBuilder::finish(std::size_t item_count, std::size_t worker_count, std::size_t class_count,
                                     const std::vector<ClassIndex>& class_order, Duplicates duplicates,
                                     DuplicateCounts* counts) {
  const std::uint64_t n = label_count();
  if (worker_count * class_count > std::numeric_limits<std::uint32_t>::max() ||
      n > std::numeric_limits<std::uint32_t>::max()) {
    throw Error(ErrorCode::limit_exceeded, "found " + std::to_string(n) + " labels of " + std::to_string(worker_count) +
                                               " workers over " + std::to_string(class_count) +
                                               " classes; labels, and workers x classes, may each be 4294967295");
  }
  LabelStore store;
  store.worker_count_ = worker_count;
  store.class_count_ = class_count;
  store.offsets_.assign(item_count + 1, 0);
  auto& offsets = store.offsets_;
  if (in_order_) {
    for (std::size_t r = 0; r < run_items_.size(); ++r) {
      offsets[run_items_[r] + 1] = run_ends_[r] - (r > 0 ? run_ends_[r - 1] : 0);
    }
  } else {
    for (const auto item : item_of_) ++offsets[item + 1];
  }
  for (std::size_t o = 0; o < item_count; ++o) offsets[o + 1] += offsets[o];

  if (!in_order_) {
    // item_of_[i] becomes the place of label i: a stable counting sort that is then applied in place.
    std::vector<std::uint64_t> next(offsets.begin(), offsets.end() - 1);
    for (auto& item : item_of_) item = static_cast<std::uint32_t>(next[item]++);
    if (weights_.empty() && times_.empty() && seconds_.empty() && !is_wide_) {
      Permutation(item_of_, packed_).run();
    } else {
      Permutation(item_of_, packed_, wide_, weights_, times_, seconds_).run();
    }
    item_of_ = {};
  }
  const auto row_of = [&](std::uint64_t packed) {
    const auto label = static_cast<ClassIndex>(packed & 0xffff);
    const ClassIndex final_label = class_order.empty() ? label : class_order[label];
    ASSAY_ASSERT(final_label < class_count);
    return static_cast<std::uint32_t>((packed >> kWideLabelBits) * class_count + final_label);
  };
  if (is_wide_) {
    store.entries_.resize(n);
    for (std::uint64_t i = 0; i < n; ++i) store.entries_[i] = row_of(packed_at(i));
  } else {
    for (std::uint64_t i = 0; i < n; ++i) packed_[i] = row_of(packed_at(i));
    store.entries_ = std::move(packed_);
  }
  store.weights_ = std::move(weights_);
  store.times_ = std::move(times_);
  store.seconds_ = std::move(seconds_);
  *this = LabelStoreBuilder();

  // Repeated (worker, item) pairs are counted always, and dropped when asked.
  DuplicateCounts found;
  std::vector<std::uint32_t> workers;
  std::vector<std::uint32_t> first_of;
  std::vector<std::uint32_t> last_of;
  std::uint64_t kept = 0;
  std::uint64_t begin = 0;
  const auto keep = [&](std::uint64_t from) {
    store.entries_[kept] = store.entries_[from];
    if (!store.weights_.empty()) store.weights_[kept] = store.weights_[from];
    if (!store.times_.empty()) store.times_[kept] = store.times_[from];
    if (!store.seconds_.empty()) store.seconds_[kept] = store.seconds_[from];
    ++kept;
  };
  const bool drops = duplicates == Duplicates::first || duplicates == Duplicates::last;
  for (std::size_t o = 0; o < item_count; ++o) {
    const std::uint64_t end = store.offsets_[o + 1];
    if (!drops && !may_repeat({store.entries_.data() + begin, end - begin}, static_cast<std::uint32_t>(class_count))) {
      begin = end;
      continue;
    }
    workers.clear();
    for (std::uint64_t i = begin; i < end; ++i) workers.push_back(store.worker_of(store.entries_[i]));
    find_repeats(workers, first_of);
    last_of.assign(first_of.size(), 0);
    for (std::uint32_t i = 0; i < first_of.size(); ++i) {
      last_of[first_of[i]] = i;
      if (first_of[i] == i) continue;
      ++found.repeated;
      if (store.entries_[begin + i] != store.entries_[begin + first_of[i]]) ++found.contradicting;
      if (duplicates == Duplicates::error) {
        found.stopped = true;
        found.item = static_cast<ItemIndex>(o);
        found.worker = workers[i];
        if (counts) *counts = found;
        return {};
      }
    }
    for (std::uint32_t i = 0; drops && i < first_of.size(); ++i) {
      const bool is_kept = duplicates == Duplicates::first ? first_of[i] == i : last_of[first_of[i]] == i;
      if (is_kept) keep(begin + i);
    }
    if (drops) store.offsets_[o + 1] = kept;
    begin = end;
  }
  if (drops) {
    store.entries_.resize(kept);
    if (!store.weights_.empty()) store.weights_.resize(kept);
    if (!store.times_.empty()) store.times_.resize(kept);
    if (!store.seconds_.empty()) store.seconds_.resize(kept);
  }
  if (counts) *counts = found;
  return store;
}

}  // namespace assay
