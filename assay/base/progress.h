#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

namespace assay {

/// Where long work reports how far it is. Algorithms never print: the caller passes one of these in.
class Progress {
 public:
  virtual ~Progress() = default;
  /// `done` of `total` units of `what` ("reading", "fitting"); total 0 means unknown. Called from one thread at a time.
  virtual void update(std::string_view what, std::uint64_t done, std::uint64_t total) = 0;
};

/// Set from a signal handler or another thread to ask long work to end early and cleanly.
using StopFlag = std::atomic<bool>;

}  // namespace assay
