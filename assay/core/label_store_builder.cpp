#include "assay/core/label_store_builder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <type_traits>
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

// Pieces of work that many threads share.
constexpr std::size_t kPieces = 64;

// The p-th of n equal parts of [0, count).
struct Part {
  std::size_t begin, end;
  Part(std::size_t count, std::size_t p, std::size_t n) : begin(count * p / n), end(count * (p + 1) / n) {}
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

// For each item, 0 when surely no worker labelled it twice.
std::vector<std::uint8_t> items_that_may_repeat(const LabelStore& store, ThreadPool& threads) {
  std::vector<std::uint8_t> out(store.item_count());
  threads.run(kPieces, [&](std::size_t p) {
    const Part part(out.size(), p, kPieces);
    for (std::size_t o = part.begin; o < part.end; ++o) {
      out[o] =
          may_repeat(store.rows(static_cast<ItemIndex>(o)), static_cast<std::uint32_t>(store.class_count())) ? 1 : 0;
    }
  });
  return out;
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
  add_one(item, worker, label, {{&extras.weight, 1}, {&extras.time, 1}, {&extras.seconds, 1}});
}

void LabelStoreBuilder::add(ItemIndex item, WorkerIndex worker, ClassIndex label) { add_one(item, worker, label, {}); }

void LabelStoreBuilder::add_one(ItemIndex item, WorkerIndex worker, ClassIndex label, const Columns& columns) {
  constexpr std::uint32_t kOne = 1;
  add_items({&item, 1}, {&kOne, 1});
  add_labels({&worker, 1}, {&label, 1}, columns);
}

// A column comes into being with the first value that is not the default.
void LabelStoreBuilder::add_columns(const Columns& columns, std::size_t count) {
  const auto append = [&](auto& column, bool& is_used, auto given, auto missing) {
    const auto is_missing = [&](auto value) { return value == missing || (std::isnan(value) && std::isnan(missing)); };
    if (!is_used) {
      if (std::all_of(given.begin(), given.end(), is_missing)) return;
      column.assign(label_count(), missing);
      is_used = true;
    }
    grow_huge(column, count);
    column.insert(column.end(), given.begin(), given.end());
    if (given.empty()) column.resize(column.size() + count, missing);
  };
  const Extras missing;
  append(weights_, has_weights_, columns.weights, missing.weight);
  append(times_, has_times_, columns.times, missing.time);
  append(seconds_, has_seconds_, columns.seconds, missing.seconds);
}

void LabelStoreBuilder::add_labels(std::span<const WorkerIndex> workers, std::span<const ClassIndex> labels,
                                   const Columns& columns) {
  add_columns(columns, workers.size());
  if (!is_wide_) {
    const std::size_t before = packed_.size();
    std::uint32_t worker_bits = 0;
    std::uint32_t label_bits = 0;
    grow_huge(packed_, workers.size());
    packed_.resize(before + workers.size());
    std::uint32_t* const packed = packed_.data() + before;
    for (std::size_t i = 0; i < workers.size(); ++i) {
      packed[i] = workers[i] << kPackedLabelBits | labels[i];
      worker_bits |= workers[i];
      label_bits |= labels[i];
    }
    if (worker_bits < kPackedWorkers && label_bits < kPackedLabels) return;
    packed_.resize(before);
    widen();
  }
  for (std::size_t i = 0; i < workers.size(); ++i)
    wide_.push_back(std::uint64_t{workers[i]} << kWideLabelBits | labels[i]);
}

void LabelStoreBuilder::add_items(std::span<const ItemIndex> items, std::span<const std::uint32_t> ends) {
  if (items.empty()) return;
  const std::uint64_t before = !in_order_ ? item_of_.size() : run_ends_.empty() ? 0 : run_ends_.back();
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

void LabelStoreBuilder::reserve(std::uint64_t labels) {
  const auto share = [&](std::size_t of_all) {
    const auto per_label = static_cast<double>(of_all) / static_cast<double>(std::max<std::uint64_t>(label_count(), 1));
    return static_cast<std::size_t>(per_label * static_cast<double>(labels));
  };
  const auto grow = [&](auto& column) { reserve_huge(column, share(column.size())); };
  if (label_count() == 0) return reserve_huge(packed_, labels);
  grow(packed_);
  grow(wide_);
  grow(run_items_);
  grow(run_ends_);
  grow(item_of_);
  grow(weights_);
  grow(times_);
  grow(seconds_);
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

// Where the labels of each item begin, those in order of items.
std::vector<std::uint64_t> LabelStoreBuilder::offsets_of_runs(std::size_t item_count) const {
  std::vector<std::uint64_t> offsets(item_count + 1, 0);
  for (std::size_t r = 0; r < run_items_.size(); ++r) {
    offsets[run_items_[r] + 1] = run_ends_[r] - (r > 0 ? run_ends_[r - 1] : 0);
  }
  for (std::size_t o = 0; o < item_count; ++o) offsets[o + 1] += offsets[o];
  return offsets;
}

// Puts all columns in order of items; labels of an item keep theirs. Returns where those of each item begin. Each
// thread takes a part of the labels and counts its items on its own, which is why there are no more than two. Out of
// place: the stores do not wait for each other, as the steps along the cycles of a permutation in place would.
std::vector<std::uint64_t> LabelStoreBuilder::sort_by_item(std::size_t item_count, ThreadPool& threads) {
  const std::size_t parts = std::min<std::size_t>(2, threads.thread_count());
  const auto each = [&](auto act) {
    threads.run(parts, [&](std::size_t p) {
      const Part part(item_of_.size(), p, parts);
      for (std::size_t i = part.begin; i < part.end; ++i) act(p, i);
    });
  };
  // Labels of each item in each part, then the place of the first of them.
  std::vector<std::vector<std::uint32_t>> first(parts, std::vector<std::uint32_t>(item_count));
  each([&](std::size_t p, std::size_t i) { ++first[p][item_of_[i]]; });
  std::vector<std::uint64_t> offsets(item_count + 1, 0);
  for (std::size_t o = 0; o < item_count; ++o) {
    std::uint64_t at = offsets[o];
    for (auto& of_part : first) at += std::exchange(of_part[o], static_cast<std::uint32_t>(at));
    offsets[o + 1] = at;
  }
  // The place of every label; where one column is all there is, labels go there at once.
  const auto arrange = [&](auto& values, auto place_of) {
    if (values.empty()) return;
    std::remove_reference_t<decltype(values)> arranged;
    reserve_huge(arranged, values.size());
    arranged.resize(values.size());
    each([&](std::size_t p, std::size_t i) { arranged[place_of(p, i)] = values[i]; });
    values = std::move(arranged);
  };
  if (!has_columns() && !is_wide_) {
    arrange(packed_, [&](std::size_t p, std::size_t i) { return first[p][item_of_[i]]++; });
  } else {
    each([&](std::size_t p, std::size_t i) { item_of_[i] = first[p][item_of_[i]]++; });
    const auto place = [&](std::size_t /*part*/, std::size_t i) { return item_of_[i]; };
    arrange(packed_, place);
    arrange(wide_, place);
    arrange(weights_, place);
    arrange(times_, place);
    arrange(seconds_, place);
  }
  item_of_ = {};
  return offsets;
}

LabelStore LabelStoreBuilder::finish(std::size_t item_count, std::size_t worker_count, std::size_t class_count,
                                     const std::vector<ClassIndex>& class_order, Duplicates duplicates,
                                     DuplicateCounts* counts) {
  ThreadPool alone(1);
  return finish(item_count, worker_count, class_count, class_order, duplicates, counts, alone);
}

LabelStore LabelStoreBuilder::finish(std::size_t item_count, std::size_t worker_count, std::size_t class_count,
                                     const std::vector<ClassIndex>& class_order, Duplicates duplicates,
                                     DuplicateCounts* counts, ThreadPool& threads) {
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
  store.offsets_ = in_order_ ? offsets_of_runs(item_count) : sort_by_item(item_count, threads);
  const auto row_of = [&](std::uint64_t packed) {
    const auto label = static_cast<ClassIndex>(packed & 0xffff);
    const ClassIndex final_label = class_order.empty() ? label : class_order[label];
    ASSAY_ASSERT(final_label < class_count);
    return static_cast<std::uint32_t>((packed >> kWideLabelBits) * class_count + final_label);
  };
  if (is_wide_) store.entries_.resize(n);
  auto& entries = is_wide_ ? store.entries_ : packed_;
  threads.run(kPieces, [&](std::size_t p) {
    const Part part(n, p, kPieces);
    for (std::size_t i = part.begin; i < part.end; ++i) entries[i] = row_of(packed_at(i));
  });
  if (!is_wide_) store.entries_ = std::move(packed_);
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
  const auto suspects = drops ? std::vector<std::uint8_t>(item_count, 1) : items_that_may_repeat(store, threads);
  for (std::size_t o = 0; o < item_count; ++o) {
    const std::uint64_t end = store.offsets_[o + 1];
    if (suspects[o] == 0) {
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
