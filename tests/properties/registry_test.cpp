// What must hold for every model of the registry, whatever it computes.
#include "assay/models/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "assay/models/label_pass.h"
#include "assay/sim/crowd.h"
#include "tests/support/problems.h"

namespace assay::models {
namespace {

constexpr double kSame = 1e-6;

Estimate fit(const ModelInfo& model, const Problem& problem, std::size_t threads = 2, std::uint64_t seed = 1) {
  ThreadPool pool(threads);
  return model.make({})->fit(problem, Context{pool, seed});
}

void expect_distribution(std::span<const double> p, const std::string& what) {
  double sum = 0;
  for (const double v : p) {
    ASSERT_TRUE(v >= 0 && v <= 1 + 1e-9) << what << ": " << v;
    sum += v;
  }
  ASSERT_NEAR(sum, 1, 1e-9) << what;
}

void expect_distributions(const Estimate& estimate, const Problem& problem) {
  const LabelStore& labels = problem.labels;
  ASSERT_EQ(estimate.posterior.rows(), labels.item_count());
  ASSERT_EQ(estimate.posterior.columns(), labels.class_count());
  expect_distribution(estimate.prior, "prior");
  for (ItemIndex o = 0; o < labels.item_count(); ++o) {
    expect_distribution(estimate.posterior.row(o), "item " + std::to_string(o));
    if (problem.has_gold(o)) {
      ASSERT_EQ(estimate.posterior(o, problem.gold[o]), 1) << "item " << o;
    }
  }
  ASSERT_EQ(estimate.confusion.worker_count(), labels.worker_count());
  for (WorkerIndex w = 0; w < labels.worker_count(); ++w) {
    for (std::size_t t = 0; t < labels.class_count(); ++t) {
      std::vector<double> row;
      for (std::size_t g = 0; g < labels.class_count(); ++g) row.push_back(estimate.confusion.at(w, t, g));
      expect_distribution(row, "worker " + std::to_string(w) + " class " + std::to_string(t));
    }
  }
}

// The soft counts of a worker sum to the weight of her labels.
void expect_counts_add_up(const Estimate& estimate, const LabelStore& labels) {
  std::vector<double> weight(labels.worker_count());
  for (std::size_t i = 0; i < labels.entries().size(); ++i) {
    weight[labels.worker_of(labels.entries()[i])] += labels.weights().empty() ? 1.0 : double(labels.weights()[i]);
  }
  for (WorkerIndex w = 0; w < labels.worker_count(); ++w) {
    const auto n = estimate.counts.worker(w);
    EXPECT_NEAR(std::accumulate(n.begin(), n.end(), 0.0), weight[w], 1e-6 * (1 + weight[w])) << "worker " << w;
  }
}

struct Row {
  ItemIndex item;
  WorkerIndex worker;
  ClassIndex label;
};

std::vector<Row> rows_of(const LabelStore& labels) {
  std::vector<Row> rows;
  for (ItemIndex o = 0; o < labels.item_count(); ++o) {
    for (const auto row : labels.rows(o)) rows.push_back({o, labels.worker_of(row), labels.label_of(row)});
  }
  return rows;
}

LabelStore store_of(const std::vector<Row>& rows, std::size_t items, std::size_t workers, std::size_t classes) {
  LabelStoreBuilder builder;
  for (const auto& row : rows) builder.add(row.item, row.worker, row.label);
  return builder.finish(items, workers, classes);
}

template <typename T>
std::vector<T> permutation(std::size_t n, Random& random) {
  std::vector<T> out(n);
  std::iota(out.begin(), out.end(), T{0});
  random.shuffle(std::span<T>(out));
  return out;
}

sim::SimulatedCrowd crowd(std::uint64_t items, std::uint64_t workers, const std::string& classes, double per_item,
                          const std::string& mix, std::uint64_t seed) {
  sim::CrowdOptions options;
  options.items = items;
  options.workers = workers;
  options.classes = classes;
  options.labels_per_item = per_item;
  options.mix = mix;
  options.times = false;
  options.activity_skew = 0;
  options.seed = seed;
  ThreadPool pool(2);
  return sim::Crowd(options).make(pool);
}

double accuracy(const Matrix<double>& posterior, const GoldLabels& truth) {
  double right = 0;
  for (ItemIndex o = 0; o < truth.size(); ++o) {
    const auto p = posterior.row(o);
    right += std::max_element(p.begin(), p.end()) - p.begin() == truth[o] ? 1 : 0;
  }
  return right / static_cast<double>(truth.size());
}

class EveryModel : public ::testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] const ModelInfo& model() const { return find_model(GetParam()); }

  void expect_well_formed(const Estimate& estimate, const Problem& problem) const {
    expect_distributions(estimate, problem);
    const auto& objective = estimate.summary.objective;
    for (std::size_t i = 1; model().iterative && i < objective.size(); ++i) {
      ASSERT_GE(objective[i], objective[i - 1]) << "pass " << i;
    }
  }
};

TEST_P(EveryModel, SaysWhatItIs) {
  EXPECT_FALSE(model().meaning.empty());
  EXPECT_FALSE(model().citation.empty());
  EXPECT_EQ(model().make({})->name(), model().name);
  const auto values = model().make({})->options();
  ASSERT_EQ(values.size(), model().options.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(values[i].first, model().options[i].name);
    EXPECT_EQ(values[i].second, model().options[i].default_value);
  }
  EXPECT_ANY_THROW((void)model().make({{"no_such_option", "1"}}));
}

TEST_P(EveryModel, IsWellFormed) {
  for (const std::size_t k : {2, 3, 5, 9}) {
    const auto crowd = testing::simple_crowd(300, 25, k, 4, k);
    const Problem problem{crowd.labels};
    const Estimate estimate = fit(model(), problem);
    expect_well_formed(estimate, problem);
    expect_counts_add_up(estimate, crowd.labels);
  }
}

TEST_P(EveryModel, GivesTheSameBytesForAnyNumberOfThreads) {
  const auto crowd = testing::simple_crowd(4000, 60, 3, 5, 7);
  const Problem problem{crowd.labels};
  const Estimate one = fit(model(), problem, 1);
  for (const std::size_t threads : {2, 3}) {
    const Estimate other = fit(model(), problem, threads);
    EXPECT_EQ(one.posterior, other.posterior);
    EXPECT_EQ(one.confusion, other.confusion);
    EXPECT_EQ(one.prior, other.prior);
    EXPECT_EQ(one.worker_score, other.worker_score);
    EXPECT_EQ(one.item_difficulty, other.item_difficulty);
    EXPECT_EQ(one.summary.objective, other.summary.objective);
  }
}

TEST_P(EveryModel, OnlyPermutesWhenRowsAreShuffledAndNamesChange) {
  constexpr std::size_t kItems = 400, kWorkers = 30, kClasses = 4;
  const auto crowd = testing::simple_crowd(kItems, kWorkers, kClasses, 5, 11);
  Random random(3);
  const auto item = permutation<ItemIndex>(kItems, random);
  const auto worker = permutation<WorkerIndex>(kWorkers, random);
  const auto cls = permutation<ClassIndex>(kClasses, random);
  auto rows = rows_of(crowd.labels);
  random.shuffle(std::span<Row>(rows));
  for (auto& row : rows) row = {item[row.item], worker[row.worker], cls[row.label]};
  const LabelStore renamed = store_of(rows, kItems, kWorkers, kClasses);
  const Estimate a = fit(model(), Problem{crowd.labels});
  const Estimate b = fit(model(), Problem{renamed});
  for (ItemIndex o = 0; o < kItems; ++o) {
    for (std::size_t c = 0; c < kClasses; ++c) {
      ASSERT_NEAR(a.posterior(o, c), b.posterior(item[o], cls[c]), kSame) << "item " << o << " class " << c;
    }
  }
  for (WorkerIndex w = 0; w < kWorkers; ++w) {
    for (std::size_t t = 0; t < kClasses; ++t) {
      for (std::size_t g = 0; g < kClasses; ++g) {
        ASSERT_NEAR(a.confusion.at(w, t, g), b.confusion.at(worker[w], cls[t], cls[g]), kSame) << "worker " << w;
      }
    }
  }
}

TEST_P(EveryModel, BeatsTheVoteOrEqualsItWhereWorkersDiffer) {
  const auto simulated = crowd(2000, 40, "3", 7, "good:0.5,random:0.5", 5);
  const Estimate vote = fit(find_model("majority_vote"), Problem{simulated.table.labels});
  const Estimate estimate = fit(model(), Problem{simulated.table.labels});
  EXPECT_GE(accuracy(estimate.posterior, simulated.truth), accuracy(vote.posterior, simulated.truth));
}

TEST_P(EveryModel, RecoversTheErrorRatesOfASimulatedCrowd) {
  const auto simulated = crowd(6000, 30, "3", 8, "good:0.7,mediocre:0.3", 9);
  const Estimate estimate = fit(model(), Problem{simulated.table.labels});
  // Read the true rates off the labels, so that no model is blamed for the luck of the draw.
  Confusions rates(30, 3);
  for (const auto& row : rows_of(simulated.table.labels))
    rates.at(row.worker, simulated.truth[row.item], row.label) += 1;
  double off = 0;
  for (WorkerIndex w = 0; w < 30; ++w) {
    for (std::size_t t = 0; t < 3; ++t) {
      const double total = rates.true_total(w, t);
      for (std::size_t g = 0; g < 3; ++g)
        off += std::abs(rates.at(w, t, g) / total - estimate.confusion.at(w, t, g)) / 270;
    }
  }
  // Votes and one-parameter workers can't see confusions as they are; the others must come close.
  EXPECT_LT(off, model().confusion && model().name != "one_coin" && model().name != "mace" ? 0.02 : 0.08);
}

TEST_P(EveryModel, ClampsGoldAndLearnsFromIt) {
  const auto simulated = crowd(600, 20, "3", 3, "good:0.4,biased:0.6", 21);
  GoldLabels gold(600, kNoClass);
  for (ItemIndex o = 0; o < 300; ++o) gold[o] = simulated.truth[o];
  const Problem problem{simulated.table.labels, gold};
  const Estimate with = fit(model(), problem);
  expect_well_formed(with, problem);
  GoldLabels all = simulated.truth;
  const Problem known{simulated.table.labels, all};
  const Estimate estimate = fit(model(), known);
  expect_well_formed(estimate, known);
  if (model().name == "glad" || model().name == "one_coin" || model().name == "mace") return;  // uniform class prior
  for (std::size_t c = 0; c < 3; ++c) {
    const double share = static_cast<double>(std::count(all.begin(), all.end(), c)) / 600;
    EXPECT_NEAR(estimate.prior[c], share, 0.01) << "every item is gold: the prior is the gold's share";
  }
}

TEST_P(EveryModel, KeepsAFixedPrior) {
  const auto crowd = testing::simple_crowd(200, 10, 3, 3, 2);
  const Problem problem{crowd.labels, {}, PriorMode::fixed, {0.7, 0.2, 0.1}};
  const Estimate estimate = fit(model(), problem);
  expect_well_formed(estimate, problem);
  EXPECT_THAT(estimate.prior, ::testing::Pointwise(::testing::DoubleNear(1e-12), {0.7, 0.2, 0.1}));
}

TEST_P(EveryModel, TakesWeightsAsRepeatedLabels) {
  const auto crowd = testing::simple_crowd(200, 10, 3, 3, 31);
  LabelStoreBuilder weighted, repeated;
  weighted.expect(true, false, false);
  Random random(1);
  for (const auto& row : rows_of(crowd.labels)) {
    const auto times = 1 + random.below(3);
    weighted.add(row.item, row.worker, row.label, {static_cast<float>(times), 0, 1});
    for (std::uint64_t i = 0; i < times; ++i) repeated.add(row.item, row.worker, row.label);
  }
  const LabelStore a = weighted.finish(200, 10, 3);
  const LabelStore b = repeated.finish(200, 10, 3);
  const Estimate x = fit(model(), Problem{a});
  const Estimate y = fit(model(), Problem{b});
  for (ItemIndex o = 0; o < 200; ++o) {
    for (std::size_t c = 0; c < 3; ++c) ASSERT_NEAR(x.posterior(o, c), y.posterior(o, c), kSame) << "item " << o;
  }
}

TEST_P(EveryModel, GivesUnlabelledItemsThePrior) {
  LabelStoreBuilder builder;
  for (ItemIndex o = 0; o < 20; ++o) {
    for (WorkerIndex w = 0; w < 4; ++w) builder.add(o, w, static_cast<ClassIndex>(o % 3 == 0));
  }
  const LabelStore labels = builder.finish(25, 6, 2);
  GoldLabels gold(25, kNoClass);
  gold[24] = 1;
  const Problem problem{labels, gold};
  const Estimate estimate = fit(model(), problem);
  expect_well_formed(estimate, problem);
  for (ItemIndex o = 20; o < 24; ++o) {
    for (std::size_t c = 0; c < 2; ++c) EXPECT_NEAR(estimate.posterior(o, c), estimate.prior[c], 1e-9);
  }
}

TEST_P(EveryModel, StandsDegenerateInput) {
  const std::vector<std::tuple<std::size_t, std::size_t, std::size_t>> shapes = {{0, 0, 1}, {0, 0, 3}, {5, 0, 2},
                                                                                 {5, 3, 1}, {1, 1, 2}, {7, 1, 3}};
  for (const auto& [items, workers, classes] : shapes) {
    LabelStoreBuilder builder;
    for (ItemIndex o = 0; o < items && workers > 0; ++o) {
      builder.add(o, o % static_cast<WorkerIndex>(workers), static_cast<ClassIndex>(o % classes));
    }
    const LabelStore labels = builder.finish(items, workers, classes);
    const Problem problem{labels};
    SCOPED_TRACE(std::to_string(items) + " items, " + std::to_string(workers) + " workers, " + std::to_string(classes));
    expect_well_formed(fit(model(), problem), problem);
  }
}

TEST_P(EveryModel, StandsThousandsOfLabelsOnAnItem) {
  LabelStoreBuilder builder;
  for (WorkerIndex w = 0; w < 3000; ++w) {
    builder.add(0, w, w % 5 < 3 ? 0 : 1);
    builder.add(1, w, w % 5 < 3 ? 1 : 0);
  }
  const LabelStore labels = builder.finish(2, 3000, 2);
  const Problem problem{labels};
  const Estimate estimate = fit(model(), problem);
  expect_well_formed(estimate, problem);
  EXPECT_GT(estimate.posterior(0, 0), 0.55);
  EXPECT_GT(estimate.posterior(1, 1), 0.55);
}

TEST_P(EveryModel, RespectsWorkerPriors) {
  if (!model().confusion) GTEST_SKIP() << GetParam() << ": the model has no confusion counts";
  // One label each on 30 items by two workers who always disagree: only earlier estimates can tell them apart.
  LabelStoreBuilder builder;
  for (ItemIndex o = 0; o < 30; ++o) {
    builder.add(o, 0, o % 2);
    builder.add(o, 1, 1 - o % 2);
  }
  const LabelStore labels = builder.finish(30, 2, 2);
  Confusions priors(2, 2, 5.0);
  for (std::size_t c = 0; c < 2; ++c) priors.at(0, c, c) = 95;
  const Problem problem{labels, {}, PriorMode::estimate, {}, priors};
  const Estimate estimate = fit(model(), problem);
  expect_well_formed(estimate, problem);
  for (ItemIndex o = 0; o < 30; ++o) EXPECT_GT(estimate.posterior(o, o % 2), 0.6) << "item " << o;
}

TEST_P(EveryModel, EndsEarlyWhenAsked) {
  const auto crowd = testing::simple_crowd(300, 25, 3, 4, 13);
  ThreadPool pool(1);
  const StopFlag stop{true};
  Context context{pool};
  context.stop = &stop;
  const Problem problem{crowd.labels};
  expect_well_formed(model().make({})->fit(problem, context), problem);
}

std::vector<std::string> model_names() {
  std::vector<std::string> names;
  for (const auto& row : registry()) names.push_back(row.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryModel, ::testing::ValuesIn(model_names()),
                         [](const auto& row) { return row.param; });

TEST(CountsOfParts, MergeToTheCountsOfTheWhole) {
  const auto crowd = testing::simple_crowd(500, 20, 3, 4, 17);
  std::vector<Row> first, second;
  for (const auto& row : rows_of(crowd.labels)) (row.item < 200 ? first : second).push_back(row);
  const LabelStore a = store_of(first, 500, 20, 3);
  const LabelStore b = store_of(second, 500, 20, 3);
  ThreadPool pool(2);
  Random random(2);
  Factors factors{{0.5, 0.3, 0.2}, Confusions(20, 3)};
  for (double& v : factors.table.values()) v = random.uniform() + 0.01;
  const auto count = [&](const LabelStore& labels) {
    const Problem problem{labels};
    LabelPass pass(problem, pool);
    Counts counts;
    pass.run(factors, counts);
    return counts;
  };
  const Counts whole = count(crowd.labels);
  Counts merged = count(a);
  merged.merge(count(b));
  EXPECT_NEAR(merged.log_evidence, whole.log_evidence, 1e-8 * std::abs(whole.log_evidence));
  for (std::size_t i = 0; i < whole.labels.values().size(); ++i) {
    ASSERT_NEAR(merged.labels.values()[i], whole.labels.values()[i], 1e-9);
  }
  EXPECT_THAT(merged.classes, ::testing::Pointwise(::testing::DoubleNear(1e-9), whole.classes));
}

}  // namespace
}  // namespace assay::models
