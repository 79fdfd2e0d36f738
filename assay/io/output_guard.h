#pragma once

#include <string>
#include <vector>

namespace assay::io {

/// Sees to it, before any work is done, that a run's outputs replace neither its inputs nor each other.
class OutputGuard {
 public:
  /// `inputs`: files, folders and other words given as input; those that are not there, "-" and empty ones count as
  /// nothing, and a folder stands for the tables right in it (.csv, .jsonl, .parquet, .json).
  explicit OutputGuard(const std::vector<std::string>& inputs);

  /// An output at `path`, asked for by `option`. Throws Error{bad_input} when that is one of the inputs under whatever
  /// name, an output added before, or something that is not a file: a folder, a device, a pipe.
  void add(const std::string& path, const std::string& option);

 private:
  std::vector<std::string> inputs_;
  std::vector<std::string> outputs_;
};

/// Where a file written to `path` comes to stand: behind a symbolic link it is what the link points to. Throws
/// Error{bad_input} at `option` (at the path when empty) when something that is not a file is there.
[[nodiscard]] std::string output_target(const std::string& path, const std::string& option = "");

}  // namespace assay::io
