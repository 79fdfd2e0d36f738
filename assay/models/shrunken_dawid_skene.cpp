#include "assay/models/shrunken_dawid_skene.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "assay/base/numerics.h"
#include "assay/models/majority_vote.h"
#include "assay/models/pull_pass.h"
#include "assay/models/read_off.h"

namespace assay::models {
namespace {

void mix(std::span<double> own, std::span<const double> votes, double vote_share) {
  for (std::size_t i = 0; i < own.size(); ++i) own[i] = (1 - vote_share) * own[i] + vote_share * votes[i];
}

class Fit {
 public:
  Fit(const Problem& problem, const Context& context, const ShrunkenDawidSkeneOptions& options)
      : problem_(problem),
        context_(context),
        options_(options),
        pass_(problem, context.threads),
        pulls_(pass_, context.threads),
        votes_(pass_.votes()),
        posterior_(vote_shares(pass_, {}, context.threads)),
        misled_(problem.labels.item_count()) {
    for (ItemIndex item = 0; item < problem.labels.item_count(); ++item) {
      labelled_ += problem.labels.rows(item).empty() ? 0 : 1;
    }
  }

  Estimate run() {
    PullCounts counts{votes_, Matrix<double>(class_count(), class_count() + 1), 0};
    while (!done_) {
      maximize(counts);
      pulls_.run(factors_, posterior_, misled_, counts);
      ++iterations_;
      objective_.push_back(counts.own.log_evidence);
      context_.report("fitting", iterations_, 0);
      decide(counts.moved);
    }
    return finish();
  }

 private:
  [[nodiscard]] std::size_t class_count() const { return problem_.labels.class_count(); }

  // Mixes the votes into `counts` and makes the factors of the next pass.
  void maximize(PullCounts& counts) {
    mix(counts.own.labels.values(), votes_.labels.values(), options_.vote_share);
    factors_.rates = shrunken_rates(counts.own.labels, problem_.worker_priors,
                                    {options_.strength, options_.crowd_share}, context_.threads);
    if (problem_.prior_mode == PriorMode::fixed) {
      factors_.prior = problem_.prior;
    } else {
      factors_.prior = counts.own.classes;
      normalize(factors_.prior);
    }
    factors_.shares = shares(counts.shares);
    factors_.pull = options_.pull;
  }

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

  void decide(double moved) {
    const bool still = moved <= options_.tolerance * static_cast<double>(labelled_);
    done_ = true;
    if (still)
      termination_ = Termination::converged;
    else if (context_.stopping())
      termination_ = Termination::interrupted;
    else if (iterations_ >= options_.max_iterations)
      termination_ = Termination::max_iterations;
    else
      done_ = false;
  }

  Estimate finish() {
    Estimate out;
    Confusions labels = pass_.observe(posterior_).labels;
    out.prior = factors_.prior;
    fill_unlabelled(pass_, out.prior, posterior_);
    for (ItemIndex item = 0; item < problem_.labels.item_count(); ++item) {
      if (problem_.has_gold(item)) posterior_(item, problem_.gold[item]) = 1;
    }
    out.posterior = std::move(posterior_);
    out.confusion =
        shrunken_rates(labels, problem_.worker_priors, {options_.strength, options_.crowd_share}, context_.threads);
    out.counts = std::move(labels);
    out.item_difficulty = std::move(misled_);
    out.summary.termination = termination_;
    out.summary.iterations = iterations_;
    out.summary.objective = std::move(objective_);
    out.summary.objective_name = "log likelihood";
    out.summary.notes = gold_notes(pass_);
    return out;
  }

  const Problem& problem_;
  const Context& context_;
  const ShrunkenDawidSkeneOptions& options_;
  LabelPass pass_;
  PullPass pulls_;
  Counts votes_;
  Matrix<double> posterior_;
  std::vector<double> misled_;
  PullFactors factors_;
  std::size_t labelled_ = 0;
  Termination termination_ = Termination::converged;
  std::uint64_t iterations_ = 0;
  std::vector<double> objective_;
  bool done_ = false;
};

class ShrunkenDawidSkene final : public Aggregator {
 public:
  explicit ShrunkenDawidSkene(const ShrunkenDawidSkeneOptions& options) : options_(options) {}
  std::string_view name() const override { return "shrunken_dawid_skene"; }
  OptionValues options() const override { return shrunken_dawid_skene_options().values(options_); }
  Estimate fit(const Problem& problem, const Context& context) const override {
    return Fit(problem, context, options_).run();
  }

 private:
  ShrunkenDawidSkeneOptions options_;
};

}  // namespace

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
  info.options = shrunken_dawid_skene_options().infos();
  info.make = [](const OptionValues& values) {
    return make_shrunken_dawid_skene(make_options(shrunken_dawid_skene_options(), values, "shrunken_dawid_skene"));
  };
  return info;
}

}  // namespace assay::models
