#pragma once

#include <string>
#include <string_view>

namespace assay {

/// Where long work leaves its state, to go on from there after it was stopped or killed. Algorithms decide what the
/// bytes mean; the caller decides where they are kept, and that they belong to the same work.
class Checkpoint {
 public:
  virtual ~Checkpoint() = default;
  /// The last state saved by the run that is to be resumed; empty when there is none.
  [[nodiscard]] virtual std::string load() = 0;
  /// Replaces what was saved before, all at once. Throws Error{unavailable}.
  virtual void save(std::string_view state) = 0;
};

}  // namespace assay
