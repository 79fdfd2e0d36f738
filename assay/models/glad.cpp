#include "assay/models/glad.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "assay/base/numerics.h"
#include "assay/models/ascent.h"
#include "assay/models/class_prior.h"
#include "assay/models/glad_kernel.h"
#include "assay/models/majority_vote.h"
#include "assay/models/read_off.h"

namespace assay::models {
namespace {

// How far one step may go: in log easiness and in log prior, and in x = a e^b for an item of mean easiness.
constexpr double kLargestStep = 1;
constexpr double kLargestStepOfX = 2.5;
// Towards the abilities that the votes imply; each brings them nearer, and none has to be exact.
constexpr int kStartSteps = 20;

double square(double x) { return x * x; }

// Sums over the labels of a block of items.
struct Sums {
  std::vector<double> workers;  // two a worker: slope along the ability, information on it
  std::vector<double> classes;  // K: posteriors
  double objective = 0;
};

/// One fit: the hill whose parameters are [a by worker | b by item | log prior by class, where it is estimated].
class GladFit final : public Hill {
 public:
  GladFit(LabelPass& pass, const GladOptions& options, const Context& context)
      : pass_(pass),
        problem_(pass.problem()),
        options_(options),
        context_(context),
        votes_(pass.votes()),
        class_prior_(problem_, options.class_prior, votes_),
        worker_count_(problem_.labels.worker_count()),
        item_count_(problem_.labels.item_count()),
        posterior_(item_count_, problem_.labels.class_count()) {}

  Estimate run() {
    std::vector<double> x = start();
    std::vector<double> limits(x.size(), kLargestStep);
    std::fill_n(limits.begin(), worker_count_, kLargestStepOfX / std::exp(options_.easiness_mean));
    Ascent ascent = climb(*this, x, limits, options_, context_);
    return finish(x, std::move(ascent));
  }

  double evaluate(std::span<const double> x, std::span<double> slope, std::span<double> curvature) override {
    set_prior(x);
    std::vector<Sums> blocks(pass_.block_count());
    context_.threads.run(blocks.size(), [&](std::size_t b) { evaluate_block(b, x, slope, curvature, blocks[b]); });
    for (std::size_t b = 1; b < blocks.size(); ++b) merge(blocks[b], blocks[0]);
    return blocks[0].objective + add_priors(x, blocks[0], slope, curvature);
  }

 private:
  // Abilities for which as many labels are right as the votes say, were all items of mean easiness.
  [[nodiscard]] std::vector<double> start() {
    std::vector<double> x(worker_count_ + item_count_, options_.easiness_mean);
    const std::size_t k = prior_.size();
    for (std::size_t w = 0; w < worker_count_; ++w) {
      const auto counts = votes_.labels.worker(w);
      double right = 0;
      double all = 0;
      for (std::size_t i = 0; i < counts.size(); ++i) {
        all += counts[i];
        if (i / k == i % k) right += counts[i];
      }
      x[w] = ability_of(right, all);
    }
    if (class_prior_.is_estimated()) {
      class_prior_.update(votes_.classes, prior_);
      for (const double p : prior_) x.push_back(std::log(p));
    }
    votes_ = {};
    return x;
  }

  // The root of e (right - all s(a e)) = (a - mean) / var, by steps that never pass it (Jaakkola and Jordan 2000).
  [[nodiscard]] double ability_of(double right, double all) const {
    const double e = std::exp(options_.easiness_mean);
    const double precision = 1 / square(options_.ability_deviation);
    double a = options_.ability_mean;
    for (int i = 0; i < kStartSteps; ++i) {
      const double x = a * e;
      const double half = 1 / (1 + std::exp(-x)) - 0.5;
      const double bound = std::abs(x) < 1e-6 ? 0.25 : half / x;
      a = (e * (right - all / 2) + precision * options_.ability_mean) / (e * e * all * bound + precision);
    }
    return a;
  }

  // The prior and its logarithm: softmax of the last K parameters, where it is estimated.
  void set_prior(std::span<const double> x) {
    if (class_prior_.is_estimated()) {
      const auto logs = x.last(prior_.size());
      const double largest = *std::max_element(logs.begin(), logs.end());
      for (std::size_t t = 0; t < prior_.size(); ++t) prior_[t] = std::exp(logs[t] - largest);
      normalize(prior_);
    } else {
      class_prior_.update({}, prior_);
    }
    for (std::size_t t = 0; t < prior_.size(); ++t) log_prior_[t] = std::log(std::max(prior_[t], 1e-300));
  }

  void evaluate_block(std::size_t b, std::span<const double> x, std::span<double> slope, std::span<double> curvature,
                      Sums& sums) {
    const LabelStore& labels = problem_.labels;
    sums = {std::vector<double>(2 * worker_count_), std::vector<double>(prior_.size()), 0};
    sums.objective = run_glad_kernel({.offsets = labels.offsets().data(),
                                      .entries = labels.entries().data(),
                                      .weights = labels.weights().empty() ? nullptr : labels.weights().data(),
                                      .gold = problem_.gold.empty() ? nullptr : problem_.gold.data(),
                                      .gold_in_prior = pass_.gold_takes_part_in_prior(),
                                      .begin = pass_.borders()[b],
                                      .end = pass_.borders()[b + 1],
                                      .class_count = prior_.size(),
                                      .log_prior = log_prior_.data(),
                                      .ability = x.data(),
                                      .log_easiness = x.data() + worker_count_,
                                      .easiness_mean = options_.easiness_mean,
                                      .easiness_precision = 1 / square(options_.easiness_deviation),
                                      .posterior = posterior_.values().data(),
                                      .slope = slope.data() + worker_count_,
                                      .curvature = curvature.data() + worker_count_,
                                      .workers = sums.workers.data(),
                                      .classes = sums.classes.data()});
  }

  static void merge(const Sums& block, Sums& to) {
    for (std::size_t i = 0; i < to.workers.size(); ++i) to.workers[i] += block.workers[i];
    for (std::size_t t = 0; t < to.classes.size(); ++t) to.classes[t] += block.classes[t];
    to.objective += block.objective;
  }

  // The priors on abilities and classes: sets their slopes and curvatures, returns their part of the objective.
  double add_priors(std::span<const double> x, const Sums& sums, std::span<double> slope,
                    std::span<double> curvature) const {
    const double precision = 1 / square(options_.ability_deviation);
    double objective = 0;
    for (std::size_t w = 0; w < worker_count_; ++w) {
      const double distance = x[w] - options_.ability_mean;
      slope[w] = sums.workers[2 * w] - precision * distance;
      curvature[w] = sums.workers[2 * w + 1] + precision;
      objective -= 0.5 * precision * square(distance);
    }
    if (!class_prior_.is_estimated()) return objective;
    const std::size_t first = worker_count_ + item_count_;
    double total = 0;
    for (const double n : sums.classes) total += n + ClassPrior::kPseudoCount;
    for (std::size_t t = 0; t < prior_.size(); ++t) {
      slope[first + t] = sums.classes[t] + ClassPrior::kPseudoCount - total * prior_[t];
      curvature[first + t] = total * std::max(prior_[t], 1e-9);
      objective += ClassPrior::kPseudoCount * log_prior_[t];
    }
    return objective;
  }

  Estimate finish(std::span<const double> x, Ascent ascent) {
    for (ItemIndex o = 0; o < item_count_; ++o) {
      if (problem_.has_gold(o) && problem_.labels.rows(o).empty()) posterior_(o, problem_.gold_of(o)) = 1;
    }
    Estimate out = read_off_estimate(std::move(posterior_), pass_);
    out.prior = prior_;
    fill_unlabelled(pass_, out.prior, out.posterior);
    out.worker_score.assign(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(worker_count_));
    out.worker_score_name = "ability";
    for (const double b : x.subspan(worker_count_, item_count_)) out.item_difficulty.push_back(std::exp(-b));
    out.summary.termination = ascent.termination;
    out.summary.iterations = ascent.passes;
    out.summary.objective = std::move(ascent.objective);
    out.summary.objective_name = "log posterior";
    return out;
  }

  LabelPass& pass_;
  const Problem& problem_;
  const GladOptions& options_;
  const Context& context_;
  Counts votes_;
  ClassPrior class_prior_;
  std::size_t worker_count_, item_count_;
  Matrix<double> posterior_;
  std::vector<double> prior_ = std::vector<double>(problem_.labels.class_count());
  std::vector<double> log_prior_ = prior_;
};

class Glad final : public Aggregator {
 public:
  explicit Glad(const GladOptions& options) : options_(options) {}
  std::string_view name() const override { return "glad"; }
  OptionValues options() const override { return glad_options().values(options_); }

  Estimate fit(const Problem& problem, const Context& context) const override {
    LabelPass pass(problem, context.threads);
    // With one class there is nothing to be good at.
    Estimate out = problem.labels.class_count() < 2 ? read_off_estimate(vote_shares(pass, {}, context.threads), pass)
                                                    : GladFit(pass, options_, context).run();
    if (!problem.worker_priors.empty()) out.summary.notes.emplace_back("glad has no use for worker priors");
    return out;
  }

 private:
  GladOptions options_;
};

}  // namespace

const OptionTable<GladOptions>& glad_options() {
  static const auto table = [] {
    OptionTable<GladOptions> t;
    t.choice("class_prior", &GladOptions::class_prior, ClassPrior::choices(),
             "the class prior when none is fixed: uniform, the vote's shares, or estimated");
    t.number("ability_mean", &GladOptions::ability_mean, -100, 100, "", "mean of the prior on a worker's ability");
    t.number("ability_deviation", &GladOptions::ability_deviation, 1e-3, 1e3, "", "standard deviation of that prior");
    t.number("easiness_mean", &GladOptions::easiness_mean, -10, 10, "", "mean of the prior on an item's log easiness");
    t.number("easiness_deviation", &GladOptions::easiness_deviation, 1e-3, 10, "", "standard deviation of that prior");
    add_em_fields(t, "correct each step by what the one before taught (BFGS); the objective never falls either way");
    return t;
  }();
  return table;
}

std::unique_ptr<Aggregator> make_glad(const GladOptions& options) { return std::make_unique<Glad>(options); }

ModelInfo glad_info() {
  ModelInfo info;
  info.name = "glad";
  info.meaning = "an ability for every worker and a difficulty for every item";
  info.citation =
      "Whitehill, Ruvolo, Wu, Bergsma and Movellan 2009, Whose vote should count more: Optimal integration of labels "
      "from labelers of unknown expertise, NIPS";
  info.iterative = true;
  info.confusion = false;
  info.options = glad_options().infos();
  info.make = [](const OptionValues& values) { return make_glad(make_options(glad_options(), values, "glad")); };
  return info;
}

}  // namespace assay::models
