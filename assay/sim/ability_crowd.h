#pragma once

#include <cstdint>
#include <vector>

#include "assay/base/matrix.h"
#include "assay/base/options.h"
#include "assay/base/random.h"
#include "assay/core/ids.h"

namespace assay::sim {

/// The crowd of Wang, Ipeirotis and Provost 2017 (Cost-effective quality assurance in crowd labeling, Information
/// Systems Research 28(1)), which labels on demand, so that strategies can choose who labels what.
struct AbilityCrowdOptions {
  std::uint64_t items = 1000;
  std::uint64_t workers = 200;
  std::uint64_t labels_per_worker = 50;
  std::uint64_t steps_per_worker = 10;  ///< a new worker comes every so many steps
  double ability_mean = 1;
  double ability_deviation = 1;
  double easiness_deviation = 1;
};

/// Two equally common classes; item o is easy by b_o = e^N(0, easiness_deviation^2), worker w able by a_wt ~ N(mean,
/// deviation^2) for each class t, and right with probability 1 / (1 + e^(-a_wt b_o)).
class AbilityCrowd {
 public:
  AbilityCrowd(const AbilityCrowdOptions& options, std::uint64_t seed);

  [[nodiscard]] const AbilityCrowdOptions& options() const { return options_; }
  [[nodiscard]] const std::vector<ClassIndex>& truth() const { return truth_; }
  [[nodiscard]] double right_probability(WorkerIndex worker, ItemIndex item) const;
  /// The worker's label on the item; the same whenever it is asked for.
  [[nodiscard]] ClassIndex label(WorkerIndex worker, ItemIndex item) const;

 private:
  AbilityCrowdOptions options_;
  std::uint64_t seed_;
  std::vector<ClassIndex> truth_;
  std::vector<double> easiness_;
  Matrix<double> ability_;  // W x 2
};

}  // namespace assay::sim
