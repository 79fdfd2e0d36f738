// What older programs for noisy labels got wrong, one test a defect. G: Get-Another-Label, T: Troia, CK: crowd-kit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "assay/engine/estimate.h"
#include "assay/models/dawid_skene.h"
#include "assay/models/mace.h"
#include "assay/models/one_coin.h"
#include "assay/models/registry.h"
#include "assay/quality/expected_cost.h"
#include "assay/sim/crowd.h"
#include "tests/support/problems.h"

namespace assay {
namespace {

using models::Context;
using models::PriorMode;
using models::Problem;

Estimate fit(const std::string& model, const Problem& problem, const OptionValues& options = {},
             std::uint64_t seed = 1) {
  ThreadPool pool(2);
  return models::find_model(model).make(options)->fit(problem, Context{pool, seed});
}

std::vector<std::string> models_with(bool models::ModelInfo::* ability) {
  std::vector<std::string> names;
  for (const auto& row : models::registry()) {
    if (row.*ability) names.push_back(row.name);
  }
  return names;
}

sim::SimulatedCrowd simulate(sim::CrowdOptions options) {
  ThreadPool pool(2);
  return sim::Crowd(options).make(pool);
}

LabelTable table_of(LabelStore labels) {
  LabelTable table;
  std::vector<std::string> classes;
  for (std::size_t o = 0; o < labels.item_count(); ++o) table.items.intern("item" + std::to_string(o));
  for (std::size_t w = 0; w < labels.worker_count(); ++w) table.workers.intern("worker" + std::to_string(w));
  for (std::size_t c = 0; c < labels.class_count(); ++c) classes.push_back("class" + std::to_string(c));
  table.classes = ClassSet(classes);
  table.labels = std::move(labels);
  return table;
}

engine::EstimateResult estimate(const LabelTable& table, const std::string& model, const GoldLabels& gold = {}) {
  ThreadPool pool(2);
  engine::EstimateRequest request{table};
  request.gold = gold;
  request.costs = CostMatrix(table.classes.size());
  request.model = model;
  return engine::estimate(request, Context{pool});
}

// A crowd as in the report on syn100k: 60 % good, 15 % biased, 15 % random, 10 % constant.
sim::SimulatedCrowd mixed_crowd(std::uint64_t items) {
  sim::CrowdOptions options;
  options.items = items;
  options.workers = 80;
  options.times = false;
  return simulate(options);
}

TEST(AncestorDefects, G1_T2_TheObjectiveNeverFallsAndStopsTheFit) {
  const auto crowd = mixed_crowd(2000);
  for (const auto& model : models_with(&models::ModelInfo::iterative)) {
    const Estimate e = fit(model, Problem{crowd.table.labels});
    EXPECT_EQ(e.summary.termination, Termination::converged) << model;
    for (std::size_t i = 1; i < e.summary.objective.size(); ++i) {
      EXPECT_GE(e.summary.objective[i], e.summary.objective[i - 1]) << model;
    }
  }
}

TEST(AncestorDefects, G1_TheLogLikelihoodIsThatOfTheLabels) {
  const auto crowd = testing::simple_crowd(50, 6, 3, 4, 1);
  const Estimate e = fit("dawid_skene", Problem{crowd.labels}, {{"pseudo_count", "0"}});
  double sum = 0;
  for (ItemIndex o = 0; o < 50; ++o) {
    double evidence = 0;
    for (std::size_t t = 0; t < 3; ++t) {
      double product = e.prior[t];
      for (const auto row : crowd.labels.rows(o)) {
        product *= e.confusion.at(crowd.labels.worker_of(row), t, crowd.labels.label_of(row));
      }
      evidence += product;
    }
    sum += std::log(evidence);
  }
  EXPECT_NEAR(e.summary.objective.back(), sum, 1e-8);
  EXPECT_EQ(e.summary.objective_name, "log likelihood");
}

TEST(AncestorDefects, G2_AClassThatAWorkerNeverMetIsNoEvidenceForIt) {
  // One worker, ten gold items of class A, nine of them right; his label A on item x must speak for A.
  LabelStoreBuilder builder;
  for (ItemIndex o = 0; o < 10; ++o) builder.add(o, 0, o == 0 ? 1 : 0);
  builder.add(10, 0, 0);
  const LabelStore labels = builder.finish(11, 1, 2);
  GoldLabels gold(11, 0);
  gold[10] = kNoClass;
  for (const auto& row : models::registry()) {
    const Estimate e = fit(row.name, Problem{labels, gold, PriorMode::fixed, {0.5, 0.5}});
    EXPECT_GT(e.posterior(10, 0), 0.5) << row.name;
  }
}

TEST(AncestorDefects, G3_EveryWorkerHasErrorRatesAndAQuality) {
  // Half of the workers give a single label: most of their rows have no label at all.
  const auto crowd = testing::simple_crowd(400, 600, 4, 2, 8);
  for (const auto& row : models::registry()) {
    const Estimate e = fit(row.name, Problem{crowd.labels});
    const quality::QualityFormula formula(e.prior, CostMatrix(4));
    for (WorkerIndex w = 0; w < 600; ++w) {
      const auto q = formula.quality(formula.worker_cost(e.confusion.worker(w)));
      EXPECT_TRUE(q.expected >= 0 && q.expected <= 1) << row.name << " worker " << w << ": " << q.expected;
      EXPECT_TRUE(q.minimum >= 0 && q.minimum <= 1) << row.name << " worker " << w << ": " << q.minimum;
    }
  }
}

TEST(AncestorDefects, G4_AThousandLabelsOnAnItemDoNotUnderflow) {
  LabelStoreBuilder builder;
  for (WorkerIndex w = 0; w < 1000; ++w) builder.add(0, w, w < 600 ? 0 : 1);
  const LabelStore labels = builder.finish(1, 1000, 2);
  for (const auto& row : models::registry()) {
    const Estimate e = fit(row.name, Problem{labels, {}, PriorMode::fixed, {0.5, 0.5}});
    EXPECT_GT(e.posterior(0, 0), 0.55) << row.name;
  }
  Confusions priors(1000, 2, 1e5);
  for (std::size_t w = 0; w < 1000; ++w) priors.at(w, 0, 0) = priors.at(w, 1, 1) = 3e5;
  const Estimate e = fit("dawid_skene", Problem{labels, {}, PriorMode::fixed, {0.5, 0.5}, priors});
  EXPECT_DOUBLE_EQ(e.posterior(0, 0), 1) << "200 votes more for A, each three to one";
}

TEST(AncestorDefects, G5_ZerosInEveryClassLeaveADistribution) {
  // Gold: worker 0 never says 1 on class 0, worker 1 never says 0 on class 1. On item 40 they do just that.
  LabelStoreBuilder builder;
  GoldLabels gold(41, kNoClass);
  for (ItemIndex o = 0; o < 40; ++o) {
    gold[o] = o % 2;
    builder.add(o, 0, o % 2);
    builder.add(o, 1, o % 2);
  }
  builder.add(40, 0, 1);
  builder.add(40, 1, 0);
  const LabelStore labels = builder.finish(41, 2, 2);
  for (const auto& row : models::registry()) {
    const Estimate e = fit(row.name, Problem{labels, gold});
    EXPECT_NEAR(e.posterior(40, 0), 0.5, 0.01) << row.name;
  }
  const Estimate e = fit("dawid_skene", Problem{labels, gold}, {{"pseudo_count", "0"}});
  EXPECT_NEAR(e.posterior(40, 0) + e.posterior(40, 1), 1, 1e-12);
}

TEST(AncestorDefects, G6_TiesFallTheSameWayAndLabelAndCostBelongTogether) {
  LabelStoreBuilder builder;
  for (ItemIndex o = 0; o < 40; ++o) {
    builder.add(o, 0, 0);
    builder.add(o, 1, 1);
  }
  const LabelTable table = table_of(builder.finish(40, 2, 2));
  for (const auto& row : models::registry()) {
    const auto first = estimate(table, row.name);
    const auto second = estimate(table, row.name);
    for (ItemIndex o = 0; o < 40; ++o) {
      EXPECT_EQ(first.items[o].label, second.items[o].label);
      const double cost_of_label = first.estimate.posterior(o, 1 - first.items[o].label);
      EXPECT_NEAR(first.items[o].minimum_cost, cost_of_label, 1e-12) << row.name;
    }
  }
  EXPECT_EQ(estimate(table, "majority_vote").items[7].label, 0) << "equal priors: class order";
}

TEST(AncestorDefects, G11_EmptyGoldAndUnlabelledGoldAreFine) {
  LabelStoreBuilder builder;
  for (ItemIndex o = 0; o < 12; ++o) {
    for (WorkerIndex w = 0; w < 3; ++w) builder.add(o, w, (o + (w == 2 && o % 4 == 0)) % 2);
  }
  const LabelTable table = table_of(builder.finish(15, 3, 2));
  for (const auto& row : models::registry()) {
    const auto none = estimate(table, row.name);
    const auto empty = estimate(table, row.name, GoldLabels(15, kNoClass));
    for (ItemIndex o = 0; o < 15; ++o) {
      EXPECT_NEAR(none.estimate.posterior(o, 0), empty.estimate.posterior(o, 0), 1e-6) << row.name;
    }
    GoldLabels gold(15, kNoClass);
    gold[14] = 1;  // nobody labelled it
    const auto with = estimate(table, row.name, gold);
    EXPECT_EQ(with.items[14].label, 1) << row.name;
    EXPECT_EQ(with.items[14].label_count, 0u) << row.name;
  }
}

TEST(AncestorDefects, G12_RepeatedLabelsAreKeptAndCounted) {
  LabelStoreBuilder builder;
  builder.add(0, 0, 0);
  builder.add(0, 0, 1);
  builder.add(0, 0, 0);
  builder.add(0, 1, 1);
  LabelStoreBuilder::DuplicateCounts counts;
  const LabelStore labels = builder.finish(1, 2, 2, {}, LabelStoreBuilder::Duplicates::all, &counts);
  EXPECT_EQ(labels.label_count(), 4u);
  EXPECT_EQ(counts.repeated, 2u);
  EXPECT_EQ(counts.contradicting, 1u);
  const Estimate e = fit("majority_vote", Problem{labels});
  EXPECT_DOUBLE_EQ(e.posterior(0, 0), 0.5);
}

TEST(AncestorDefects, G13_ClaimedQualityIsNearTheTruth) {
  // Few labels by mostly poor workers: claims of certainty would be false. The claim is the mean probability of the
  // label.
  sim::CrowdOptions options;
  options.items = 1000;
  options.workers = 80;
  options.classes = "2";
  options.mix = "mediocre:0.7,random:0.3";
  options.times = false;
  const auto crowd = simulate(options);
  const auto gap = [&](const std::string& model) {
    const auto result = estimate(crowd.table, model);
    double right = 0;
    for (ItemIndex o = 0; o < 1000; ++o) right += result.items[o].label == crowd.truth[o] ? 1e-3 : 0;
    return result.data_quality.accuracy - right;
  };
  // An honest claim can't be exact here; 70 points off, as was seen, is another matter.
  for (const auto& row : models::registry()) EXPECT_LT(std::abs(gap(row.name)), 0.12) << row.name;
}

TEST(AncestorDefects, T1_ThePriorWeighsWhatBayesSays) {
  // Prior .999/.001, one vote B by a worker known to be right nine times of ten: Pr(A) = .0999 / (.0999 + .0009) =
  // .99107.
  LabelStoreBuilder builder;
  builder.add(0, 0, 1);
  const LabelStore labels = builder.finish(1, 1, 2);
  Confusions known(1, 2, 1e9);
  for (std::size_t c = 0; c < 2; ++c) known.at(0, c, c) = 9e9;
  for (const auto& model : models_with(&models::ModelInfo::confusion)) {
    const Estimate e = fit(model, Problem{labels, {}, PriorMode::fixed, {0.999, 0.001}, known});
    // Models in which items pull labels, or that pool with the vote, read a single label their way, but keep the order.
    const bool plain = model != "auto" && model != "shrunken_dawid_skene";
    if (plain) {
      EXPECT_NEAR(e.posterior(0, 0), 0.0999 / (0.0999 + 0.0009), 1e-4) << model;
    } else {
      EXPECT_GT(e.posterior(0, 0), 0.7) << model;
    }
  }
}

TEST(AncestorDefects, CK1_MaceDoesNotDependOnTheOrderOfRowsOrNames) {
  // Names arrive unsorted; a worker who always says class 0 must keep that habit, not get another worker's.
  Random random(3);
  std::vector<Label> rows;
  for (ItemIndex o = 0; o < 300; ++o) {
    const auto truth = static_cast<ClassIndex>(random.below(4));
    rows.push_back({o, 5, 0});
    for (WorkerIndex w = 0; w < 5; ++w) {
      rows.push_back({o, w, random.below(10) < 8 ? truth : static_cast<ClassIndex>(random.below(4))});
    }
  }
  const auto fit_in_order = [&] {
    LabelStoreBuilder builder;
    for (const auto& row : rows) builder.add(row.item, row.worker, row.label);
    const LabelStore labels = builder.finish(300, 6, 4);
    return fit("mace", Problem{labels});
  };
  const Estimate sorted = fit_in_order();
  random.shuffle(std::span<Label>(rows));
  const Estimate shuffled = fit_in_order();
  for (std::size_t i = 0; i < sorted.posterior.values().size(); ++i) {
    ASSERT_NEAR(sorted.posterior.values()[i], shuffled.posterior.values()[i], 1e-9);
  }
  EXPECT_GT(sorted.confusion.at(5, 3, 0), 0.9);
  EXPECT_LT(sorted.worker_score[5], 0.05);
}

TEST(AncestorDefects, CK2_MaceRestartsDiffer) {
  const auto crowd = testing::simple_crowd(20, 15, 4, 2, 1);
  const auto objective = [&](const std::string& restarts) {
    return fit("mace", Problem{crowd.labels}, {{"restarts", restarts}}).summary.objective.back();
  };
  EXPECT_GT(objective("20"), objective("1") + 0.1);
}

TEST(AncestorDefects, CK3_DawidSkeneRunsToItsMaximum) {
  const auto crowd = mixed_crowd(1500);
  const auto objective = [&](const std::string& tolerance) {
    return fit("dawid_skene", Problem{crowd.table.labels}, {{"tolerance", tolerance}}).summary.objective.back();
  };
  const double fine = objective("1e-13");
  EXPECT_LE(objective("1e-7"), fine + 1e-6);
  EXPECT_NEAR(objective("1e-7"), fine, 1e-4 * std::abs(fine));
}

TEST(AncestorDefects, CK6_TiesAreNoError) {
  LabelStoreBuilder builder;
  for (ItemIndex o = 0; o < 6; ++o) {
    builder.add(o, o, 0);
    builder.add(o, o + 6, 1);
  }
  const LabelStore labels = builder.finish(6, 12, 2);
  for (const auto& row : models::registry()) {
    const Estimate e = fit(row.name, Problem{labels});
    EXPECT_NEAR(e.posterior(0, 0), 0.5, 1e-6) << row.name;
  }
}

TEST(AncestorDefects, CK8_OneCoinDoesNotCollapseOnSkewedData) {
  sim::CrowdOptions options;
  options.items = 2000;
  options.workers = 60;
  options.classes = "4";
  options.priors = "0.55,0.25,0.15,0.05";
  options.mix = "mediocre:0.6,biased:0.2,spammer:0.2";
  options.times = false;
  const auto crowd = simulate(options);
  const auto accuracy = [&](const OptionValues& values) {
    const Estimate e = fit("one_coin", Problem{crowd.table.labels}, values);
    double right = 0;
    for (ItemIndex o = 0; o < 2000; ++o) {
      right += quality::most_likely(e.posterior.row(o), e.prior) == crowd.truth[o] ? 1.0 / 2000 : 0;
    }
    return right;
  };
  EXPECT_GT(accuracy({}), accuracy({{"class_prior", "estimated"}, {"pseudo_count", "0"}}) - 0.005);
}

}  // namespace
}  // namespace assay
