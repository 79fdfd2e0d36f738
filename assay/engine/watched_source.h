#pragma once

#include <cstdint>
#include <mutex>

#include "assay/base/progress.h"
#include "assay/core/label_source.h"

namespace assay::engine {

/// Passes a source on, says how far each pass over it is, and ends the work when asked to stop.
class WatchedSource final : public LabelSource {
 public:
  /// `progress` and `stop` may be null; all must outlive it.
  WatchedSource(const LabelSource& labels, Progress* progress, const StopFlag* stop)
      : labels_(labels), progress_(progress), stop_(stop) {}

  [[nodiscard]] const LabelShape& shape() const override { return labels_.shape(); }
  [[nodiscard]] std::size_t block_count() const override { return labels_.block_count(); }
  [[nodiscard]] ItemIndex first_item(std::size_t block) const override { return labels_.first_item(block); }
  [[nodiscard]] std::uint64_t labels_before(std::size_t block) const override { return labels_.labels_before(block); }
  /// Throws Error{interrupted} when asked to stop.
  [[nodiscard]] LabelChunk chunk(std::size_t block, LabelStore& room) const override;

  /// What the passes from now on are for, as the progress shows it.
  void begin(std::string_view what);

 private:
  const LabelSource& labels_;
  Progress* progress_;
  const StopFlag* stop_;
  mutable std::mutex mutex_;
  mutable std::uint64_t labels_read_ = 0;
  std::string_view what_ = "fitting";
};

}  // namespace assay::engine
