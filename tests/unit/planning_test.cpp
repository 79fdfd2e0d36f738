#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "assay/base/error.h"
#include "assay/base/random.h"
#include "assay/engine/plan.h"
#include "assay/io/read_input.h"
#include "assay/models/registry.h"
#include "assay/planning/learning_curve.h"
#include "assay/planning/redundancy.h"

namespace assay::planning {
namespace {

PlannedCrowd alike(double accuracy, std::size_t k = 2) {
  return engine::alike_crowd(accuracy, std::vector<double>(k, 1 / double(k)), CostMatrix(k));
}

RedundancyOptions options_of(std::vector<std::uint64_t> labels) {
  RedundancyOptions options;
  options.labels_per_item = std::move(labels);
  return options;
}

// The integrated quality of Sheng, Provost and Ipeirotis 2008, to four digits.
TEST(Redundancy, PublishedAccuracies) {
  const std::vector<std::uint64_t> labels = {1, 3, 5, 7, 9, 11, 21, 41};
  const std::vector<std::pair<double, std::vector<double>>> figures = {
      {0.55, {0.55, 0.5748, 0.5931, 0.6083, 0.6214, 0.6331, 0.6790, 0.7408}},
      {0.6, {0.6, 0.648, 0.6826, 0.7102, 0.7334, 0.7535, 0.8256, 0.9035}},
      {0.7, {0.7, 0.784, 0.8369, 0.8740, 0.9012, 0.9218, 0.9736, 0.9964}},
      {0.8, {0.8, 0.896, 0.9421, 0.9667, 0.9804, 0.9883, 0.9990, 1.0}},
      {0.9, {0.9, 0.972, 0.9914, 0.9973, 0.9991, 0.9997, 1.0, 1.0}}};
  ThreadPool threads(1);
  for (const auto& [p, expected] : figures) {
    const auto rows = fixed_redundancy(alike(p), options_of(labels), threads);
    for (std::size_t i = 0; i < labels.size(); ++i) {
      EXPECT_NEAR(rows[i].accuracy, expected[i], 5.1e-5) << p << " " << labels[i];
      EXPECT_NEAR(rows[i].expected_cost, 1 - rows[i].accuracy, 1e-12);
      EXPECT_LE(rows[i].accuracy_low, rows[i].accuracy);
      EXPECT_GE(rows[i].accuracy_high, rows[i].accuracy);
    }
  }
}

// How many labels of such workers reach a cost of 0.1, 0.05, 0.01 (Wang, Ipeirotis and Provost 2017, definition 1).
TEST(Redundancy, LabelsForATarget) {
  const std::vector<std::pair<double, std::vector<double>>> figures = {
      {0.9, {1, 3, 5}}, {0.85, {3, 5, 9}}, {0.8, {5, 7, 13}}, {0.75, {7, 9, 19}}, {0.7, {9, 17, 31}}};
  ThreadPool threads(1);
  for (const auto& [p, expected] : figures) {
    for (std::size_t i = 0; i < 3; ++i) {
      const double target = std::vector<double>{0.1, 0.05, 0.01}[i];
      const auto found = fixed_for_target(alike(p), target, 100, options_of({1}), threads);
      EXPECT_TRUE(found.reached);
      EXPECT_EQ(found.labels_per_item, expected[i]) << p << " " << target;
    }
  }
}

TEST(Redundancy, TargetOutOfReachSaysHowNear) {
  ThreadPool threads(1);
  const auto found = fixed_for_target(alike(0.5), 0.1, 20, options_of({1}), threads);
  EXPECT_FALSE(found.reached);
  EXPECT_NEAR(found.cost, 0.5, 1e-12);
  engine::PlanRequest request;
  request.crowd = alike(0.5);
  request.labels_per_item = {1};
  request.target_cost = 0.1;
  EXPECT_THROW(static_cast<void>(engine::plan(request, threads, 1)), Error);
}

// Two of three items have labels: (3 + 2) / 2 labels and (0.9 + 0.6) / 2 right. Workers of 0.8 give 0.8 by two labels
// and 0.896 by three.
TEST(Plan, TellsWhatItWouldHaveExpectedOfTheLabelsAtHand) {
  engine::EstimateResult result;
  result.estimate.posterior = Matrix<double>(3, 2, 0.5);
  result.estimate.posterior(0, 1) = 0.9;
  result.estimate.posterior(2, 0) = 0.6;
  result.items.resize(3);
  result.items[0].label = 1;
  result.items[0].label_count = 3;
  result.items[2].label_count = 2;
  engine::PlanRequest request;
  request.crowd = alike(0.8);
  request.labels_per_item = {1};
  request.at_hand = engine::labels_at_hand(result);
  EXPECT_DOUBLE_EQ(request.at_hand->labels_per_item, 2.5);
  EXPECT_DOUBLE_EQ(request.at_hand->accuracy, 0.75);
  ThreadPool threads(1);
  const auto plan = engine::plan(request, threads, 1);
  ASSERT_TRUE(plan.at_hand_planned.has_value());
  EXPECT_NEAR(*plan.at_hand_planned, (0.8 + 0.896) / 2, 1e-12);

  result.workers.workers.resize(2);
  for (auto& worker : result.workers.workers) worker.label_count = 3;
  result.workers.workers[0].gold_count = 3;
  EXPECT_TRUE(engine::labels_at_hand(result).has_value());
  result.workers.workers[1].gold_count = 3;
  EXPECT_FALSE(engine::labels_at_hand(result).has_value()) << "gold is decided whatever the labels say";
}

// The simulation against the exact sum, for classes, priors and costs at random.
TEST(Redundancy, SimulationMeetsTheExactSum) {
  ThreadPool threads(2);
  Random random(11);
  for (std::size_t k = 2; k <= 4; ++k) {
    PlannedCrowd crowd = alike(0.6, k);
    const std::vector<double> alpha(k, 2.0);
    random.dirichlet(alpha, crowd.prior);
    for (std::size_t t = 0; t < k; ++t) {
      for (std::size_t d = 0; d < k; ++d) crowd.costs.set(t, d, t == d ? 0 : 0.5 + random.uniform());
    }
    auto options = options_of({0, 1, 2, 4, 6});
    const auto exact = fixed_redundancy(crowd, options, threads);
    // Two workers with one matrix each have no exact sum here, and are the same crowd.
    PlannedCrowd several = crowd;
    several.alike = false;
    several.confusion = Confusions(12, k);
    several.share.assign(12, 1.0 / 12);
    for (std::size_t w = 0; w < 12; ++w) {
      for (std::size_t t = 0; t < k; ++t) {
        for (std::size_t g = 0; g < k; ++g) several.confusion.at(w, t, g) = crowd.confusion.at(0, t, g);
      }
    }
    const auto simulated = fixed_redundancy(several, options, threads);
    for (std::size_t i = 0; i < exact.size(); ++i) {
      EXPECT_NEAR(simulated[i].accuracy, exact[i].accuracy, 0.006) << k << " " << i;
      EXPECT_NEAR(simulated[i].expected_cost, exact[i].expected_cost, 0.006) << k << " " << i;
    }
  }
}

TEST(Redundancy, AdaptiveIsNoWorseAndDeterministic) {
  ThreadPool one(1), three(3);
  const auto options = options_of({1, 2, 3, 5});
  const auto fixed = fixed_redundancy(alike(0.75), options, one);
  const auto adaptive = adaptive_redundancy(alike(0.75), options, three);
  const auto again = adaptive_redundancy(alike(0.75), options, one);
  for (std::size_t i = 0; i < fixed.size(); ++i) {
    EXPECT_GT(adaptive[i].accuracy, fixed[i].accuracy - 0.005);
    EXPECT_EQ(adaptive[i].accuracy, again[i].accuracy);
  }
  EXPECT_GT(adaptive[3].accuracy, fixed[3].accuracy + 0.02);
}

TEST(Redundancy, NobodyLabelsAnItemTwice) {
  // Three workers: more than three labels an item are not to be had.
  PlannedCrowd crowd = alike(0.8);
  crowd.alike = false;
  crowd.share = {0.8, 0.1, 0.1};
  crowd.confusion = Confusions(3, 2);
  for (std::size_t w = 0; w < 3; ++w) {
    for (std::size_t t = 0; t < 2; ++t) {
      for (std::size_t g = 0; g < 2; ++g) crowd.confusion.at(w, t, g) = t == g ? 0.8 : 0.2;
    }
  }
  ThreadPool threads(1);
  const auto rows = fixed_redundancy(crowd, options_of({3, 9}), threads);
  EXPECT_NEAR(rows[0].accuracy, 0.896, 0.006);
  EXPECT_EQ(rows[1].accuracy, rows[0].accuracy);
}

TEST(ShareInterval, CoversBinomialShares) {
  Random random(5);
  for (const double p : {0.6, 0.9, 0.99}) {
    int covered = 0;
    for (int i = 0; i < 2000; ++i) {
      double right = 0;
      for (int o = 0; o < 200; ++o) right += random.uniform() < p ? 1 : 0;
      const auto interval = share_interval(p, 0, 200, 0.9);
      covered += right / 200 >= interval.low && right / 200 <= interval.high ? 1 : 0;
    }
    EXPECT_GT(covered, 2000 * 0.85) << p;
  }
}

TEST(Plan, PriceAndHoursAreExact) {
  engine::PlanRequest request;
  request.crowd = alike(0.8);
  request.item_count = 20000;
  request.labels_per_item = {1, 3};
  request.price = Money::of_micros(50'000);
  request.seconds_per_label = 9;
  request.active_workers = 5;
  ThreadPool threads(1);
  const auto result = engine::plan(request, threads, 1);
  EXPECT_EQ(result.fixed[1].total_price, Money::of_micros(3'000'000'000));
  EXPECT_NEAR(*result.fixed[1].hours, 60000 * 9.0 / 5 / 3600, 1e-9);
  EXPECT_EQ(result.adaptive[0].label_count, 20000U);
}

// Accuracies of random subsets of r labels an item, as computed with crowd-kit's Dawid-Skene (100 iterations, 10 draws)
// and by majority vote with ties split (20 draws): reference figures to one or two standard deviations of theirs.
struct Published {
  std::string set;
  std::vector<std::uint64_t> labels;
  std::vector<double> vote, dawid_skene;
};

TEST(LearningCurve, PublishedFigures) {
  const char* given = std::getenv("ASSAY_DATA");
  const std::string data = given != nullptr ? given : "../shared/data";
  if (!std::filesystem::exists(data + "/possent"))
    GTEST_SKIP() << "needs the real data sets, in the folder named by ASSAY_DATA or ../shared/data";
  const std::vector<Published> published = {
      {"possent", {3, 5, 10, 20}, {0.7624, 0.8160, 0.8771, 0.9335}, {0.8501, 0.9063, 0.9474, 0.9600}},
      {"rte", {3, 5, 7, 10}, {0.8043, 0.8476, 0.8729, 0.8969}, {0.8389, 0.8940, 0.9154, 0.9275}},
      {"dog", {3, 5, 7, 10}, {0.7609, 0.7917, 0.8074, 0.8222}, {0.7597, 0.8100, 0.8253, 0.8426}},
  };
  ThreadPool threads(2);
  for (const auto& set : published) {
    const std::string folder = data + "/" + set.set;
    const io::Input input = io::read_input({{folder + "/labels.csv"}, {}, {}, {}}, {}, threads);
    const GoldLabels truth =
        io::match_gold(io::read_gold(folder + "/gold.csv"), input.table.items, input.table.classes);
    const auto vote = learning_curve({input.table.labels, truth, set.labels, "majority_vote", {}, 20}, {threads});
    const auto em = learning_curve({input.table.labels, truth, set.labels, "dawid_skene", {}, 10}, {threads});
    for (std::size_t i = 0; i < set.labels.size(); ++i) {
      EXPECT_NEAR(vote[i].accuracy, set.vote[i], 0.01) << set.set << " vote, " << set.labels[i];
      EXPECT_NEAR(em[i].accuracy, set.dawid_skene[i], 0.02) << set.set << " dawid_skene, " << set.labels[i];
    }
  }
}

}  // namespace
}  // namespace assay::planning
