#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "assay/base/threads.h"
#include "assay/quality/expected_cost.h"
#include "assay/quality/suspicion.h"
#include "assay/quality/worker_quality.h"

namespace assay::quality {

/// Running mean and variance (Welford).
class Moments {
 public:
  void add(double x) {
    count_ += 1;
    const double step = x - mean_;
    mean_ += step / count_;
    squares_ += step * (x - mean_);
  }
  [[nodiscard]] double mean() const { return mean_; }
  /// Scaled up a little: of a few dozen values that depend on each other the variance comes out too small.
  [[nodiscard]] double variance() const { return count_ > 1 ? squares_ / (count_ - 1) * (1 + 4 / count_) : 0; }

 private:
  double count_ = 0;
  double mean_ = 0;
  double squares_ = 0;
};

/// What draws of one worker's confusion matrix say of his quality.
struct DrawnQuality {
  Moments quality_expected, quality_minimum;
  Moments accuracy;
  Moments expected_cost, minimum_cost;

  /// `matrix` is [given][true], K^2.
  void add(const QualityFormula& formula, std::span<const float> matrix);
};

struct FlagProblem {
  Evidence evidence;
  const Confusions& confusion;  ///< the error rates of the table of workers
  std::span<const double> prior;
  double level;                       ///< of a kind of flag over all workers
  std::uint64_t most_copying_labels;  ///< copying is looked for among so many, from blocks evenly spaced over all
};

/// Sets the flags of every worker; his qualities and intervals are already there. What makes somebody suspect stands in
/// docs/quality.md; he is flagged when the others' testimony (suspicion.h) says so as well. Where a worker's labels may
/// well not depend on the truth, his quality intervals are made to reach down to 0. Returns what a reader must know,
/// one sentence each.
[[nodiscard]] std::vector<std::string> set_flags(const FlagProblem& problem, ThreadPool& threads,
                                                 std::vector<WorkerQuality>& workers);

}  // namespace assay::quality
