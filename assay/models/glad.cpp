#include "assay/models/glad.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "assay/models/class_prior.h"
#include "assay/models/glad_item.h"
#include "assay/models/majority_vote.h"
#include "assay/models/read_off.h"

namespace assay::models {
namespace {

// What a pass maps to its successor.
struct State {
  std::vector<double> ability;       // W
  std::vector<double> log_easiness;  // O
  std::vector<double> prior;         // K
  double prior_penalty = 0;
};

// Sums over the labels of a block of items.
struct Sums {
  std::vector<double> evidence;   // W: sum of weight e^b (p - 1/2)
  std::vector<double> precision;  // W: sum of weight e^2b (s - 1/2)/x
  std::vector<double> classes;    // K
  double objective = 0;
};

double half_slope(double x, double s) { return std::abs(x) < 1e-6 ? 0.25 : (s - 0.5) / x; }

/// One fit: passes, and when to stop.
class GladFit {
 public:
  GladFit(LabelPass& pass, const GladOptions& options, const Context& context)
      : pass_(pass),
        problem_(pass.problem()),
        options_(options),
        context_(context),
        class_prior_(problem_, options.class_prior, pass.votes()),
        posterior_(problem_.labels.item_count(), problem_.labels.class_count()) {}

  Estimate run() {
    State state = start();
    State s1, s2;
    while (!done_) {
      s1 = step(state);
      if (done_ || !options_.accelerate) {
        state = std::move(s1);
        continue;
      }
      s2 = step(s1);
      if (done_ || !leap(state, s1, s2)) state = std::move(s2);
    }
    return finish(state);
  }

 private:
  [[nodiscard]] State start() const {
    State state;
    state.ability.assign(problem_.labels.worker_count(), options_.ability_mean);
    state.log_easiness.assign(problem_.labels.item_count(), options_.easiness_mean);
    const std::size_t k = problem_.labels.class_count();
    state.prior_penalty = class_prior_.update(std::vector<double>(k, 1.0), state.prior);
    return state;
  }

  // A pass; records the objective. The easiness of `from` is brought up to date in place.
  State step(State& from) {
    const double objective = climb(from);
    const double gain = objective - best_;
    accept(objective);
    if (gain <= options_.tolerance * (1 + std::abs(objective)))
      stop(Termination::converged);
    else if (context_.stopping())
      stop(Termination::interrupted);
    return next(from);
  }

  // Tries s0 + 2 a r + a^2 v (SQUAREM); on success s0 is the state after a pass from there.
  bool leap(State& s0, const State& s1, const State& s2) {
    double first = 0;
    double second = 0;
    for (std::size_t w = 0; w < s0.ability.size(); ++w) {
      const double r = s1.ability[w] - s0.ability[w];
      const double v = s2.ability[w] - s1.ability[w] - r;
      first += r * r;
      second += v * v;
    }
    const double a = second > 0 ? std::min(std::sqrt(first / second), step_limit_) : 1;
    if (a <= 1) return false;
    extrapolate(s0.ability, s1.ability, s2.ability, a);
    extrapolate(s0.log_easiness, s1.log_easiness, s2.log_easiness, a);
    s0.prior = s2.prior;
    s0.prior_penalty = s2.prior_penalty;
    const double objective = climb(s0);
    if (!(objective >= best_)) {
      step_limit_ = std::max(1 + (a - 1) / 2, 1.5);
      return false;
    }
    if (a == step_limit_) step_limit_ *= 4;
    accept(objective);
    s0 = next(s0);
    return true;
  }

  static void extrapolate(std::vector<double>& s0, const std::vector<double>& s1, const std::vector<double>& s2,
                          double a) {
    for (std::size_t i = 0; i < s0.size(); ++i) {
      const double r = s1[i] - s0[i];
      s0[i] += 2 * a * r + a * a * (s2[i] - s1[i] - r);
    }
  }

  void accept(double objective) {
    best_ = std::max(objective, best_);
    objective_.push_back(best_);
    if (passes_ >= options_.max_iterations) stop(Termination::max_iterations);
  }

  void stop(Termination termination) {
    done_ = true;
    termination_ = termination;
  }

  // Climbs in the easiness of every item, sets posteriors and sums; returns the objective.
  double climb(State& state) {
    std::vector<double> log_prior(state.prior.size());
    for (std::size_t t = 0; t < log_prior.size(); ++t) log_prior[t] = std::log(std::max(state.prior[t], 1e-300));
    const std::size_t workers = state.ability.size();
    std::vector<Sums> blocks(pass_.block_count());
    context_.threads.run(blocks.size(), [&](std::size_t b) {
      blocks[b] = {std::vector<double>(workers), std::vector<double>(workers), std::vector<double>(log_prior.size()),
                   0};
      climb_block(pass_.borders()[b], pass_.borders()[b + 1], log_prior, state, blocks[b]);
    });
    sums_ = std::move(blocks[0]);
    for (std::size_t b = 1; b < blocks.size(); ++b) merge(blocks[b]);
    context_.report("fitting", ++passes_, 0);
    double objective = sums_.objective + state.prior_penalty;
    for (const double a : state.ability)
      objective -= 0.5 * square((a - options_.ability_mean) / options_.ability_deviation);
    return objective;
  }

  // The labels of one item, taken apart.
  struct ItemLabels {
    std::vector<ClassIndex> given;
    std::vector<WorkerIndex> workers;
    std::vector<double> abilities;
    std::vector<double> weights;  // empty: 1
  };

  void load(ItemIndex o, const State& state, ItemLabels& to) const {
    const LabelStore& labels = problem_.labels;
    const auto rows = labels.rows(o);
    const auto k = static_cast<std::uint32_t>(labels.class_count());
    to.given.resize(rows.size());
    to.workers.resize(rows.size());
    to.abilities.resize(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const WorkerIndex w = rows[i] / k;
      to.workers[i] = w;
      to.given[i] = static_cast<ClassIndex>(rows[i] - w * k);
      to.abilities[i] = state.ability[w];
    }
    if (labels.weights().empty()) return;
    const auto weights = labels.weights().subspan(labels.offset(o), rows.size());
    to.weights.assign(weights.begin(), weights.end());
  }

  void climb_block(ItemIndex begin, ItemIndex end, std::span<const double> log_prior, State& state, Sums& sums) {
    GladItem item(log_prior.size(), {options_.easiness_mean, options_.easiness_deviation});
    ItemLabels labels;
    for (ItemIndex o = begin; o < end; ++o) {
      if (problem_.labels.rows(o).empty()) continue;
      load(o, state, labels);
      item.load(labels.given, labels.abilities, labels.weights, log_prior,
                problem_.has_gold(o) ? problem_.gold[o] : kNoClass, pass_.gold_takes_part_in_prior());
      state.log_easiness[o] = item.climb(state.log_easiness[o]);
      sums.objective += item.value();
      add_item(o, item, labels, sums);
    }
  }

  void add_item(ItemIndex o, const GladItem& item, const ItemLabels& labels, Sums& sums) {
    const auto p = item.posterior();
    const double easiness = item.easiness();
    for (std::size_t i = 0; i < labels.given.size(); ++i) {
      const WorkerIndex w = labels.workers[i];
      const double scale = easiness * (labels.weights.empty() ? 1 : labels.weights[i]);
      sums.evidence[w] += scale * (p[labels.given[i]] - 0.5);
      sums.precision[w] += scale * easiness * half_slope(labels.abilities[i] * easiness, item.correct()[i]);
    }
    std::copy(p.begin(), p.end(), posterior_.row(o).begin());
    if (problem_.has_gold(o) && !pass_.gold_takes_part_in_prior()) return;
    for (std::size_t t = 0; t < p.size(); ++t) sums.classes[t] += p[t];
  }

  void merge(const Sums& block) {
    for (std::size_t w = 0; w < block.evidence.size(); ++w) {
      sums_.evidence[w] += block.evidence[w];
      sums_.precision[w] += block.precision[w];
    }
    for (std::size_t t = 0; t < block.classes.size(); ++t) sums_.classes[t] += block.classes[t];
    sums_.objective += block.objective;
  }

  // The abilities and the prior that the last pass implies.
  [[nodiscard]] State next(const State& from) const {
    State to = from;
    const double precision = 1 / square(options_.ability_deviation);
    for (std::size_t w = 0; w < to.ability.size(); ++w) {
      to.ability[w] = (sums_.evidence[w] + precision * options_.ability_mean) / (sums_.precision[w] + precision);
    }
    to.prior_penalty = class_prior_.update(sums_.classes, to.prior);
    return to;
  }

  Estimate finish(State& state) {
    const double objective = climb(state);
    objective_.push_back(std::max(objective, best_));
    for (ItemIndex o = 0; o < problem_.labels.item_count(); ++o) {
      if (problem_.has_gold(o) && problem_.labels.rows(o).empty()) posterior_(o, problem_.gold[o]) = 1;
    }
    Estimate out = read_off_estimate(std::move(posterior_), pass_);
    out.prior = state.prior;
    fill_unlabelled(pass_, out.prior, out.posterior);
    out.worker_score = std::move(state.ability);
    out.worker_score_name = "ability";
    out.item_difficulty = std::move(state.log_easiness);
    for (double& b : out.item_difficulty) b = std::exp(-b);
    out.summary.termination = termination_;
    out.summary.iterations = passes_;
    out.summary.objective = std::move(objective_);
    out.summary.objective_name = "log posterior";
    return out;
  }

  static double square(double x) { return x * x; }

  LabelPass& pass_;
  const Problem& problem_;
  const GladOptions& options_;
  const Context& context_;
  ClassPrior class_prior_;
  Matrix<double> posterior_;
  Sums sums_;
  std::vector<double> objective_;
  double best_ = -std::numeric_limits<double>::infinity();
  double step_limit_ = 4;
  std::uint64_t passes_ = 0;
  Termination termination_ = Termination::converged;
  bool done_ = false;
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
    add_em_fields(t);
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
