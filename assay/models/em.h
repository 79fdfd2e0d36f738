#pragma once

#include <cstdint>
#include <vector>

#include "assay/base/options.h"
#include "assay/models/label_pass.h"

namespace assay::models {

/// When an EM fit ends. A model's options derive from it and add `em_fields` to their table.
struct EmOptions {
  /// Converged when a pass raises the objective by at most tolerance x (1 + |objective|).
  double tolerance = 1e-7;
  /// Passes over the labels, rejected extrapolations included.
  std::uint64_t max_iterations = 1000;
  /// Extrapolate (SQUAREM); the objective still never falls.
  bool accelerate = true;
};

/// Adds the fields of EmOptions to the table of an options struct derived from it; a model with a way of its own to
/// accelerate says which.
template <typename S>
void add_em_fields(OptionTable<S>& table,
                   const char* accelerate = "extrapolate between passes (SQUAREM); the objective still never falls") {
  table.number("tolerance", static_cast<double S::*>(&S::tolerance), 0, 1, "",
               "converged when the objective rises by at most tolerance x (1 + |objective|) in a pass");
  table.integer("max_iterations", static_cast<std::uint64_t S::*>(&S::max_iterations), 1, 1000000, "passes",
                "at most so many passes over the labels");
  table.flag("accelerate", static_cast<bool S::*>(&S::accelerate), accelerate);
}

/// The half of EM in which models differ: what makes the factors for which the objective, given the counts, is largest.
/// Both functions return their part of the objective that does not depend on the labels (log prior of the parameters,
/// minus divergences in variational models), and are functions of the counts alone.
class MStep {
 public:
  virtual ~MStep() = default;
  virtual double maximize_prior(const std::vector<double>& class_counts, std::vector<double>& prior) const = 0;
  /// For the workers [begin, end); `table` has the size of `counts`. Called from many threads.
  virtual double maximize_workers(const Confusions& counts, std::size_t begin, std::size_t end,
                                  Confusions& table) const = 0;
};

/// Makes all factors, and returns the objective's part that does not depend on the labels: the objective is
/// Counts::log_evidence of a pass with these factors + that number.
double maximize(const MStep& m_step, const Counts& counts, ThreadPool& threads, Factors& factors);

/// What an EM fit ends with.
struct EmFit {
  Factors factors;           ///< those of the last pass
  Counts counts;             ///< that the last pass found with them
  Matrix<double> posterior;  ///< of the last pass; empty when the labels are not in memory
  Termination termination = Termination::converged;
  std::uint64_t iterations = 0;
  std::vector<double> objective;  ///< after each pass that was kept, non-decreasing
};

/// Runs EM from the given counts to the end. The state is the counts: a pass maps counts to counts, and SQUAREM
/// (Varadhan and Roland 2008, scheme S3) extrapolates along them, falling back to the plain step whenever the objective
/// would fall.
[[nodiscard]] EmFit run_em(LabelPass& pass, const MStep& m_step, Counts start, const EmOptions& options,
                           const Context& context);

}  // namespace assay::models
