#include "assay/core/label_store_builder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "assay/base/check.h"
#include "assay/base/error.h"
#include "assay/base/huge_pages.h"

namespace assay {
namespace {

constexpr int kPackedLabelBits = 10;
constexpr int kWideLabelBits = 16;
constexpr std::uint32_t kPackedLabels = 1U << kPackedLabelBits;
constexpr std::uint32_t kPackedWorkers = 1U << (32 - kPackedLabelBits);

// Moves values[i] to values[place[i]]. Out of place: the stores do not wait for each other, as the steps along the
// cycles of a permutation in place would.
template <typename T>
void arrange(std::vector<T>& values, const std::vector<std::uint32_t>& place) {
  if (values.empty()) return;
  std::vector<T> arranged;
  reserve_huge(arranged, values.size());
  arranged.resize(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) arranged[place[i]] = values[i];
  values = std::move(arranged);
}

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

void LabelStoreBuilder::add(std::span<const ItemIndex> run_items, std::span<const std::uint32_t> run_ends,
                            std::span<const WorkerIndex> workers, std::span<const ClassIndex> labels) {
  const std::size_t before = packed_.size();
  std::uint32_t worker_bits = 0;
  std::uint32_t label_bits = 0;
  if (!is_wide_ && !has_weights_ && !has_times_ && !has_seconds_) {
    grow_huge(packed_, workers.size());
    packed_.resize(before + workers.size());
    std::uint32_t* const packed = packed_.data() + before;
    for (std::size_t i = 0; i < workers.size(); ++i) {
      packed[i] = workers[i] << kPackedLabelBits | labels[i];
      worker_bits |= workers[i];
      label_bits |= labels[i];
    }
    if (worker_bits < kPackedWorkers && label_bits < kPackedLabels) {
      add_runs(run_items, run_ends);
      return;
    }
    packed_.resize(before);
  }
  std::size_t i = 0;
  for (std::size_t r = 0; r < run_items.size(); ++r) {
    for (; i < run_ends[r]; ++i) add(run_items[r], workers[i], labels[i]);
  }
}

// The runs of the labels that were added last.
void LabelStoreBuilder::add_runs(std::span<const ItemIndex> items, std::span<const std::uint32_t> ends) {
  if (items.empty()) return;
  const std::uint64_t before = label_count() - ends.back();
  std::size_t r = 0;
  if (in_order_) {
    grow_huge(run_items_, items.size());
    grow_huge(run_ends_, items.size());
  }
  for (; r < items.size() && in_order_; ++r) {
    if (!run_items_.empty() && items[r] < run_items_.back()) {
      materialize_items();
      break;
    }
    if (run_items_.empty() || items[r] > run_items_.back()) {
      run_items_.push_back(items[r]);
      run_ends_.push_back(before);
    }
    run_ends_.back() = before + ends[r];
  }
  if (in_order_) return;
  std::size_t i = r == 0 ? 0 : ends[r - 1];
  grow_huge(item_of_, ends.back() - i);
  item_of_.resize(before + ends.back());
  for (; r < items.size(); ++r) {
    for (; i < ends[r]; ++i) item_of_[before + i] = items[r];
  }
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
  if (!run_ends_.empty()) reserve_huge(item_of_, run_ends_.back() + 1);
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
    // item_of_[i] becomes the place of label i: a stable counting sort.
    std::vector<std::uint64_t> next(offsets.begin(), offsets.end() - 1);
    for (auto& item : item_of_) item = static_cast<std::uint32_t>(next[item]++);
    arrange(packed_, item_of_);
    arrange(wide_, item_of_);
    arrange(weights_, item_of_);
    arrange(times_, item_of_);
    arrange(seconds_, item_of_);
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
