#include <gtest/gtest.h>

#include "assay/base/random.h"
#include "assay/engine/estimate.h"
#include "assay/engine/plan.h"
#include "assay/sim/crowd.h"

namespace assay {
namespace {

// The items [first, last) of a crowd with at most `most` labels each.
LabelTable part_of(const LabelTable& all, ItemIndex first, ItemIndex last, std::size_t most) {
  LabelTable out;
  out.workers = all.workers;
  out.classes = all.classes;
  LabelColumns columns{{0}, {}};
  for (ItemIndex item = first; item < last; ++item) {
    out.items.intern(all.items.name(item));
    const auto rows = all.labels.rows(item);
    const auto end = rows.begin() + std::ptrdiff_t(std::min(most, rows.size()));
    columns.entries.insert(columns.entries.end(), rows.begin(), end);
    columns.offsets.push_back(columns.entries.size());
  }
  out.labels = LabelStore(all.labels.worker_count(), all.labels.class_count(), std::move(columns));
  return out;
}

double accuracy_of(const engine::EstimateResult& result, const GoldLabels& truth, ItemIndex first) {
  double right = 0;
  for (std::size_t i = 0; i < result.items.size(); ++i) right += result.items[i].label == truth[first + i] ? 1 : 0;
  return right / double(result.items.size());
}

struct Mix {
  std::string mix, classes, priors;
};

class PlanFromPilot : public testing::TestWithParam<Mix> {};

// A pilot of 2,000 items says what 20,000 others, labelled by the same workers, will be worth: within a point.
TEST_P(PlanFromPilot, PredictsWithinOnePoint) {
  constexpr ItemIndex kPilot = 2000, kItems = 20000;
  sim::CrowdOptions options;
  options.items = kPilot + kItems;
  options.workers = 60;
  options.labels_per_item = 5;
  options.classes = GetParam().classes;
  options.priors = GetParam().priors;
  options.mix = GetParam().mix;
  options.activity_skew = 0;
  options.times = false;
  options.seed = 17;
  ThreadPool threads(2);
  const auto crowd = sim::Crowd(options).make(threads);
  const LabelTable pilot = part_of(crowd.table, 0, kPilot, 5);
  engine::EstimateRequest request{pilot};
  request.model = "shrunken_dawid_skene";
  const auto learnt = engine::estimate(request, {threads});
  std::vector<std::uint64_t> label_counts;
  for (const auto& worker : learnt.workers.workers) label_counts.push_back(worker.label_count);
  engine::PlanRequest plan;
  plan.crowd = engine::estimated_crowd({learnt.workers.confusion, learnt.workers.low, learnt.workers.high,
                                        learnt.estimate.counts, label_counts, learnt.interval},
                                       learnt.estimate.prior, learnt.costs);
  plan.item_count = kItems;
  plan.labels_per_item = {2, 3, 5};
  plan.draws = 20;
  const auto planned = engine::plan(plan, threads, 1);
  for (std::size_t i = 0; i < plan.labels_per_item.size(); ++i) {
    const LabelTable rest = part_of(crowd.table, kPilot, kPilot + kItems, plan.labels_per_item[i]);
    engine::EstimateRequest later{rest};
    later.model = "shrunken_dawid_skene";
    later.worker_priors = learnt.estimate.counts;  // as --worker-priors, whoever plans knows these workers
    const double actual = accuracy_of(engine::estimate(later, {threads}), crowd.truth, kPilot);
    EXPECT_NEAR(planned.fixed[i].quality.accuracy, actual, 0.01) << plan.labels_per_item[i] << " labels an item";
  }
}

INSTANTIATE_TEST_SUITE_P(Mixes, PlanFromPilot,
                         testing::Values(Mix{"good:1", "2", "uniform"}, Mix{"good:0.5,mediocre:0.5", "2", "0.7,0.3"},
                                         Mix{"good:0.6,biased:0.15,random:0.15,spammer:0.1", "4", "uniform"}));

// Workers who are all right with one probability, against a simulated crowd of them and the estimate of its labels.
TEST(Plan, StatedAccuracyIsWhatACrowdGives) {
  constexpr std::size_t kItems = 20000, kWorkers = 40;
  for (const double p : {0.7, 0.85}) {
    Random random(23);
    LabelTable table;
    table.classes = ClassSet(std::vector<std::string>{"a", "b"});
    GoldLabels truth;
    LabelColumns columns{{0}, {}};
    std::vector<std::uint32_t> workers(kWorkers);
    for (std::uint32_t w = 0; w < kWorkers; ++w) {
      workers[w] = w;
      table.workers.intern("w" + std::to_string(w));
    }
    for (std::size_t o = 0; o < kItems; ++o) {
      table.items.intern("i" + std::to_string(o));
      truth.push_back(ClassIndex(random.below(2)));
      random.shuffle(std::span(workers));
      for (std::size_t i = 0; i < 5; ++i)
        columns.entries.push_back(workers[i] * 2 + (random.uniform() < p ? truth[o] : 1U - truth[o]));
      columns.offsets.push_back(columns.entries.size());
    }
    table.labels = LabelStore(kWorkers, 2, std::move(columns));
    ThreadPool threads(2);
    engine::EstimateRequest request{table};
    request.model = "one_coin";
    const double actual = accuracy_of(engine::estimate(request, {threads}), truth, 0);
    engine::PlanRequest plan;
    plan.crowd = engine::alike_crowd(p, {0.5, 0.5}, CostMatrix(2));
    plan.item_count = kItems;
    plan.labels_per_item = {5};
    const auto planned = engine::plan(plan, threads, 1);
    EXPECT_NEAR(planned.fixed[0].quality.accuracy, actual, 0.01) << p;
  }
}

}  // namespace
}  // namespace assay
