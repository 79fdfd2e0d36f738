#include "assay/core/label_store.h"

#include <utility>

#include "assay/base/check.h"

namespace assay {

LabelStore::LabelStore(std::size_t worker_count, std::size_t class_count, LabelColumns columns)
    : worker_count_(worker_count),
      class_count_(class_count),
      offsets_(std::move(columns.offsets)),
      entries_(std::move(columns.entries)),
      weights_(std::move(columns.weights)),
      times_(std::move(columns.times)),
      seconds_(std::move(columns.seconds)) {
  ASSAY_ASSERT(offsets_.empty() ? entries_.empty() : offsets_.back() == entries_.size());
}

LabelColumns LabelStore::release() {
  LabelColumns out{std::move(offsets_), std::move(entries_), std::move(weights_), std::move(times_),
                   std::move(seconds_)};
  *this = LabelStore();
  return out;
}

std::vector<std::uint64_t> LabelStore::worker_label_counts() const {
  std::vector<std::uint64_t> counts(worker_count_);
  for (const auto row : entries_) ++counts[worker_of(row)];
  return counts;
}

std::vector<std::uint64_t> LabelStore::class_label_counts() const {
  std::vector<std::uint64_t> counts(class_count_);
  for (const auto row : entries_) ++counts[label_of(row)];
  return counts;
}

}  // namespace assay
