#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "assay/core/ids.h"

namespace assay {

/// The classes in their order (as given by the user, else sorted): ties between equal priors go to the earlier one.
class ClassSet {
 public:
  ClassSet() = default;
  /// Names must be distinct; throws Error{bad_input} naming the first repeated one.
  explicit ClassSet(std::vector<std::string> names);

  [[nodiscard]] std::size_t size() const { return names_.size(); }
  [[nodiscard]] const std::string& name(ClassIndex index) const { return names_[index]; }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] std::optional<ClassIndex> find(std::string_view name) const;

 private:
  std::vector<std::string> names_;
  std::unordered_map<std::string, ClassIndex> index_;
};

}  // namespace assay
