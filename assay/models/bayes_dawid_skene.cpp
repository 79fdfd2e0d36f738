#include "assay/models/bayes_dawid_skene.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "assay/base/byte_record.h"
#include "assay/base/numerics.h"
#include "assay/models/dawid_skene.h"
#include "assay/models/read_off.h"

namespace assay::models {
namespace {

// Passes between two updates of the population prior, and steps of such an update.
constexpr std::uint64_t kPassesARound = 12;
constexpr int kStepsARound = 20;

/// One entry of a Dirichlet: its part of -KL(Dir(after) || Dir(before)), `log_mean` being E log under `after`.
double divergence_part(double before, double after, double log_mean) {
  return log_gamma(after) - log_gamma(before) - (after - before) * log_mean;
}

class BayesStep final : public MStep {
 public:
  BayesStep(const Problem& problem, const BayesDawidSkeneOptions& options, ThreadPool& threads)
      : problem_(problem),
        options_(options),
        population_{options.strength, options.accuracy, options.workers},
        threads_(threads),
        lambda_(start_of(population_, problem.labels.class_count())) {
    tabulate();
  }

  double maximize_prior(const std::vector<double>& class_counts, std::vector<double>& prior) const override {
    return maximize_classes(class_counts, prior) + log_hyperprior(population_, lambda_);
  }
  double maximize_workers(const Confusions& counts, std::size_t begin, std::size_t end,
                          Confusions& table) const override {
    double penalty = 0;
    for (std::size_t w = begin; w < end; ++w) {
      for (std::size_t t = 0; t < counts.class_count(); ++t) penalty += maximize_row(counts, w, t, table);
    }
    return penalty;
  }

  void learn(const Counts& counts) {
    learn_population(counts.labels, problem_.worker_priors, population_, kStepsARound, threads_, lambda_);
    tabulate();
  }

  /// The population prior, [given][true], as rounds go on from it.
  [[nodiscard]] const std::vector<double>& population() const { return lambda_; }
  void set_population(std::vector<double> lambda) {
    lambda_ = std::move(lambda);
    tabulate();
  }

  /// Posterior means.
  [[nodiscard]] Confusions mean_rows(const Confusions& counts) const {
    const std::size_t k = counts.class_count();
    Confusions out(counts.worker_count(), k);
    for (std::size_t w = 0; w < counts.worker_count(); ++w) {
      for (std::size_t t = 0; t < k; ++t) {
        double total = 0;
        for (std::size_t g = 0; g < k; ++g) total += out.at(w, t, g) = before(w, t, g) + counts.at(w, t, g);
        for (std::size_t g = 0; g < k; ++g) out.at(w, t, g) /= total;
      }
    }
    return out;
  }

  [[nodiscard]] std::vector<double> mean_prior(std::vector<double> class_counts) const {
    if (problem_.prior_mode == PriorMode::fixed) return problem_.prior;
    for (double& n : class_counts) n += options_.prior_pseudo_count;
    normalize(class_counts);
    return class_counts;
  }

 private:
  void tabulate() {
    psi_.clear();
    log_gamma_.clear();
    for (const double v : lambda_) {
      psi_.push_back(digamma(v));
      log_gamma_.push_back(log_gamma(v));
    }
  }

  [[nodiscard]] double before(std::size_t w, std::size_t t, std::size_t g) const {
    const std::size_t k = problem_.labels.class_count();
    return lambda_[g * k + t] + (problem_.worker_priors.empty() ? 0 : problem_.worker_priors.at(w, t, g));
  }

  // Sets the row's factors exp(E log C) and returns -KL of the row.
  double maximize_row(const Confusions& counts, std::size_t w, std::size_t t, Confusions& table) const {
    const std::size_t k = counts.class_count();
    const bool alike = problem_.worker_priors.empty();
    double prior_total = 0;
    double total = 0;
    for (std::size_t g = 0; g < k; ++g) {
      prior_total += before(w, t, g);
      total += before(w, t, g) + counts.at(w, t, g);
    }
    const double psi_total = digamma(total);
    double minus_kl = log_gamma(prior_total) - log_gamma(total);
    for (std::size_t g = 0; g < k; ++g) {
      const std::size_t cell = g * k + t;
      const double n = counts.at(w, t, g);
      const double prior = before(w, t, g);
      // Most cells of most workers are empty: their digamma is that of lambda.
      const double log_mean = (n <= 0 && alike ? psi_[cell] : digamma(prior + n)) - psi_total;
      table.at(w, t, g) = std::exp(log_mean);
      if (n > 0) minus_kl += log_gamma(prior + n) - (alike ? log_gamma_[cell] : log_gamma(prior)) - n * log_mean;
    }
    return minus_kl;
  }

  double maximize_classes(const std::vector<double>& class_counts, std::vector<double>& prior) const {
    if (problem_.prior_mode == PriorMode::fixed) {
      prior = problem_.prior;
      return 0;
    }
    const std::size_t k = class_counts.size();
    const double b = options_.prior_pseudo_count;
    double total = 0;
    for (const double n : class_counts) total += n + b;
    double minus_kl = log_gamma(b * static_cast<double>(k)) - log_gamma(total);
    prior.resize(k);
    for (std::size_t t = 0; t < k; ++t) {
      const double log_mean = digamma(class_counts[t] + b) - digamma(total);
      minus_kl += divergence_part(b, class_counts[t] + b, log_mean);
      prior[t] = std::exp(log_mean);
    }
    return minus_kl;
  }

  const Problem& problem_;
  const BayesDawidSkeneOptions& options_;
  PopulationPrior population_;
  ThreadPool& threads_;
  std::vector<double> lambda_;           // [given][true]
  std::vector<double> psi_, log_gamma_;  // of lambda_
};

/// What the rounds depend on beside the EM of the current one.
struct RoundsState {
  std::vector<double> population;
  std::vector<double> objective;  // of the rounds before
  std::uint64_t passes = 0;       // in them
};

constexpr std::string_view kFirstBytes = "assaybayes";
constexpr std::uint32_t kVersion = 1;

std::string to_bytes(const RoundsState& state, std::string_view em) {
  ByteWriter out(kFirstBytes, kVersion);
  out.u64(state.passes);
  out.numbers(state.population);
  out.numbers(state.objective);
  out.bytes(em);
  return out.finish();
}

// Where EM leaves its state: within that of the rounds.
class RoundCheckpoint final : public Checkpoint {
 public:
  /// Takes the state saved by the run that is to be resumed apart, if there is one.
  RoundCheckpoint(Checkpoint& outer, std::size_t class_count, RoundsState& state) : outer_(outer), state_(state) {
    const std::string saved = outer.load();
    if (saved.empty()) return;
    ByteReader in(saved, kFirstBytes, kVersion, "saved state", "a state of this model");
    constexpr double kMost = std::numeric_limits<double>::max();
    state.passes = in.u64();
    state.population.resize(class_count * class_count);
    in.numbers(state.population, 0, kMost, "the crowd's pseudo-counts");
    state.objective = in.numbers(-kMost, kMost, "the objectives");
    em_ = in.rest();
  }
  [[nodiscard]] bool resumes() const { return !em_.empty(); }
  /// The state of EM within the round that was broken off; nothing for later ones.
  std::string load() override { return std::exchange(em_, {}); }
  void save(std::string_view em) override { outer_.save(to_bytes(state_, em)); }

 private:
  Checkpoint& outer_;
  RoundsState& state_;
  std::string em_;
};

/// EM and the population prior in turn until neither gains; the objectives join into one climb.
class Rounds {
 public:
  Rounds(LabelPass& pass, BayesStep& m_step, const BayesDawidSkeneOptions& options, const Context& context)
      : pass_(pass), m_step_(m_step), options_(options), context_(context) {
    if (context.checkpoint == nullptr) return;
    checkpoint_.emplace(*context.checkpoint, pass.labels().shape().class_count, at_);
    context_.checkpoint = &*checkpoint_;
  }

  EmFit run() {
    EmFit fit;
    if (checkpoint_ && checkpoint_->resumes()) {
      m_step_.set_population(at_.population);
      const LabelShape& shape = pass_.labels().shape();
      fit = round(Counts(shape.worker_count, shape.class_count));
    } else {
      fit.counts = pass_.votes();
    }
    while (!done_) {
      m_step_.learn(fit.counts);
      at_.population = m_step_.population();
      fit = round(std::move(fit.counts));
    }
    fit.objective = std::move(at_.objective);
    fit.iterations = at_.passes;
    return fit;
  }

 private:
  EmFit round(Counts start) {
    EmOptions em = options_;
    em.max_iterations = std::min(kPassesARound, options_.max_iterations - at_.passes);
    EmFit fit = run_em(pass_, m_step_, std::move(start), em, context_);
    at_.passes += fit.iterations;
    auto& objective = at_.objective;
    const double before = objective.empty() ? -std::numeric_limits<double>::infinity() : objective.back();
    for (const double value : fit.objective)
      objective.push_back(std::max(value, objective.empty() ? value : objective.back()));
    const double gain = objective.back() - before;
    const bool settled = gain <= 10 * options_.tolerance * (1 + std::abs(objective.back()));
    if (fit.termination == Termination::interrupted) done_ = true;
    if (at_.passes >= options_.max_iterations) done_ = true;
    if (settled) {
      done_ = true;
      fit.termination = Termination::converged;
    }
    return fit;
  }

  LabelPass& pass_;
  BayesStep& m_step_;
  const BayesDawidSkeneOptions& options_;
  Context context_;
  std::optional<RoundCheckpoint> checkpoint_;
  RoundsState at_;
  bool done_ = false;
};

class BayesDawidSkene final : public Aggregator {
 public:
  explicit BayesDawidSkene(const BayesDawidSkeneOptions& options) : options_(options) {}
  std::string_view name() const override { return "bayes_dawid_skene"; }
  OptionValues options() const override { return bayes_dawid_skene_options().values(options_); }

  Estimate fit(const Problem& problem, const Context& context) const override {
    LabelPass pass(problem, context);
    BlockEstimate out = estimate(pass, context);
    fill_unlabelled(pass, out.estimate.prior, out.estimate.posterior);
    return std::move(out.estimate);
  }
  BlockEstimate fit_blocks(const Problem& problem, const LabelSource& labels, const Context& context) const override {
    LabelPass pass(problem, labels, context);
    return estimate(pass, context);
  }

 private:
  [[nodiscard]] BlockEstimate estimate(LabelPass& pass, const Context& context) const {
    const Problem& problem = pass.problem();
    BayesStep m_step(problem, options_, context.threads);
    EmFit fit = Rounds(pass, m_step, options_, context).run();
    std::vector<double> prior = m_step.mean_prior(fit.counts.classes);
    Confusions rows = m_step.mean_rows(fit.counts.labels);
    BlockEstimate out = to_block_estimate(std::move(fit), pass, "evidence lower bound");
    out.estimate.prior = std::move(prior);
    out.estimate.confusion = std::move(rows);
    out.posterior = with_unlabelled(problem, std::move(out.posterior), out.estimate.prior);
    return out;
  }

  BayesDawidSkeneOptions options_;
};

}  // namespace

const OptionTable<BayesDawidSkeneOptions>& bayes_dawid_skene_options() {
  static const auto table = [] {
    OptionTable<BayesDawidSkeneOptions> t;
    t.number("strength", &BayesDawidSkeneOptions::strength, 1e-3, 1e6, "labels",
             "labels a class that the crowd's prior row starts with");
    t.number("accuracy", &BayesDawidSkeneOptions::accuracy, 1e-3, 0.999, "",
             "share of right labels that the crowd's prior row starts with");
    t.number("workers", &BayesDawidSkeneOptions::workers, 1e-3, 1e9, "workers",
             "how many workers that start is worth when the crowd's row is learnt; large values keep it as it is");
    t.number("prior_pseudo_count", &BayesDawidSkeneOptions::prior_pseudo_count, 1e-3, 1e9, "items",
             "added to every class");
    add_em_fields(t);
    return t;
  }();
  return table;
}

std::unique_ptr<Aggregator> make_bayes_dawid_skene(const BayesDawidSkeneOptions& options) {
  return std::make_unique<BayesDawidSkene>(options);
}

ModelInfo bayes_dawid_skene_info() {
  ModelInfo info;
  info.name = "bayes_dawid_skene";
  info.meaning = "Dawid-Skene by variational Bayes, with a prior on confusion rows that the whole crowd teaches";
  info.citation = "Kim and Ghahramani 2012, Bayesian classifier combination, AISTATS";
  info.iterative = true;
  info.confusion = true;
  info.streams = true;
  info.resumes = true;
  info.options = bayes_dawid_skene_options().infos();
  info.make = [](const OptionValues& values) {
    return make_bayes_dawid_skene(make_options(bayes_dawid_skene_options(), values, "bayes_dawid_skene"));
  };
  return info;
}

}  // namespace assay::models
