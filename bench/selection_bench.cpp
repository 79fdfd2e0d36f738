// What a new label costs where items are ranked by who needs the next one: the live estimator, the item's new score and
// its place among a million, beside a full sort of all scores, which is what a program without a ranking must do.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <numeric>
#include <vector>

#include "assay/base/random.h"
#include "assay/live/live_estimator.h"
#include "assay/quality/expected_cost.h"
#include "assay/selection/item_ranking.h"
#include "assay/selection/registry.h"

namespace {

using Clock = std::chrono::steady_clock;
using assay::ItemIndex;

constexpr std::size_t kItems = 1'000'000;
constexpr std::size_t kWorkers = 2'000;
constexpr std::size_t kLabels = 2'000'000;
constexpr std::size_t kSorts = 5;

double microseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

struct Row {
  ItemIndex item;
  assay::WorkerIndex worker;
  assay::ClassIndex label;
};

std::vector<Row> make_labels() {
  assay::Random random(1);
  std::vector<Row> out;
  for (std::size_t i = 0; i < kLabels; ++i) {
    const auto item = ItemIndex(random.below(kItems));
    const auto label = assay::ClassIndex(random.uniform() < 0.75 ? item % 2 : 1 - item % 2);
    out.push_back({item, assay::WorkerIndex(random.below(kWorkers)), label});
  }
  return out;
}

// Score and rank by worker_routing after each label; the estimator's own time is left out.
double routed_microseconds(const assay::live::LiveEstimator& live, const std::vector<Row>& rows) {
  const auto labels = live.labels();
  const auto estimate = live.estimate();
  const assay::GoldLabels gold;
  const assay::CostMatrix costs(2);
  const assay::Matrix<double> no_model;
  assay::ThreadPool threads(0);
  const assay::selection::Situation situation{labels,   gold,   estimate.posterior, estimate.prior,
                                              false,    costs,  estimate.confusion, estimate.counts,
                                              no_model, threads};
  const auto strategy = assay::selection::find_strategy("worker_routing").make();
  strategy->learn(situation);
  assay::selection::ItemRanking ranking(std::vector<double>(kItems, 0));
  const std::vector<std::uint32_t> counts(2);
  const auto start = Clock::now();
  for (const auto& row : rows) {
    const assay::selection::ItemView view{row.item, labels.rows(row.item), counts, estimate.posterior.row(row.item)};
    strategy->item_changed(view);
    ranking.update(row.item, strategy->score(view, std::nullopt));
  }
  return microseconds_since(start) / double(rows.size());
}

}  // namespace

int main() {
  const auto rows = make_labels();
  const assay::CostMatrix costs(2);
  assay::live::LiveEstimator live(2);
  live.grow(kItems, kWorkers);

  auto start = Clock::now();
  for (const auto& row : rows) live.observe(row.worker, row.item, row.label);
  const double alone = microseconds_since(start) / double(kLabels);

  assay::live::LiveEstimator again(2);
  again.grow(kItems, kWorkers);
  assay::selection::ItemRanking ranking(std::vector<double>(kItems, 0.5));
  start = Clock::now();
  for (const auto& row : rows) {
    again.observe(row.worker, row.item, row.label);
    ranking.update(row.item, assay::quality::minimum_cost(again.posterior(row.item), costs));
  }
  const double ranked = microseconds_since(start) / double(kLabels);

  // The labels where the ranking sends them: the top is what changes then.
  assay::Random random(2);
  start = Clock::now();
  for (std::size_t i = 0; i < kLabels; ++i) {
    const ItemIndex item = ranking.best(1).front();
    const auto label = assay::ClassIndex(random.uniform() < 0.75 ? item % 2 : 1 - item % 2);
    again.observe(assay::WorkerIndex(random.below(kWorkers)), item, label);
    ranking.update(item, assay::quality::minimum_cost(again.posterior(item), costs));
  }
  const double chosen = microseconds_since(start) / double(kLabels);

  // The same with worker_routing, which remembers more of an item.
  const double routed = routed_microseconds(again, rows);

  std::vector<ItemIndex> order(kItems);
  start = Clock::now();
  for (std::size_t i = 0; i < kSorts; ++i) {
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, [&](ItemIndex a, ItemIndex b) {
      return ranking.score(a) != ranking.score(b) ? ranking.score(a) > ranking.score(b) : a < b;
    });
  }
  const double sorted = microseconds_since(start) / double(kSorts);

  std::printf("items %zu, workers %zu, labels %zu\n", kItems, kWorkers, kLabels);
  std::printf("estimator alone          %8.2f microseconds a label\n", alone);
  std::printf("and score and rank       %8.2f microseconds a label (aim: at most 5)\n", ranked);
  std::printf("choose, label and rank   %8.2f microseconds a label\n", chosen);
  std::printf("worker_routing           %8.2f microseconds a label for score and rank\n", routed);
  std::printf("a full sort              %8.0f microseconds, %.0f times as long as score and rank\n", sorted,
              sorted / std::max(1e-9, ranked - alone));
  return 0;
}
