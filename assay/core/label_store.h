#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "assay/core/ids.h"

namespace assay {

/// One label as an index triple.
struct Label {
  ItemIndex item;
  WorkerIndex worker;
  ClassIndex label;
};

/// What a LabelStore is made of; see its accessors for the meaning of each.
struct LabelColumns {
  std::vector<std::uint64_t> offsets;  ///< items + 1, from 0, never falling, ending at the number of entries
  std::vector<std::uint32_t> entries;
  std::vector<float> weights{};  ///< empty or one an entry; so the others
  std::vector<double> times{};
  std::vector<float> seconds{};
};

/// The labels in compressed rows by item: for item o the entries [offsets[o], offsets[o+1]). An entry is the row number
/// worker * class_count + label, ready to look up a table of [worker][given] rows: 4 bytes a label. Within an item,
/// labels keep their input order. Items without labels have empty rows.
class LabelStore {
 public:
  LabelStore() = default;
  /// Takes columns as they are; the caller has checked them: entries < worker_count x class_count, which fits 32 bits.
  LabelStore(std::size_t worker_count, std::size_t class_count, LabelColumns columns);
  /// Gives the columns back, so that their memory can be filled again; the store is empty then.
  [[nodiscard]] LabelColumns release();

  [[nodiscard]] std::size_t item_count() const { return offsets_.empty() ? 0 : offsets_.size() - 1; }
  [[nodiscard]] std::size_t worker_count() const { return worker_count_; }
  [[nodiscard]] std::size_t class_count() const { return class_count_; }
  [[nodiscard]] std::uint64_t label_count() const { return entries_.size(); }

  /// Row numbers (worker * class_count + label) of the item's labels.
  [[nodiscard]] std::span<const std::uint32_t> rows(ItemIndex item) const {
    return {entries_.data() + offsets_[item], entries_.data() + offsets_[item + 1]};
  }
  [[nodiscard]] std::uint64_t offset(ItemIndex item) const { return offsets_[item]; }
  [[nodiscard]] std::span<const std::uint64_t> offsets() const { return offsets_; }
  [[nodiscard]] std::span<const std::uint32_t> entries() const { return entries_; }
  [[nodiscard]] WorkerIndex worker_of(std::uint32_t row) const {
    return row / static_cast<std::uint32_t>(class_count_);
  }
  [[nodiscard]] ClassIndex label_of(std::uint32_t row) const {
    return static_cast<ClassIndex>(row % static_cast<std::uint32_t>(class_count_));
  }

  /// Weight of each entry (> 0), parallel to entries(); empty when every label weighs 1.
  [[nodiscard]] std::span<const float> weights() const { return weights_; }
  /// Time of each entry (seconds since the epoch, or any increasing number); empty when no times were given.
  [[nodiscard]] std::span<const double> times() const { return times_; }
  /// Work time of each entry in seconds (NaN where unknown); empty when none were given.
  [[nodiscard]] std::span<const float> seconds() const { return seconds_; }

  /// Number of labels of each worker (unweighted).
  [[nodiscard]] std::vector<std::uint64_t> worker_label_counts() const;
  /// Number of labels of each class (unweighted).
  [[nodiscard]] std::vector<std::uint64_t> class_label_counts() const;

 private:
  friend class LabelStoreBuilder;
  std::size_t worker_count_ = 0;
  std::size_t class_count_ = 0;
  std::vector<std::uint64_t> offsets_;
  std::vector<std::uint32_t> entries_;
  std::vector<float> weights_;
  std::vector<double> times_;
  std::vector<float> seconds_;
};

}  // namespace assay
