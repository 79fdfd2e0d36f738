#pragma once

#include <string>
#include <vector>

#include "assay/models/label_pass.h"

namespace assay::models {

/// Where a model with few parameters a worker takes the class prior from, unless the problem fixes it:
///
///   uniform    1/K
///   votes      (c[t] + 1) / sum, c the counts of the vote shares; stays as it is
///   estimated  (n[t] + 1) / sum, n the class counts of each pass
class ClassPrior {
 public:
  static constexpr double kPseudoCount = 1;
  [[nodiscard]] static std::vector<std::string> choices() { return {"uniform", "votes", "estimated"}; }

  /// `choice` is one of choices(); `votes` are the counts of the vote shares.
  ClassPrior(const Problem& problem, const std::string& choice, const Counts& votes);

  /// Sets `prior` for these counts; returns its part of a log posterior (0 unless estimated).
  double update(const std::vector<double>& class_counts, std::vector<double>& prior) const;

  [[nodiscard]] bool is_estimated() const { return estimated_; }

 private:
  bool estimated_ = false;
  std::vector<double> fixed_;
};

}  // namespace assay::models
