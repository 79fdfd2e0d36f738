#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "assay/base/error.h"
#include "assay/base/random.h"
#include "assay/models/glad.h"
#include "assay/quality/expected_cost.h"
#include "assay/selection/crowd_belief.h"
#include "assay/selection/glad_cost_gain.h"
#include "assay/selection/label_uncertainty.h"
#include "assay/selection/look_ahead.h"
#include "assay/selection/new_label_uncertainty.h"
#include "assay/selection/registry.h"
#include "assay/selection/reliability.h"
#include "assay/selection/stop_rule.h"
#include "assay/sim/ability_crowd.h"

namespace assay::selection {
namespace {

double uncertainty(std::vector<std::uint32_t> counts) { return label_uncertainty(counts); }

double choose(int n, int k) {
  return std::round(std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1)));
}

// Figures of Sheng, Provost and Ipeirotis 2008: no label 1/2, three equal ones 1/16, five 1/64.
TEST(LabelUncertainty, PublishedFigures) {
  EXPECT_NEAR(uncertainty({0, 0}), 0.5, 1e-12);
  EXPECT_NEAR(uncertainty({3, 0}), 0.0625, 1e-12);
  EXPECT_NEAR(uncertainty({0, 5}), 1.0 / 64, 1e-12);
}

// I_1/2(a, b) = Pr(Binomial(a + b - 1, 1/2) >= a), summed by hand.
TEST(LabelUncertainty, IsABinomialTail) {
  for (int most = 0; most < 12; ++most) {
    for (int least = 0; least <= most; ++least) {
      double tail = 0;
      const int n = most + least + 1;
      for (int i = most + 1; i <= n; ++i) tail += choose(n, i) * std::pow(0.5, n);
      EXPECT_NEAR(uncertainty({std::uint32_t(least), std::uint32_t(most)}), tail, 1e-10) << most << " " << least;
    }
  }
}

TEST(LabelUncertainty, ManyClassesBySymmetryAndByDraws) {
  EXPECT_NEAR(uncertainty({0, 0, 0}), 2.0 / 3, 1e-12);
  EXPECT_NEAR(uncertainty({4, 4, 4, 4}), 0.75, 1e-6);
  Random random(7);
  for (const auto& counts : {std::vector<std::uint32_t>{5, 2, 0}, {1, 0, 0}, {30, 25, 1}, {2, 2, 1}}) {
    std::vector<double> alpha, q(3);
    for (const auto n : counts) alpha.push_back(n + 1.0);
    int other = 0;
    constexpr int kDraws = 40000;
    for (int i = 0; i < kDraws; ++i) {
      random.dirichlet(alpha, q);
      other += q[0] < std::max(q[1], q[2]) ? 1 : 0;
    }
    EXPECT_NEAR(label_uncertainty(counts), double(other) / kDraws, 4 * 0.5 / std::sqrt(kDraws));
  }
}

TEST(LookAhead, IsTheSumOverAllLabelSequences) {
  // Two classes, two levels, three outcomes; costs that are not symmetric.
  Matrix<double> p(4, 3, std::vector<double>{0.6, 0.3, 0.1, 0.5, 0.25, 0.25, 0.2, 0.7, 0.1, 0.3, 0.4, 0.3});
  const std::vector<double> q = {0.3, 0.2, 0.4, 0.1};
  CostMatrix costs(2);
  costs.set(1, 0, 5);
  const LookAhead ahead(p, 2, 2, {0, 1, 3});
  const auto by_hand = [&](int labels) {
    double sum = 0;
    for (int s = 0; s < int(std::pow(3, labels)); ++s) {
      std::vector<double> w = q;
      for (int i = 0, rest = s; i < labels; ++i, rest /= 3) {
        for (std::size_t state = 0; state < 4; ++state) w[state] *= p(state, std::size_t(rest % 3));
      }
      sum += std::min((w[2] + w[3]) * 5, w[0] + w[1]);
    }
    return sum;
  };
  EXPECT_NEAR(ahead.cost(0, q, costs), by_hand(0), 1e-12);
  EXPECT_NEAR(ahead.cost(1, q, costs), by_hand(1), 1e-12);
  EXPECT_NEAR(ahead.cost(2, q, costs), by_hand(3), 1e-12);
  EXPECT_LE(ahead.cost(2, q, costs), ahead.cost(1, q, costs) + 1e-12);
}

TEST(LookAhead, FocusTakesTheLikeliestClassesInClassOrder) {
  const std::vector<double> p = {0.05, 0.3, 0.1, 0.05, 0.4, 0.1};
  EXPECT_EQ(focus_classes(p), (std::vector<ClassIndex>{1, 2, 4, 5}));
  CostMatrix costs = CostMatrix::ordinal(6);
  EXPECT_EQ(focus_costs(costs, focus_classes(p))(0, 3), 4);
}

// Labels of the ability crowd as a store: every worker on every `step`-th item.
struct Labelled {
  LabelStore store;
  GoldLabels truth;
};

LabelStore store_of(const sim::AbilityCrowd& crowd, std::size_t per_item) {
  const auto& options = crowd.options();
  LabelColumns columns{{0}, {}};
  Random random(3);
  std::vector<WorkerIndex> workers(options.workers);
  for (std::size_t w = 0; w < workers.size(); ++w) workers[w] = WorkerIndex(w);
  for (ItemIndex item = 0; item < options.items; ++item) {
    random.shuffle(std::span(workers));
    for (std::size_t i = 0; i < per_item; ++i)
      columns.entries.push_back(workers[i] * 2 + crowd.label(workers[i], item));
    columns.offsets.push_back(columns.entries.size());
  }
  return {options.workers, 2, std::move(columns)};
}

// Everything a situation points to.
struct Scene {
  explicit Scene(LabelStore store)
      : labels(std::move(store)),
        posterior(labels.item_count(), labels.class_count(), 0.5),
        prior(labels.class_count(), 1.0 / double(labels.class_count())),
        costs(labels.class_count()),
        confusion(labels.worker_count(), labels.class_count(), 0.5),
        counts(labels.worker_count(), labels.class_count(), 1) {}
  [[nodiscard]] Situation situation() {
    return {labels, gold, posterior, prior, false, costs, confusion, counts, model, threads};
  }
  [[nodiscard]] ItemView view(ItemIndex item) {
    tally.assign(labels.class_count(), 0);
    for (const auto row : labels.rows(item)) ++tally[labels.label_of(row)];
    return {item, labels.rows(item), tally, posterior.row(item)};
  }
  LabelStore labels;
  GoldLabels gold;
  Matrix<double> posterior;
  std::vector<double> prior;
  CostMatrix costs;
  Confusions confusion, counts;
  Matrix<double> model;
  ThreadPool threads{2};
  std::vector<std::uint32_t> tally;
};

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const double n = double(a.size());
  double ma = 0, mb = 0, ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) ma += a[i] / n, mb += b[i] / n;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) * (a[i] - ma);
    bb += (b[i] - mb) * (b[i] - mb);
  }
  return ab / std::sqrt(aa * bb);
}

TEST(CrowdBelief, RecoversAbilitiesEasinessAndTruth) {
  sim::AbilityCrowdOptions options;
  options.workers = 60;
  const sim::AbilityCrowd crowd(options, 5);
  Scene scene(store_of(crowd, 20));
  const Situation situation = scene.situation();
  CrowdBelief belief;
  belief.fit(situation, 40);
  std::vector<double> estimated, actual;
  for (WorkerIndex w = 0; w < options.workers; ++w) {
    double right = 0;
    for (ItemIndex item = 0; item < options.items; ++item)
      right += crowd.right_probability(w, item) / double(options.items);
    actual.push_back(right);
    double mean = 0;
    for (std::size_t t = 0; t < 2; ++t) {
      for (std::size_t e = 0; e < CrowdBelief::kLevels; ++e) mean += belief.right(w, t, e);
    }
    estimated.push_back(mean);
  }
  EXPECT_GT(correlation(estimated, actual), 0.95);
  std::vector<double> q(2 * CrowdBelief::kLevels);
  double right = 0;
  for (ItemIndex item = 0; item < options.items; ++item) {
    belief.joint(item, scene.labels.rows(item), q);
    double one = 0, sum = 0;
    for (std::size_t e = 0; e < CrowdBelief::kLevels; ++e) one += q[CrowdBelief::kLevels + e];
    for (const double x : q) sum += x;
    EXPECT_NEAR(sum, 1, 1e-9);
    right += (one > 0.5) == (crowd.truth()[item] == 1) ? 1 : 0;
  }
  EXPECT_GT(right / double(options.items), 0.9);
}

TEST(WorkerRouting, ALabelOfAGuesserIsWorthNextToNothing) {
  sim::AbilityCrowdOptions options;
  options.workers = 40;
  options.ability_mean = 2;
  options.ability_deviation = 0.3;
  const sim::AbilityCrowd crowd(options, 9);
  LabelStore honest = store_of(crowd, 6);
  // Worker 40 guesses on every item.
  LabelColumns columns{{0}, {}};
  Random random(4);
  for (ItemIndex item = 0; item < honest.item_count(); ++item) {
    const auto rows = honest.rows(item);
    columns.entries.insert(columns.entries.end(), rows.begin(), rows.end());
    if (item % 2 == 0) columns.entries.push_back(80 + std::uint32_t(random.below(2)));
    columns.offsets.push_back(columns.entries.size());
  }
  Scene scene(LabelStore(41, 2, std::move(columns)));
  const Situation situation = scene.situation();
  const auto strategy = find_strategy("worker_routing").make();
  strategy->learn(situation);
  double guesser = 0, good = 0, stranger = 0;
  for (ItemIndex item = 1; item < scene.labels.item_count(); item += 2) {
    const auto view = scene.view(item);
    guesser += strategy->score(view, WorkerIndex{40});
    good += strategy->score(view, WorkerIndex{3});
    stranger += strategy->score(view, std::nullopt);
    EXPECT_GE(strategy->score(view, WorkerIndex{40}), 0);
  }
  EXPECT_LT(guesser, 0.15 * good);
  EXPECT_GT(stranger, 3 * guesser);
}

TEST(NewLabelUncertainty, FitsQualityAboveChanceAndStaysADistribution) {
  sim::AbilityCrowdOptions options;
  options.workers = 30;
  const sim::AbilityCrowd crowd(options, 2);
  const auto fitted = fit_label_quality(store_of(crowd, 7));
  for (std::size_t t = 0; t < 2; ++t) EXPECT_GE(fitted.alpha(t, t), fitted.alpha(t, 1 - t));
  double last = 2;
  for (std::uint32_t n = 0; n < 8; ++n) {
    const std::vector<std::uint32_t> counts = {7 - n, n};
    const auto p = class_probability(fitted, counts);
    EXPECT_NEAR(p[0] + p[1], 1, 1e-12);
    EXPECT_LE(p[0], last + 1e-12);  // more labels of class 1, less of class 0
    last = p[0];
  }
}

// Labels of workers 0, 1, ... on every item: `labels[w][o]`.
LabelStore everybody(const std::vector<std::vector<std::uint32_t>>& labels, std::uint32_t class_count) {
  LabelColumns columns{{0}, {}};
  for (std::size_t o = 0; o < labels[0].size(); ++o) {
    for (std::size_t w = 0; w < labels.size(); ++w)
      columns.entries.push_back(std::uint32_t(w) * class_count + labels[w][o]);
    columns.offsets.push_back(columns.entries.size());
  }
  return {labels.size(), class_count, std::move(columns)};
}

double score_of(std::string_view strategy, Scene& scene, ItemIndex item) {
  const Situation situation = scene.situation();
  const auto made = find_strategy(strategy).make();
  made->learn(situation);
  return made->score(scene.view(item), std::nullopt);
}

// Two who always agree and one who always says the other class. With messages a of the two and b of the third a round
// makes a + |b| of a and 2 a of |b|: eigenvalues 2 and -1, the first of which has a = |b|. So the third counts as one
// more witness, and the fixed point is three labels of one class.
TEST(Reliability, AWorkerWhoAlwaysContradictsIsAWitness) {
  Scene scene(everybody({{0, 1, 1, 0, 1, 0}, {0, 1, 1, 0, 1, 0}, {1, 0, 0, 1, 0, 1}}, 2));
  const auto messages = pass_messages(scene.labels);
  for (std::size_t e = 0; e < 18; ++e) EXPECT_NEAR(messages.label[e], e % 3 == 2 ? -1 : 1, 1e-5);
  EXPECT_NEAR(messages.worker[0], 1.2, 1e-5);  // six items against the five that a message sums over
  EXPECT_NEAR(score_of("reliability", scene, 0), -3, 1e-5);
}

// The formulas of reliability.h, edge by edge and without shared sums.
TEST(Reliability, IsMessagePassingEdgeByEdge) {
  sim::AbilityCrowdOptions options;
  options.items = 30;
  options.workers = 12;
  Scene scene(store_of(sim::AbilityCrowd(options, 8), 4));
  struct Edge {
    std::size_t worker, item;
    double sign;
  };
  std::vector<Edge> edges;
  for (ItemIndex o = 0; o < scene.labels.item_count(); ++o) {
    for (const auto row : scene.labels.rows(o)) edges.push_back({row / 2, o, row % 2 == 1 ? 1.0 : -1.0});
  }
  std::vector<double> x(edges.size()), y(edges.size(), 1);
  for (int round = 0; round < 20; ++round) {
    for (std::size_t i = 0; i < edges.size(); ++i) {
      x[i] = 0;
      for (std::size_t j = 0; j < edges.size(); ++j) {
        if (j != i && edges[j].item == edges[i].item) x[i] += edges[j].sign * y[j];
      }
    }
    double squares = 0;
    for (std::size_t i = 0; i < edges.size(); ++i) {
      y[i] = 0;
      for (std::size_t j = 0; j < edges.size(); ++j) {
        if (j != i && edges[j].worker == edges[i].worker) y[i] += edges[j].sign * x[j];
      }
      squares += y[i] * y[i];
    }
    for (double& m : y) m /= std::sqrt(squares / double(edges.size()));
  }
  for (ItemIndex o = 0; o < scene.labels.item_count(); ++o) {
    double sum = 0;
    for (std::size_t i = 0; i < edges.size(); ++i) sum += edges[i].item == o ? edges[i].sign * y[i] : 0;
    EXPECT_NEAR(score_of("reliability", scene, o), -std::abs(sum), 1e-9) << o;
  }
}

TEST(Reliability, ManyClassesAndLabelsSince) {
  // Three classes: the first two workers agree always, the third never: his share of agreement is -1/2.
  Scene scene(everybody({{0, 1, 2, 0, 1, 2}, {0, 1, 2, 0, 1, 2}, {1, 2, 0, 1, 2, 0}}, 3));
  const auto messages = pass_messages(scene.labels);
  EXPECT_NEAR(messages.label[0], messages.label[1], 1e-12);
  EXPECT_LT(messages.label[2], 0);
  const Situation situation = scene.situation();
  const auto strategy = find_strategy("reliability").make();
  strategy->learn(situation);
  const std::vector<std::uint32_t> none, three = {0, 3, 7}, newcomer = {9};
  EXPECT_EQ(strategy->score({0, none, {}, {}}, std::nullopt), 0);
  EXPECT_NEAR(strategy->score({0, three, {}, {}}, std::nullopt), -2 * messages.label[0], 1e-12);
  EXPECT_EQ(strategy->score({0, newcomer, {}, {}}, std::nullopt), -1);
  // The second worker now says class 1 on item 0 as well, which he had not when the messages were passed.
  const std::vector<std::uint32_t> since = {0, 4};
  EXPECT_NEAR(strategy->score({0, since, {}, {}}, std::nullopt), -std::abs(messages.label[0] - messages.worker[1]),
              1e-12);
}

// A worker with one label has no other item that could speak for him.
TEST(Reliability, WhoHasOneLabelCountsAsAtTheStart) {
  LabelColumns columns{{0, 2, 3, 3}, {0, 3, 4}};
  Scene scene(LabelStore(3, 2, std::move(columns)));
  EXPECT_EQ(score_of("reliability", scene, 0), 0);
  EXPECT_EQ(score_of("reliability", scene, 1), -1);
  EXPECT_EQ(score_of("reliability", scene, 2), 0);
}

// glad's posterior by its definition, from what the model says of workers and items.
std::vector<double> glad_by_hand(const Estimate& fit, ItemIndex item, std::span<const std::uint32_t> rows) {
  const std::size_t k = fit.prior.size();
  std::vector<double> p = fit.prior;
  for (const auto row : rows) {
    const double right = 1 / (1 + std::exp(-fit.worker_score[row / k] / fit.item_difficulty[item]));
    for (std::size_t t = 0; t < k; ++t) p[t] *= t == row % k ? right : (1 - right) / double(k - 1);
  }
  double sum = 0;
  for (const double x : p) sum += x;
  for (double& x : p) x /= sum;
  return p;
}

TEST(GladCost, IsTheMinimumCostOfGladsPosteriorAlsoWithLabelsSince) {
  sim::AbilityCrowdOptions options;
  options.items = 80;
  options.workers = 15;
  Scene scene(store_of(sim::AbilityCrowd(options, 4), 5));
  scene.costs.set(1, 0, 5);
  const auto fit = models::make_glad({})->fit({scene.labels}, {scene.threads});
  const Situation situation = scene.situation();
  const auto strategy = find_strategy("glad_cost").make();
  strategy->learn(situation);
  for (ItemIndex o = 0; o < scene.labels.item_count(); ++o) {
    const double before = strategy->score(scene.view(o), std::nullopt);
    EXPECT_NEAR(before, quality::minimum_cost(fit.posterior.row(o), scene.costs), 1e-9);
    std::vector<std::uint32_t> rows(scene.labels.rows(o).begin(), scene.labels.rows(o).end());
    rows.push_back(7 * 2 + o % 2);
    const double after = strategy->score({o, rows, {}, {}}, std::nullopt);
    EXPECT_NEAR(after, quality::minimum_cost(glad_by_hand(fit, o, rows), scene.costs), 1e-9);
    EXPECT_NE(after, before);
  }
}

TEST(GladCost, KeepsGoldWeightsAndTheFixedPrior) {
  LabelColumns columns{{0, 2, 4, 5}, {0, 3, 1, 2, 1}, {3, 1, 1, 1, 2}};
  Scene scene(LabelStore(2, 2, std::move(columns)));
  scene.gold = {kNoClass, 1, kNoClass};
  scene.prior = {0.8, 0.2};
  models::Problem problem{scene.labels, scene.gold, models::PriorMode::fixed, scene.prior};
  const auto fit = models::make_glad({})->fit(problem, {scene.threads});
  Situation situation{scene.labels, scene.gold,      scene.posterior, scene.prior, true,
                      scene.costs,  scene.confusion, scene.counts,    scene.model, scene.threads};
  const auto strategy = find_strategy("glad_cost").make();
  strategy->learn(situation);
  for (ItemIndex o = 0; o < 3; ++o) {
    EXPECT_NEAR(strategy->score(scene.view(o), std::nullopt), quality::minimum_cost(fit.posterior.row(o), scene.costs),
                1e-9);
  }
  EXPECT_EQ(strategy->score(scene.view(1), std::nullopt), 0);
}

// 0.7 and 0.3, a label right with 0.8: class 0 comes with 0.62 and leaves 0.06/0.62, class 1 with 0.38 and leaves
// 0.14/0.38: 0.62 |0.3 - 0.0968| + 0.38 |0.3 - 0.3684| = 0.126 + 0.026. At 0.95 no label flips the decision: the mean
// change is 0 (Proposition 3), that of the absolute values 0.0285 twice.
TEST(GladCostGain, FiguresByHand) {
  const CostMatrix costs(2);
  EXPECT_NEAR(expected_cost_change(std::vector<double>{0.7, 0.3}, 0.8, costs), 0.152, 1e-12);
  EXPECT_NEAR(expected_cost_change(std::vector<double>{0.05, 0.95}, 0.8, costs), 0.057, 1e-12);
  EXPECT_NEAR(expected_cost_change(std::vector<double>{0.7, 0.3}, 0.5, costs), 0, 1e-12);
  EXPECT_NEAR(expected_cost_change(std::vector<double>{0, 1}, 0.8, costs), 0, 1e-12);
}

TEST(GladCostGain, IsItsDefinitionForManyClassesAndCosts) {
  const CostMatrix costs = CostMatrix::ordinal(4);
  const std::vector<double> p = {0.4, 0.1, 0.2, 0.3};
  double sum = 0;
  for (std::size_t l = 0; l < 4; ++l) {
    std::vector<double> after = p;
    double given = 0;
    for (std::size_t t = 0; t < 4; ++t) given += after[t] *= t == l ? 0.7 : 0.1;
    for (double& x : after) x /= given;
    sum += given * std::abs(quality::minimum_cost(p, costs) - quality::minimum_cost(after, costs));
  }
  EXPECT_NEAR(expected_cost_change(p, 0.7, costs), sum, 1e-12);
}

// Without labels: the prior, and a worker of glad's prior mean ability and easiness, s(1 e^1).
TEST(GladCostGain, OfNothingKnown) {
  Scene scene(LabelStore(0, 2, LabelColumns{{0, 0}, {}}));
  const double right = 1 / (1 + std::exp(-std::exp(1)));
  EXPECT_NEAR(score_of("glad_cost", scene, 0), 0.5, 1e-12);
  EXPECT_NEAR(score_of("glad_cost_gain", scene, 0), 0.5 - (1 - right), 1e-12);
}

TEST(Registry, UnknownNamesTheNearest) {
  try {
    static_cast<void>(find_strategy("expected_costs"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(error.message().find("did you mean expected_cost?"), std::string::npos);
  }
}

TEST(StopRule, EachRule) {
  StopRule rule;
  const std::vector<double> costs = {0.1, 0.3};
  EXPECT_FALSE(mean_met(rule, costs));
  rule.target_cost = 0.2;
  EXPECT_TRUE(mean_met(rule, costs));
  EXPECT_FALSE(item_met(rule, 0.1));
  rule.every_item = true;
  EXPECT_FALSE(mean_met(rule, costs));
  EXPECT_TRUE(item_met(rule, 0.2));
  EXPECT_FALSE(item_met(rule, 0.21));
  const Money cent = Money::of_micros(10'000);
  EXPECT_TRUE(affordable(rule, cent * 1000, cent));
  rule.budget = cent * 3;
  EXPECT_TRUE(affordable(rule, cent * 2, cent));
  EXPECT_FALSE(affordable(rule, cent * 3, cent));
  EXPECT_TRUE(worth(rule, 0, cent));
  rule.money_per_cost = cent * 100;
  EXPECT_TRUE(worth(rule, 0.011, cent));
  EXPECT_FALSE(worth(rule, 0.009, cent));
}

}  // namespace
}  // namespace assay::selection
