#pragma once

#include <memory>
#include <string>

#include "assay/models/em.h"
#include "assay/models/registry.h"

namespace assay::models {

/// Multi-annotator competence estimation: for each label a worker either knows the class or "spams", that is answers
/// from a habit of her own whatever the item is. Lazy and careless workers are caught with K numbers each.
///
///   Pr(w says g | true t) = v_w [g = t] + u_w[g],   v_w + sum_g u_w[g] = 1   (u = spamming rate x habit, v =
///   competence) M: v_w, u_w maximise  sum_tg n[w][t][g] log Pr + a log v + a sum_g log u[g]   (concave: mace_step.h
///   solves it exactly) E, gold and worker priors (added to n) as in dawid_skene.h, class prior by ClassPrior objective
///   (never falls): sum_o log sum_t prior[t] prod Pr + the terms with a, worker priors included
///
/// method variational puts Beta(.5, .5) on the spamming rate and Dirichlet(10) on the habit, as the authors' program
/// does, and climbs the evidence lower bound. `restarts` beyond the first begin at random competences (a stream of the
/// seed each); the best objective wins. Sums don't depend on the order of rows. worker_score v_w ("competence"). Time
/// O(N K) a pass. Not for workers whose errors depend on the true class. Source: Hovy, Berg-Kirkpatrick, Vaswani and
/// Hovy 2013, NAACL-HLT.
struct MaceOptions : EmOptions {
  std::string method = "map";           ///< or "variational"
  std::string class_prior = "uniform";  ///< see ClassPrior
  double pseudo_count = 0.1;            ///< a, labels, >= 0; method map
  std::uint64_t restarts = 1;           ///< fits from different starts, >= 1
};

[[nodiscard]] const OptionTable<MaceOptions>& mace_options();
[[nodiscard]] std::unique_ptr<Aggregator> make_mace(const MaceOptions& options);
[[nodiscard]] ModelInfo mace_info();

}  // namespace assay::models
