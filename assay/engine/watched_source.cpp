#include "assay/engine/watched_source.h"

#include "assay/base/error.h"

namespace assay::engine {

void WatchedSource::begin(std::string_view what) {
  const std::lock_guard lock(mutex_);
  what_ = what;
  labels_read_ = 0;
}

LabelChunk WatchedSource::chunk(std::size_t block, LabelStore& room) const {
  if (stop_ != nullptr && stop_->load(std::memory_order_relaxed)) throw Error(ErrorCode::interrupted, "interrupted");
  const LabelChunk out = labels_.chunk(block, room);
  if (progress_ == nullptr) return out;
  const std::lock_guard lock(mutex_);
  const std::uint64_t total = shape().label_count;
  labels_read_ += labels_.labels_before(block + 1) - labels_.labels_before(block);
  if (labels_read_ > total) labels_read_ -= total;
  progress_->update(what_, labels_read_, total);
  return out;
}

}  // namespace assay::engine
