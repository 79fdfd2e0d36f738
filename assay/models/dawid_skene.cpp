#include "assay/models/dawid_skene.h"

#include <cmath>
#include <utility>

#include "assay/base/numerics.h"
#include "assay/models/log_sum.h"
#include "assay/models/read_off.h"

namespace assay::models {

double update_prior(const Problem& problem, const std::vector<double>& class_counts, double pseudo_count,
                    std::vector<double>& prior) {
  if (problem.prior_mode == PriorMode::fixed) {
    prior = problem.prior;
    return 0;
  }
  prior = class_counts;
  for (double& p : prior) p += pseudo_count;
  normalize(prior);
  double penalty = 0;
  for (const double p : prior) penalty += pseudo_count > 0 ? pseudo_count * std::log(p) : 0;
  return penalty;
}

double DawidSkeneStep::maximize_workers(const Confusions& counts, std::size_t begin, std::size_t end,
                                        Confusions& table) const {
  const std::size_t k = counts.class_count();
  double penalty = 0;
  const bool has_worker_priors = !problem_.worker_priors.empty();
  std::vector<double> totals(k);
  LogSum logs;  // where every cell has the same pseudo-count
  for (std::size_t w = begin; w < end; ++w) {
    const auto n = counts.worker(w);
    const auto out = table.worker(w);
    std::fill(totals.begin(), totals.end(), 0.0);
    for (std::size_t i = 0; i < k * k; ++i) {
      out[i] = n[i] + pseudo_count_ + (has_worker_priors ? problem_.worker_priors.worker(w)[i] : 0);
      totals[i % k] += out[i];
    }
    // A class that the worker never met, without pseudo-counts, says nothing: its row is uniform.
    for (std::size_t i = 0; i < k * k; ++i) {
      const double total = totals[i % k];
      out[i] = total > 0 ? out[i] / total : 1.0 / static_cast<double>(k);
      if (has_worker_priors) {
        const double prior_count = pseudo_count_ + problem_.worker_priors.worker(w)[i];
        if (prior_count > 0) penalty += prior_count * std::log(out[i]);
      } else if (pseudo_count_ > 0) {
        logs.add(out[i]);
      }
    }
  }
  return penalty + pseudo_count_ * logs.value();
}

Estimate to_estimate(EmFit fit, const LabelPass& pass, std::string_view objective_name) {
  Estimate out;
  out.posterior = std::move(fit.posterior);
  out.prior = fit.factors.prior;
  normalize(out.prior);
  out.confusion = std::move(fit.factors.table);
  out.counts = std::move(fit.counts.labels);
  out.summary.termination = fit.termination;
  out.summary.iterations = fit.iterations;
  out.summary.objective = std::move(fit.objective);
  out.summary.objective_name = objective_name;
  out.summary.notes = gold_notes(pass);
  return out;
}

BlockEstimate to_block_estimate(EmFit fit, const LabelPass& pass, std::string_view objective_name) {
  ChunkPosterior posterior = pass.posteriors_by(fit.factors);
  return {to_estimate(std::move(fit), pass, objective_name), std::move(posterior)};
}

const OptionTable<DawidSkeneOptions>& dawid_skene_options() {
  static const auto table = [] {
    OptionTable<DawidSkeneOptions> t;
    t.number("pseudo_count", &DawidSkeneOptions::pseudo_count, 0, 1e6, "labels",
             "added to every cell of every confusion matrix; 0 gives the estimates of the 1979 paper");
    t.number("prior_pseudo_count", &DawidSkeneOptions::prior_pseudo_count, 0, 1e9, "items", "added to every class");
    add_em_fields(t);
    return t;
  }();
  return table;
}

namespace {

class DawidSkene final : public Aggregator {
 public:
  explicit DawidSkene(const DawidSkeneOptions& options) : options_(options) {}
  std::string_view name() const override { return "dawid_skene"; }
  OptionValues options() const override { return dawid_skene_options().values(options_); }
  Estimate fit(const Problem& problem, const Context& context) const override {
    LabelPass pass(problem, context);
    return to_estimate(climb(pass, context), pass, objective_name());
  }
  BlockEstimate fit_blocks(const Problem& problem, const LabelSource& labels, const Context& context) const override {
    LabelPass pass(problem, labels, context);
    return to_block_estimate(climb(pass, context), pass, objective_name());
  }

 private:
  [[nodiscard]] EmFit climb(LabelPass& pass, const Context& context) const {
    const DawidSkeneStep m_step(pass.problem(), options_.pseudo_count, options_.prior_pseudo_count);
    return run_em(pass, m_step, pass.votes(), options_, context);
  }
  [[nodiscard]] std::string_view objective_name() const {
    return options_.pseudo_count > 0 || options_.prior_pseudo_count > 0 ? "log posterior" : "log likelihood";
  }

  DawidSkeneOptions options_;
};

}  // namespace

std::unique_ptr<Aggregator> make_dawid_skene(const DawidSkeneOptions& options) {
  return std::make_unique<DawidSkene>(options);
}

ModelInfo dawid_skene_info() {
  ModelInfo info;
  info.name = "dawid_skene";
  info.meaning = "a confusion matrix for every worker, by maximum a posteriori EM";
  info.citation =
      "Dawid and Skene 1979, Maximum likelihood estimation of observer error-rates using the EM algorithm, "
      "Applied Statistics 28(1)";
  info.iterative = true;
  info.confusion = true;
  info.streams = true;
  info.resumes = true;
  info.options = dawid_skene_options().infos();
  info.make = [](const OptionValues& values) {
    return make_dawid_skene(make_options(dawid_skene_options(), values, "dawid_skene"));
  };
  return info;
}

}  // namespace assay::models
