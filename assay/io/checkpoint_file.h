#pragma once

#include <cstdint>
#include <string>

#include "assay/base/checkpoint.h"

namespace assay::io {

/// A checkpoint in a file (docs/formats.md has its bytes), replaced by rename. It carries a fingerprint of the labels
/// and options that it belongs to.
class CheckpointFile final : public Checkpoint {
 public:
  /// Without `resumes` there is nothing to load.
  CheckpointFile(std::string path, std::uint64_t fingerprint, bool resumes)
      : path_(std::move(path)), fingerprint_(fingerprint), resumes_(resumes) {}

  /// Throws Error{unavailable} when the file can't be read, bad_input when it is damaged or of other labels or options.
  [[nodiscard]] std::string load() override;
  void save(std::string_view state) override;

 private:
  std::string path_;
  std::uint64_t fingerprint_;
  bool resumes_;
};

}  // namespace assay::io
