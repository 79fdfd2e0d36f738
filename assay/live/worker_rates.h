#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "assay/core/confusions.h"
#include "assay/live/snapshot_bytes.h"
#include "assay/live/soft_units.h"

namespace assay::live {

/// The workers' soft counts n[w][t][g] and the error rates that follow from them. W workers, K classes.
///
///   at rest     C[w] = C0[w]                                        as the last settling left it
///   awake       C[w][t][g] = (n[w][t][g] + lean[w][t][g]) / sum_g (...)
///               lean = max(0, (N0[t] + m) C0[t][g] - n0[t][g]),     n0, N0 = sum_g n0: the counts when he woke
///
/// So a worker goes on from the settled matrix C0, which weighs as many labels as it was made from plus m, and each
/// label after it weighs one. A new worker has C0 = the crowd's rows and no counts: m labels of an average worker.
/// Memory 16 bytes x W K (K + 1).
class WorkerRates {
 public:
  /// m = `lean_labels` > 0. The crowd's first rows are halfway between chance and perfect.
  WorkerRates(std::size_t class_count, double lean_labels);

  [[nodiscard]] std::size_t worker_count() const { return awake_.size(); }
  /// Adds workers at rest with the crowd's rows.
  void grow(std::size_t worker_count);
  /// Everybody at rest with these matrices, all counts 0 (the caller counts anew, then calls `learn_crowd`).
  void settle(const Confusions& confusion);
  /// The crowd's rows become those of all counts together, one label of the first rows added.
  void learn_crowd();

  /// Must precede a change of the worker's counts.
  void wake(std::size_t worker);
  /// Adds `change` (K units over true classes) to the counts of row number worker * K + given.
  void shift(std::size_t worker, std::uint32_t row, const Units* change) {
    Units* n = counts_.data() + std::size_t{row} * class_count_;
    Units* totals = totals_.data() + worker * class_count_;
    for (std::size_t t = 0; t < class_count_; ++t) {
      n[t] += change[t];
      totals[t] += change[t];
    }
  }
  /// Multiplies `p` by C[w][t][given] over t, the label's own part `own` left out of the counts. The worker is awake.
  void multiply(std::size_t worker, std::uint32_t row, const Units* own, double* p) const {
    const Units* n = counts_.data() + std::size_t{row} * class_count_;
    const double* lean = base_.data() + std::size_t{row} * class_count_;
    const Units* totals = totals_.data() + worker * class_count_;
    const double* lean_totals = lean_totals_.data() + worker * class_count_;
    for (std::size_t t = 0; t < class_count_; ++t) {
      const double given = static_cast<double>(n[t] - own[t]) * kLabelsPerUnit + lean[t];
      const double all = static_cast<double>(totals[t] - own[t]) * kLabelsPerUnit + lean_totals[t];
      p[t] *= bounded(given / all);
    }
  }
  /// Fills `out` with the worker's C, K^2 numbers [given][true].
  void confusion(std::size_t worker, std::span<double> out) const;
  /// Soft counts in labels, K^2 numbers [given][true].
  void counts(std::size_t worker, std::span<double> out) const;
  /// How many labels the worker has given.
  [[nodiscard]] std::uint64_t label_count(std::size_t worker) const;

  void write(SnapshotWriter& out) const;
  /// Counts are not in a snapshot: they are 0 after it. Throws Error{bad_input} for what no writer writes.
  static WorkerRates read(SnapshotReader& in, std::size_t class_count, double lean_labels);

 private:
  void sum_lean(std::size_t worker);
  // Not under that of models::LabelPass, which is also what 0/0 gives: a class that nobody can have met.
  static double bounded(double rate) { return rate > 1e-30 ? (rate < 1 ? rate : 1) : 1e-30; }

  std::size_t class_count_;
  double lean_labels_;
  std::vector<Units> counts_;        // [worker][given][true]
  std::vector<Units> totals_;        // [worker][true]
  std::vector<double> base_;         // [worker][given][true]: C0 at rest, lean when awake
  std::vector<double> lean_totals_;  // [worker][true]: sum of lean over given, of those awake
  std::vector<std::uint8_t> awake_;
  std::vector<double> crowd_;  // [given][true]
};

/// Fills K^2 numbers [given][true]: right with probability (1 + 1/K) / 2, errors spread evenly.
void fill_first_rows(std::size_t class_count, std::span<double> out);

}  // namespace assay::live
