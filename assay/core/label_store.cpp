#include "assay/core/label_store.h"

namespace assay {

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
