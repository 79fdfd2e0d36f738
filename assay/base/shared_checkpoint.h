#pragma once

#include "assay/base/checkpoint.h"
#include "assay/base/communicator.h"

namespace assay {

/// One checkpoint for all ranks, whose states are equal: rank 0 keeps it, and tells the others what was saved.
class SharedCheckpoint final : public Checkpoint {
 public:
  /// `own` is the checkpoint of rank 0, null on all others; it outlives this.
  SharedCheckpoint(Communicator& ranks, Checkpoint* own) : ranks_(ranks), own_(own) {}

  /// A collective call.
  [[nodiscard]] std::string load() override;
  void save(std::string_view state) override;

 private:
  Communicator& ranks_;
  Checkpoint* own_;
};

}  // namespace assay
