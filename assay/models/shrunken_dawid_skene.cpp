#include "assay/models/shrunken_dawid_skene.h"

#include <utility>
#include <vector>

#include "assay/base/numerics.h"
#include "assay/models/pull_state.h"
#include "assay/models/read_off.h"
#include "assay/models/resume.h"

namespace assay::models {
namespace {

void mix(std::span<double> own, std::span<const double> votes, double vote_share) {
  for (std::size_t i = 0; i < own.size(); ++i) own[i] = (1 - vote_share) * own[i] + vote_share * votes[i];
}

class Fit {
 public:
  Fit(LabelPass& pass, const Context& context, const ShrunkenDawidSkeneOptions& options)
      : pass_(pass),
        problem_(pass.problem()),
        context_(context),
        options_(options),
        pulls_(pass),
        votes_(pass.votes()),
        shape_(pass.labels().shape()) {}

  BlockEstimate run() {
    PullState at = begin();
    while (!at.done) {
      at.factors = std::make_shared<const PullFactors>(maximize(at.counts));
      pulls_.run(at.factors, at.counts);
      ++at.passes;
      at.objective.push_back(at.counts.own.log_evidence);
      context_.report("fitting", at.passes, 0);
      decide(at);
      save_state(at, at.done, pass_, context_);
    }
    return finish(std::move(at));
  }

 private:
  [[nodiscard]] std::size_t class_count() const { return shape_.class_count; }

  [[nodiscard]] PullState begin() {
    const std::string saved = context_.checkpoint != nullptr ? context_.checkpoint->load() : "";
    if (saved.empty()) {
      PullState out;
      out.counts = {votes_, Matrix<double>(class_count(), class_count() + 1), 0, 0};
      return out;
    }
    PullState out = pull_state_of(saved, shape_.worker_count, class_count(), options_.pull);
    pulls_.resume_after(out.factors);
    return out;
  }

  // The factors of the next pass, from the last one's counts and the votes.
  [[nodiscard]] PullFactors maximize(PullCounts& counts) const {
    mix(counts.own.labels.values(), votes_.labels.values(), options_.vote_share);
    PullFactors out;
    out.rates = shrunken_rates(counts.own.labels, problem_.worker_priors, shrinkage(), context_.threads);
    if (problem_.prior_mode == PriorMode::fixed) {
      out.prior = problem_.prior;
    } else {
      out.prior = counts.own.classes;
      normalize(out.prior);
    }
    out.shares = shares(counts.shares);
    out.pull = options_.pull;
    return out;
  }

  [[nodiscard]] Shrinkage shrinkage() const { return {options_.strength, options_.crowd_share}; }

  [[nodiscard]] Matrix<double> shares(Matrix<double> items) const {
    const std::size_t k = class_count();
    const double half = options_.pulled_items / 2;
    for (std::size_t t = 0; t < k; ++t) {
      for (std::size_t j = 0; j < k; ++j) {
        const double before = j == t ? half : half / static_cast<double>(k - 1);
        items(t, j) += options_.pull_strength * before;
      }
      items(t, k) += options_.pull_strength * (k > 1 ? 1 - options_.pulled_items : 1 - half);
      normalize(items.row(t));
    }
    return items;
  }

  void decide(PullState& at) const {
    at.done = true;
    if (at.counts.moved <= options_.tolerance * at.counts.labelled_count)
      at.termination = Termination::converged;
    else if (at.passes >= options_.max_iterations)
      at.termination = Termination::max_iterations;
    else if (context_.checkpoint == nullptr && pass_.stopping(context_))
      at.termination = Termination::interrupted;
    else
      at.done = false;
  }

  BlockEstimate finish(PullState at) {
    BlockEstimate out;
    out.posterior = pulls_.posteriors_by(at.factors);
    const bool in_full = pass_.gives_posterior();
    if (in_full) pulls_.describe(at.factors, out.estimate.posterior, out.estimate.item_difficulty);
    Confusions labels = (in_full ? pass_.observe(out.estimate.posterior) : pass_.observe(out.posterior)).labels;
    out.estimate.prior = at.factors->prior;
    out.estimate.confusion = shrunken_rates(labels, problem_.worker_priors, shrinkage(), context_.threads);
    out.estimate.counts = std::move(labels);
    out.estimate.summary.termination = at.termination;
    out.estimate.summary.iterations = at.passes;
    out.estimate.summary.objective = std::move(at.objective);
    out.estimate.summary.objective_name = "log likelihood";
    out.estimate.summary.notes = gold_notes(pass_);
    return out;
  }

  LabelPass& pass_;
  const Problem& problem_;
  const Context& context_;
  const ShrunkenDawidSkeneOptions& options_;
  PullPass pulls_;
  Counts votes_;
  LabelShape shape_;
};

class ShrunkenDawidSkene final : public Aggregator {
 public:
  explicit ShrunkenDawidSkene(const ShrunkenDawidSkeneOptions& options) : options_(options) {}
  std::string_view name() const override { return "shrunken_dawid_skene"; }
  OptionValues options() const override { return shrunken_dawid_skene_options().values(options_); }
  Estimate fit(const Problem& problem, const Context& context) const override {
    LabelPass pass(problem, context);
    return run(pass, context).estimate;
  }
  BlockEstimate fit_blocks(const Problem& problem, const LabelSource& labels, const Context& context) const override {
    LabelPass pass(problem, labels, context);
    return run(pass, context);
  }

 private:
  [[nodiscard]] BlockEstimate run(LabelPass& pass, const Context& context) const {
    BlockEstimate out = fit_shrunken(pass, context, options_);
    collect_items(pass, out.estimate);
    return out;
  }

  ShrunkenDawidSkeneOptions options_;
};

}  // namespace

BlockEstimate fit_shrunken(LabelPass& pass, const Context& context, const ShrunkenDawidSkeneOptions& options) {
  return Fit(pass, context, options).run();
}

void collect_items(const LabelPass& pass, Estimate& estimate) {
  if (!pass.gives_posterior()) return;
  pass.collect(estimate.posterior.values(), pass.labels().shape().class_count);
  pass.collect(estimate.item_difficulty, 1);
}

const OptionTable<ShrunkenDawidSkeneOptions>& shrunken_dawid_skene_options() {
  using Options = ShrunkenDawidSkeneOptions;
  static const auto table = [] {
    OptionTable<Options> t;
    t.number("strength", &Options::strength, 0.01, 1e6, "labels",
             "a row of error rates leans on the crowd and on the worker's own accuracy as if on so many labels");
    t.number("crowd_share", &Options::crowd_share, 0, 1, "",
             "the crowd's part in what rows lean on; the rest is the worker's own accuracy");
    t.number("vote_share", &Options::vote_share, 0, 1, "",
             "the part of the counts that stays with the vote, so that classes keep the meaning of their names");
    t.number("pull", &Options::pull, 0, 0.99, "",
             "a label of an item that pulls its workers to a class is that class with this probability");
    t.number("pulled_items", &Options::pulled_items, 0, 0.9, "",
             "share of items with a pull a priori, half of them to their own class");
    t.number("pull_strength", &Options::pull_strength, 0.01, 1e9, "items", "how many items pulled_items weighs");
    t.number("tolerance", &Options::tolerance, 0, 1, "",
             "converged when a pass changes an item's posterior by at most this on average");
    t.integer("max_iterations", &Options::max_iterations, 1, 1000000, "passes",
              "at most so many passes over the labels");
    return t;
  }();
  return table;
}

std::unique_ptr<Aggregator> make_shrunken_dawid_skene(const ShrunkenDawidSkeneOptions& options) {
  return std::make_unique<ShrunkenDawidSkene>(options);
}

ModelInfo shrunken_dawid_skene_info() {
  ModelInfo info;
  info.name = "shrunken_dawid_skene";
  info.meaning = "confusion matrices that lean on the crowd, misleading and easy items, anchored to the vote";
  info.citation =
      "Dawid and Skene 1979, Applied Statistics 28(1), with shrinkage after Raykar et al. 2010, Learning from "
      "crowds, JMLR 11";
  info.iterative = false;
  info.confusion = true;
  info.streams = true;
  info.resumes = true;
  info.options = shrunken_dawid_skene_options().infos();
  info.make = [](const OptionValues& values) {
    return make_shrunken_dawid_skene(make_options(shrunken_dawid_skene_options(), values, "shrunken_dawid_skene"));
  };
  return info;
}

}  // namespace assay::models
