#pragma once

#include <memory>

#include "assay/models/em.h"
#include "assay/models/registry.h"

namespace assay::models {

/// Dawid and Skene: every worker has a confusion matrix, labels are independent given the true class; EM finds both.
///
///   C[w][t][g] = Pr(w says g | true t),  prior[t] = Pr(t)
///   E: p_o(t) ~ prior[t] prod_{(w,g) on o} C[w][t][g]                       (gold: p_o(t) = [t = gold])
///   M: C[w][t][g] = (n[w][t][g] + a) / sum_g (n[w][t][g] + a),  n = sum of p_o(t) over w's labels g
///      prior[t]   = (sum_o p_o(t) + b) / sum_t (...), gold left out unless every labelled item is gold
///   objective (never falls): sum_o log sum_t prior[t] prod C + a sum log C + b sum log prior
///
/// a = 0 gives the maximum likelihood estimates of the 1979 paper. Time O(N K) a pass; memory O(W K^2) a block + O(O
/// K). Not for workers with a handful of labels each over many classes (bayes_dawid_skene borrows strength for them).
/// Source: Dawid and Skene 1979, eqs. 2.3-2.5; Dirichlet pseudo-counts as in Wang, Ipeirotis, Provost 2017, Alg. 3.
struct DawidSkeneOptions : EmOptions {
  double pseudo_count = 0.1;        ///< a, added to every cell of a confusion matrix, >= 0
  double prior_pseudo_count = 0.0;  ///< b, added to every class, >= 0
};

/// The class prior of an M-step: fixed, or (counts + pseudo_count) normalised; returns pseudo_count x sum of logs.
double update_prior(const Problem& problem, const std::vector<double>& class_counts, double pseudo_count,
                    std::vector<double>& prior);

/// The M-step above, for models that start from it.
class DawidSkeneStep final : public MStep {
 public:
  DawidSkeneStep(const Problem& problem, double pseudo_count, double prior_pseudo_count)
      : problem_(problem), pseudo_count_(pseudo_count), prior_pseudo_count_(prior_pseudo_count) {}
  double maximize_prior(const std::vector<double>& class_counts, std::vector<double>& prior) const override {
    return update_prior(problem_, class_counts, prior_pseudo_count_, prior);
  }
  double maximize_workers(const Confusions& counts, std::size_t begin, std::size_t end,
                          Confusions& table) const override;

 private:
  const Problem& problem_;
  double pseudo_count_;
  double prior_pseudo_count_;
};

/// Moves an EmFit into the Estimate that every EM model returns; `confusion` is the fit's factor table.
[[nodiscard]] Estimate to_estimate(EmFit fit, const LabelPass& pass, std::string_view objective_name);

/// The same for labels that are not in memory.
[[nodiscard]] BlockEstimate to_block_estimate(EmFit fit, const LabelPass& pass, std::string_view objective_name);

[[nodiscard]] const OptionTable<DawidSkeneOptions>& dawid_skene_options();
[[nodiscard]] std::unique_ptr<Aggregator> make_dawid_skene(const DawidSkeneOptions& options);
[[nodiscard]] ModelInfo dawid_skene_info();

}  // namespace assay::models
