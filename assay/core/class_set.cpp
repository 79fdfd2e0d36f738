#include "assay/core/class_set.h"

#include <utility>

#include "assay/base/error.h"

namespace assay {

ClassSet::ClassSet(std::vector<std::string> names) : names_(std::move(names)) {
  if (names_.size() >= kNoClass)
    throw bad_input("found " + std::to_string(names_.size()) + " classes, at most 65534 are allowed");
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (!index_.emplace(names_[i], static_cast<ClassIndex>(i)).second) {
      throw bad_input("class \"" + names_[i] + "\" is given twice");
    }
  }
}

std::optional<ClassIndex> ClassSet::find(std::string_view name) const {
  const auto found = index_.find(std::string(name));
  if (found == index_.end()) return std::nullopt;
  return found->second;
}

}  // namespace assay
