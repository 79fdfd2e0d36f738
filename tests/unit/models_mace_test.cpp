#include "assay/models/mace.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "assay/base/random.h"
#include "assay/models/mace_step.h"
#include "tests/support/problems.h"

namespace assay::models {
namespace {

double value(std::span<const double> d, std::span<const double> e, double a, double v, std::span<const double> u) {
  double sum = a > 0 ? a * std::log(v) : 0;
  for (std::size_t g = 0; g < u.size(); ++g) {
    if (d[g] > 0) sum += d[g] * std::log(v + u[g]);
    if (e[g] > 0) sum += e[g] * std::log(u[g]);
  }
  return sum;
}

TEST(MaximizeMace, BeatsEveryOtherPoint) {
  Random random(1);
  for (int i = 0; i < 300; ++i) {
    const std::size_t k = 2 + random.below(4);
    std::vector<double> d(k), e(k), u(k);
    for (auto& x : d) x = random.below(4) == 0 ? 0 : 20 * random.uniform();
    for (auto& x : e) x = 0.1 + (random.below(3) == 0 ? 0 : 10 * random.uniform());
    const double v = maximize_mace(d, e, 0.1, u);
    EXPECT_NEAR(v + std::accumulate(u.begin(), u.end(), 0.0), 1, 1e-12);
    const double best = value(d, e, 0.1, v, u);
    for (int j = 0; j < 30; ++j) {
      std::vector<double> point(k + 1);
      random.dirichlet(std::vector<double>(k + 1, 1.0), point);
      // Far away, and close by.
      const double mix = j % 2 == 0 ? 1 : 1e-3;
      std::vector<double> other(k);
      for (std::size_t g = 0; g < k; ++g) other[g] = (1 - mix) * u[g] + mix * point[g + 1];
      EXPECT_LE(value(d, e, 0.1, (1 - mix) * v + mix * point[0], other), best + 1e-9);
    }
  }
}

TEST(MaximizeMace, StandsTheEdges) {
  std::vector<double> u(3);
  EXPECT_DOUBLE_EQ(maximize_mace(std::vector<double>(3), std::vector<double>(3), 0, u), 0.25);
  const double perfect = maximize_mace(std::vector<double>{5, 5, 5}, std::vector<double>(3), 0, u);
  EXPECT_NEAR(perfect, 1, 1e-9);
  // Always class 0, right a third of the time: all habit.
  const double spammer = maximize_mace(std::vector<double>{10, 0, 0}, std::vector<double>{20, 0, 0}, 0, u);
  EXPECT_NEAR(spammer, 0, 1e-6);
  EXPECT_NEAR(u[0], 1, 1e-6);
}

// Workers 0 to 7 are right nine times of ten, worker 8 always says 0, worker 9 guesses.
LabelStore lazy_crowd() {
  Random random(4);
  LabelStoreBuilder builder;
  for (ItemIndex o = 0; o < 400; ++o) {
    const auto truth = static_cast<ClassIndex>(random.below(3));
    for (WorkerIndex w = 0; w < 8; ++w) {
      if (random.below(2) == 0) builder.add(o, w, random.below(10) == 0 ? (truth + 1) % 3 : truth);
    }
    builder.add(o, 8, 0);
    builder.add(o, 9, static_cast<ClassIndex>(random.below(3)));
  }
  return builder.finish(400, 10, 3);
}

TEST(Mace, FindsTheSpammers) {
  const LabelStore labels = lazy_crowd();
  ThreadPool pool(2);
  for (const char* method : {"map", "variational"}) {
    MaceOptions options;
    options.method = method;
    const Estimate estimate = make_mace(options)->fit(Problem{labels}, Context{pool});
    for (WorkerIndex w = 0; w < 8; ++w) EXPECT_GT(estimate.worker_score[w], 0.7) << method;
    EXPECT_LT(estimate.worker_score[8], 0.05) << method;
    EXPECT_LT(estimate.worker_score[9], 0.15) << method;
    for (std::size_t t = 0; t < 3; ++t) EXPECT_GT(estimate.confusion.at(8, t, 0), 0.9) << method;
  }
}

TEST(Mace, RestartsBeginElsewhereAndKeepTheBest) {
  const auto crowd = testing::simple_crowd(20, 15, 4, 2, 1);
  ThreadPool pool(1);
  MaceOptions options;
  const auto objective = [&](std::uint64_t restarts, std::uint64_t seed) {
    options.restarts = restarts;
    return make_mace(options)->fit(Problem{crowd.labels}, Context{pool, seed}).summary.objective.back();
  };
  const double one = objective(1, 1);
  EXPECT_EQ(one, objective(1, 2)) << "a single start is the vote: the seed has no say";
  EXPECT_GT(objective(20, 1), one + 1e-3) << "on sparse data some start ends higher";
  EXPECT_EQ(objective(20, 1), objective(20, 1));
}

}  // namespace
}  // namespace assay::models
