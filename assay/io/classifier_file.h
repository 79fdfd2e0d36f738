#pragma once

#include <string>

#include "assay/learn/saved_classifier.h"

namespace assay::io {

/// Writes a saved classifier at `path`, by rename.
void write_classifier(const std::string& path, const learn::TrainedClassifier& classifier);
/// Throws Error{unavailable} when it can't be read, Error{bad_input} when it is no saved classifier.
[[nodiscard]] learn::TrainedClassifier read_classifier(const std::string& path);

}  // namespace assay::io
