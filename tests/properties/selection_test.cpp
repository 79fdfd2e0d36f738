#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "assay/base/random.h"
#include "assay/core/label_store_builder.h"
#include "assay/engine/select.h"
#include "assay/engine/select_trial.h"
#include "assay/quality/expected_cost.h"
#include "assay/selection/item_ranking.h"
#include "assay/selection/registry.h"
#include "assay/sim/crowd.h"

namespace assay {
namespace {

// The ranking against a full sort, after any history of scores; few different scores make ties common.
RC_GTEST_PROP(ItemRanking, IsASort, ()) {
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  Random random(seed);
  std::vector<double> scores(random.below(60));
  const auto draw = [&] { return double(random.below(8)) / 4; };
  for (double& s : scores) s = draw();
  selection::ItemRanking ranking(scores);
  for (int i = 0; i < 80; ++i) {
    const auto item = ItemIndex(random.below(scores.size() + 1));
    if (item == scores.size()) scores.push_back(0);
    scores[item] = draw();
    ranking.update(item, scores[item]);
    std::vector<ItemIndex> sorted(scores.size());
    std::iota(sorted.begin(), sorted.end(), 0U);
    std::ranges::stable_sort(sorted, [&](auto a, auto b) { return scores[a] > scores[b]; });
    const auto n = std::size_t(random.below(scores.size() + 2));
    const auto best = ranking.best(n);
    RC_ASSERT(best.size() == std::min(n, sorted.size()));
    RC_ASSERT(std::equal(best.begin(), best.end(), sorted.begin()));
    const auto odd = ranking.first([](ItemIndex o) { return o % 2 == 1; });
    const auto expected = std::ranges::find_if(sorted, [](auto o) { return o % 2 == 1; });
    RC_ASSERT(odd.has_value() == (expected != sorted.end()));
    if (odd) RC_ASSERT(*odd == *expected);
  }
}

sim::SimulatedCrowd crowd_of(std::uint64_t seed, const std::string& classes, ThreadPool& threads) {
  sim::CrowdOptions options;
  options.items = 120;
  options.workers = 15;
  options.classes = classes;
  options.labels_per_item = 3;
  options.seed = seed;
  return sim::Crowd(options).make(threads);
}

Matrix<double> model_of(const LabelTable& table, Random& random) {
  Matrix<double> out(table.items.size(), table.classes.size());
  const std::vector<double> alpha(table.classes.size(), 1);
  for (std::size_t o = 0; o < out.rows(); ++o) random.dirichlet(alpha, out.row(o));
  return out;
}

// What every strategy must keep to, looped over the registry: each item once, best score first, no item twice to the
// same worker, limits of workers and budget kept, the same for any number of threads.
RC_GTEST_PROP(Select, KeepsToItsRules, ()) {
  const auto seed = *rc::gen::inRange<std::uint64_t>(0, 1000);
  Random random(seed);
  ThreadPool one(1), three(3);
  const std::string classes = random.below(2) == 0 ? "2" : "6";
  const auto crowd = crowd_of(seed, classes, one);
  const LabelTable& table = crowd.table;
  engine::SelectRequest request{
      engine::EstimateRequest{table}, {}, model_of(table, random), {}, 1 + random.below(60), {}, {}};
  request.estimate.model = "dawid_skene";
  request.estimate.costs = CostMatrix(table.classes.size());
  request.price = Money::of_micros(50'000);
  if (random.below(2) == 0) request.stop.budget = Money::of_micros(std::int64_t(random.below(4'000'000)));
  if (random.below(2) == 0) {
    for (WorkerIndex w = 0; w < 6; ++w)
      request.workers.push_back({std::string(table.workers.name(w)), w, {}, random.below(12)});
    request.workers.push_back({"new", std::nullopt, {}, 0});
  }
  for (const auto& info : selection::registry()) {
    request.strategy = info.name;
    const auto result = engine::select(request, {one});
    const auto again = engine::select(request, {three});
    RC_ASSERT(result.labels.size() <= request.batch);
    RC_ASSERT(result.labels.size() == again.labels.size());
    std::map<ItemIndex, int> times;
    std::map<std::size_t, std::uint64_t> given;
    for (std::size_t i = 0; i < result.labels.size(); ++i) {
      const auto& row = result.labels[i];
      RC_ASSERT(row.item == again.labels[i].item);
      RC_ASSERT(row.score == again.labels[i].score);
      RC_ASSERT(row.worker == again.labels[i].worker);
      RC_ASSERT(++times[row.item] == 1);
      RC_ASSERT(!row.reason.empty());
      if (i > 0) RC_ASSERT(result.labels[i - 1].score >= row.score);
      RC_ASSERT(row.worker.has_value() == !request.workers.empty());
      if (!row.worker) continue;
      const auto& worker = request.workers[*row.worker];
      ++given[*row.worker];
      if (worker.most_labels > 0) RC_ASSERT(given[*row.worker] <= worker.most_labels);
      // RC_ASSERT takes || apart and evaluates both sides.
      for (const auto entry : table.labels.rows(row.item)) {
        const bool again_by_him = worker.index.has_value() && table.labels.worker_of(entry) == *worker.index;
        RC_ASSERT(!again_by_him);
      }
    }
    if (request.stop.budget) RC_ASSERT(result.spent <= *request.stop.budget);
    RC_ASSERT(result.spent == *request.price * std::int64_t(result.labels.size()));
    if (result.labels.size() < request.batch) RC_ASSERT(result.stop != selection::StopReason::none);
  }
}

// expected_cost against its definition: the items sorted by their minimum cost.
TEST(Select, ExpectedCostIsTheMinimumCost) {
  ThreadPool threads(1);
  const auto crowd = crowd_of(3, "3", threads);
  engine::SelectRequest request{engine::EstimateRequest{crowd.table}, "expected_cost", {}, {}, 1000, {}, {}};
  request.estimate.model = "dawid_skene";
  request.estimate.costs = CostMatrix::ordinal(3);
  const auto result = engine::select(request, {threads});
  ASSERT_EQ(result.labels.size(), crowd.table.items.size());
  EXPECT_EQ(result.stop, selection::StopReason::nothing_left);
  for (const auto& row : result.labels) {
    const auto p = result.estimate.estimate.posterior.row(row.item);
    EXPECT_NEAR(row.score, quality::minimum_cost(p, request.estimate.costs), 1e-12);
    EXPECT_NEAR(row.minimum_cost, row.score, 1e-9);
  }
}

// What a strategy scores, and what it scores it by.
struct Judged {
  LabelStore labels;
  Matrix<double> posterior, model;
  std::vector<double> prior;
  Confusions confusion, counts;
  CostMatrix costs;
};

std::vector<double> scores_of(const Judged& judged, const selection::StrategyInfo& info, ThreadPool& threads) {
  const GoldLabels gold;
  const selection::Situation situation{judged.labels, gold,         judged.posterior, judged.prior,
                                       false,         judged.costs, judged.confusion, judged.counts,
                                       judged.model,  threads};
  const auto strategy = info.make();
  strategy->learn(situation);
  std::vector<double> out;
  for (ItemIndex o = 0; o < judged.labels.item_count(); ++o) {
    std::vector<std::uint32_t> counts(judged.labels.class_count());
    for (const auto row : judged.labels.rows(o)) ++counts[judged.labels.label_of(row)];
    out.push_back(strategy->score({o, judged.labels.rows(o), counts, judged.posterior.row(o)}, std::nullopt));
  }
  return out;
}

// The same with item `items[i]` in place of item i, and class `classes[c]` called c.
Judged rearranged(const Judged& from, const std::vector<std::size_t>& items, const std::vector<std::size_t>& classes) {
  const std::size_t k = classes.size(), workers = from.labels.worker_count();
  std::vector<std::uint32_t> name(k);
  for (std::size_t c = 0; c < k; ++c) name[classes[c]] = std::uint32_t(c);
  Judged to{{},
            Matrix<double>(items.size(), k),
            Matrix<double>(items.size(), k),
            std::vector<double>(k),
            Confusions(workers, k),
            Confusions(workers, k),
            CostMatrix(k)};
  LabelColumns columns{{0}, {}};
  for (std::size_t o = 0; o < items.size(); ++o) {
    for (const auto row : from.labels.rows(ItemIndex(items[o])))
      columns.entries.push_back(std::uint32_t(row / k * k) + name[row % k]);
    columns.offsets.push_back(columns.entries.size());
    for (std::size_t c = 0; c < k; ++c) {
      to.posterior(o, c) = from.posterior(items[o], classes[c]);
      to.model(o, c) = from.model(items[o], classes[c]);
    }
  }
  to.labels = LabelStore(workers, k, std::move(columns));
  for (std::size_t t = 0; t < k; ++t) {
    to.prior[t] = from.prior[classes[t]];
    for (std::size_t g = 0; g < k; ++g) {
      to.costs.set(t, g, from.costs(classes[t], classes[g]));
      for (std::size_t w = 0; w < workers; ++w) {
        to.confusion.at(w, t, g) = from.confusion.at(w, classes[t], classes[g]);
        to.counts.at(w, t, g) = from.counts.at(w, classes[t], classes[g]);
      }
    }
  }
  return to;
}

// Neither the order of the items nor the names of the classes matter to what an item scores.
RC_GTEST_PROP(Strategies, DoNotCareForTheOrderOfItemsAndClasses, ()) {
  const auto seed = *rc::gen::inRange<std::uint64_t>(0, 1000);
  Random random(seed);
  ThreadPool threads(1);
  const auto crowd = crowd_of(seed, random.below(2) == 0 ? "2" : "3", threads);
  const std::size_t k = crowd.table.classes.size();
  engine::EstimateRequest request{crowd.table};
  request.model = "dawid_skene";
  request.costs = CostMatrix(k);
  const auto estimate = engine::estimate(request, {threads}).estimate;
  Judged judged{crowd.table.labels, estimate.posterior, model_of(crowd.table, random),
                estimate.prior,     estimate.confusion, estimate.counts,
                CostMatrix(k)};
  judged.costs.set(1, 0, 1 + double(random.below(5)));
  std::vector<std::size_t> items(crowd.table.items.size()), classes(k);
  std::iota(items.begin(), items.end(), 0U);
  std::iota(classes.begin(), classes.end(), 0U);
  random.shuffle(std::span(items));
  random.shuffle(std::span(classes));
  const Judged other = rearranged(judged, items, classes);
  for (const auto& info : selection::registry()) {
    const auto scores = scores_of(judged, info, threads);
    const auto again = scores_of(other, info, threads);
    for (std::size_t o = 0; o < items.size(); ++o) {
      RC_LOG() << info.name << " item " << items[o] << ": " << scores[items[o]] << " and " << again[o] << "\n";
      RC_ASSERT(std::abs(scores[items[o]] - again[o]) <= 1e-4 * (1 + std::abs(again[o])));
    }
  }
}

engine::SelectTrialRequest trial(std::vector<std::string> strategies) {
  engine::SelectTrialRequest request;
  request.strategies = std::move(strategies);
  request.costs = CostMatrix(2);
  request.repeats = 4;
  return request;
}

// A smaller one of the published simulation; docs/select.md has the whole.
TEST(SelectTrial, BoughtWhereItMattersLabelsCostLess) {
  sim::AbilityCrowdOptions crowd;
  crowd.items = 200;
  crowd.workers = 40;
  ThreadPool one(1), three(3);
  auto request = trial({"round_robin", "expected_cost", "worker_routing"});
  const auto curves = engine::simulate_selection(request, crowd, three);
  ASSERT_EQ(curves.size(), 3U);
  for (const auto& curve : curves) EXPECT_EQ(curve.labels.back(), 2000);
  EXPECT_LT(curves[1].cost[4], 0.95 * curves[0].cost[4]);
  EXPECT_LT(curves[2].cost.back(), 0.9 * curves[0].cost.back());
  request.repeats = 1;
  request.strategies = {"worker_routing"};
  EXPECT_EQ(engine::simulate_selection(request, crowd, one)[0].cost,
            engine::simulate_selection(request, crowd, three)[0].cost);
}

// Once all labels are out every strategy has the same, and so the accuracy of the batch model.
TEST(SelectTrial, ReplayEndsAtAllLabels) {
  ThreadPool threads(2);
  const auto crowd = crowd_of(5, "2", threads);
  auto request = trial({"worker_routing", "label_uncertainty", "round_robin"});
  const auto result = engine::replay_selection(request, crowd.table, crowd.truth, threads);
  for (const auto& curve : result.curves) {
    EXPECT_EQ(curve.labels.back(), double(crowd.table.labels.label_count()));
    EXPECT_NEAR(curve.accuracy.back(), result.full_accuracy, 1e-9) << curve.strategy;
    EXPECT_LE(engine::labels_to_reach(curve, result.full_accuracy), curve.labels.back());
  }
}

}  // namespace
}  // namespace assay
