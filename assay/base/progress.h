#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string_view>

namespace assay {

/// Where long work reports how far it is. Algorithms never print: the caller passes one of these in.
class Progress {
 public:
  virtual ~Progress() = default;
  /// `done` of `total` units of `what` ("reading", "fitting"); total 0 means unknown. Called from one thread at a time.
  virtual void update(std::string_view what, std::uint64_t done, std::uint64_t total) = 0;
};

/// Counts pieces of work that many threads do.
class ProgressCount {
 public:
  /// `progress` may be null; it and `what` must outlive this.
  ProgressCount(Progress* progress, std::string_view what, std::uint64_t total)
      : progress_(progress), what_(what), total_(total) {}
  /// One more is done. From any thread.
  void add_one() {
    if (progress_ == nullptr) return;
    const std::lock_guard lock(mutex_);
    progress_->update(what_, ++done_, total_);
  }

 private:
  Progress* progress_;
  std::string_view what_;
  std::uint64_t total_;
  std::uint64_t done_ = 0;
  std::mutex mutex_;
};

/// Set from a signal handler or another thread to ask long work to end early and cleanly.
using StopFlag = std::atomic<bool>;

}  // namespace assay
