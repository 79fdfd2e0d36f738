#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "assay/base/threads.h"
#include "assay/core/label_store.h"

namespace assay {

/// Collects labels in any order and finishes as a LabelStore. Classes may be numbered in order of appearance while
/// reading; `finish` renumbers them. Holds 4 bytes a label while items come in order, 8 once they do not (12 in
/// `finish`), plus 4, 8 or 4 for each of the optional weight, time and seconds.
class LabelStoreBuilder {
 public:
  /// Optional values of one label; NaN means "not given".
  struct Extras {
    float weight = 1;
    double time = std::numeric_limits<double>::quiet_NaN();
    float seconds = std::numeric_limits<float>::quiet_NaN();
  };

  /// The same of many labels; an empty one: not given for any.
  struct Columns {
    std::span<const float> weights;
    std::span<const double> times;
    std::span<const float> seconds;
  };

  /// Which optional columns there are; set before the first `add`. Columns that turn up later are filled with defaults
  /// for the labels before.
  void expect(bool weights, bool times, bool seconds);
  void add(ItemIndex item, WorkerIndex worker, ClassIndex label);
  void add(ItemIndex item, WorkerIndex worker, ClassIndex label, const Extras& extras);
  /// The same for many labels, in two halves, each of which may be called by a thread of its own: their items in runs
  /// of equal ones, run r has item items[r] and ends before label ends[r]; and what else is known of label i. Both must
  /// have been called for the same labels, in the same order, before anything else is.
  void add_items(std::span<const ItemIndex> items, std::span<const std::uint32_t> ends);
  void add_labels(std::span<const WorkerIndex> workers, std::span<const ClassIndex> labels, const Columns& columns);
  /// Makes room for so many labels in all, in columns that are there, as if those to come were like those before.
  void reserve(std::uint64_t labels);

  [[nodiscard]] std::uint64_t label_count() const { return packed_.size() + wide_.size(); }

  /// What to do with a second label of the same worker on the same item.
  enum class Duplicates { all, first, last, error };
  struct DuplicateCounts {
    std::uint64_t repeated = 0;       ///< labels beyond a pair's first one
    std::uint64_t contradicting = 0;  ///< those that differ from the pair's first one
    bool stopped = false;             ///< Duplicates::error met one: `worker` and `item` name it, the store is empty
    ItemIndex item = 0;
    WorkerIndex worker = 0;
  };

  /// Makes the store and leaves the builder empty. `class_order[c]` is the final index of the class numbered c while
  /// reading (empty: unchanged); `item_count` and `worker_count` may exceed what was added.
  /// Throws Error{limit_exceeded} when worker_count * class_count does not fit 32 bits.
  LabelStore finish(std::size_t item_count, std::size_t worker_count, std::size_t class_count,
                    const std::vector<ClassIndex>& class_order = {}, Duplicates duplicates = Duplicates::all,
                    DuplicateCounts* counts = nullptr);
  /// The same on many threads.
  LabelStore finish(std::size_t item_count, std::size_t worker_count, std::size_t class_count,
                    const std::vector<ClassIndex>& class_order, Duplicates duplicates, DuplicateCounts* counts,
                    ThreadPool& threads);

 private:
  void add_one(ItemIndex item, WorkerIndex worker, ClassIndex label, const Columns& columns);
  void add_columns(const Columns& columns, std::size_t count);
  [[nodiscard]] bool has_columns() const { return has_weights_ || has_times_ || has_seconds_; }
  [[nodiscard]] std::vector<std::uint64_t> offsets_of_runs(std::size_t item_count) const;
  std::vector<std::uint64_t> sort_by_item(std::size_t item_count, ThreadPool& threads);
  void widen();
  void materialize_items();
  [[nodiscard]] std::uint64_t packed_at(std::uint64_t i) const;

  // (worker << 10 | label) while both fit; else wide_ holds worker << 16 | label.
  std::vector<std::uint32_t> packed_;
  std::vector<std::uint64_t> wide_;
  bool is_wide_ = false;
  // While items arrive in order only the length of each run is kept; item_of_ replaces it at the first step back.
  std::vector<std::uint64_t> run_ends_;
  std::vector<ItemIndex> run_items_;
  std::vector<ItemIndex> item_of_;
  bool in_order_ = true;
  bool has_weights_ = false, has_times_ = false, has_seconds_ = false;
  std::vector<float> weights_;
  std::vector<double> times_;
  std::vector<float> seconds_;
};

}  // namespace assay
