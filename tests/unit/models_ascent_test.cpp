#include "assay/models/ascent.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace assay::models {
namespace {

// -|x - 1|^2 / 2 with neighbours that pull at each other, and a curvature that leaves that out.
class Ridge final : public Hill {
 public:
  double evaluate(std::span<const double> x, std::span<double> slope, std::span<double> curvature) override {
    last.assign(x.begin(), x.end());
    ++calls;
    double value = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      slope[i] = 1 - x[i];
      curvature[i] = 1;
      value -= 0.5 * (x[i] - 1) * (x[i] - 1);
    }
    for (std::size_t i = 0; i + 1 < x.size(); ++i) {
      const double apart = x[i + 1] - x[i];
      value -= 2 * apart * apart;
      slope[i] += 4 * apart;
      slope[i + 1] -= 4 * apart;
    }
    return value;
  }
  std::vector<double> last;
  std::uint64_t calls = 0;
};

// log s(x) + log(1 - s(x)) far from its top, where Newton's step overshoots by orders of magnitude.
class Overshooting final : public Hill {
 public:
  double evaluate(std::span<const double> x, std::span<double> slope, std::span<double> curvature) override {
    double value = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double s = 1 / (1 + std::exp(-x[i]));
      value += -std::abs(x[i]) - 2 * std::log1p(std::exp(-std::abs(x[i])));
      slope[i] = 1 - 2 * s;
      curvature[i] = 2 * s * (1 - s);
    }
    last.assign(x.begin(), x.end());
    return value;
  }
  std::vector<double> last;
};

// Falls whatever one does, though its slope says otherwise.
class Liar final : public Hill {
 public:
  double evaluate(std::span<const double> x, std::span<double> slope, std::span<double> curvature) override {
    slope[0] = curvature[0] = 1;
    last = x[0];
    return -std::abs(x[0]);
  }
  double last = 0;
};

EmOptions exact() {
  EmOptions options;
  options.tolerance = 1e-15;
  return options;
}

void expect_no_fall(const Ascent& ascent) {
  for (std::size_t i = 1; i < ascent.objective.size(); ++i) EXPECT_GE(ascent.objective[i], ascent.objective[i - 1]);
}

TEST(Ascent, FindsTheTopAndEndsThere) {
  ThreadPool pool(2);
  for (const bool accelerate : {true, false}) {
    EmOptions options = exact();
    options.accelerate = accelerate;
    // More parameters than one thread takes at once.
    std::vector<double> x(40'000);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::sin(static_cast<double>(i));
    Ridge ridge;
    const Ascent ascent = climb(ridge, x, std::vector<double>(x.size(), 10.0), options, Context{pool});
    EXPECT_EQ(ascent.termination, Termination::converged);
    EXPECT_EQ(ascent.passes, ridge.calls);
    EXPECT_EQ(x, ridge.last);
    expect_no_fall(ascent);
    for (const double v : x) ASSERT_NEAR(v, 1, 1e-4);
  }
}

TEST(Ascent, TheMemoryOfAStepSavesPasses) {
  ThreadPool pool(1);
  std::uint64_t passes[2];
  for (const bool accelerate : {false, true}) {
    EmOptions options = exact();
    options.accelerate = accelerate;
    std::vector<double> x(50);
    std::iota(x.begin(), x.end(), 0.0);
    Ridge ridge;
    passes[accelerate] = climb(ridge, x, std::vector<double>(50, 10.0), options, Context{pool}).passes;
  }
  EXPECT_LT(2 * passes[true], passes[false]);
}

TEST(Ascent, ComesBackFromStepsThatOvershoot) {
  ThreadPool pool(1);
  std::vector<double> x = {12, -9, 4, 0.5};
  Overshooting hill;
  const Ascent ascent = climb(hill, x, std::vector<double>(4, 1e9), exact(), Context{pool});
  EXPECT_EQ(ascent.termination, Termination::converged);
  expect_no_fall(ascent);
  EXPECT_EQ(x, hill.last);
  for (const double v : x) EXPECT_NEAR(v, 0, 1e-5);
}

TEST(Ascent, MovesNoParameterFartherThanItsLimit) {
  ThreadPool pool(1);
  std::vector<double> x = {30, 30};
  Overshooting hill;
  EmOptions options;
  options.max_iterations = 3;
  const Ascent ascent = climb(hill, x, std::vector<double>{0.5, 2}, options, Context{pool});
  EXPECT_EQ(ascent.termination, Termination::max_iterations);
  EXPECT_LE(ascent.passes, 3U);
  EXPECT_NEAR(x[0], 29.5, 1e-12);
  EXPECT_NEAR(x[1], 28, 1e-12);
}

TEST(Ascent, EndsWhereNoStepLeadsUp) {
  ThreadPool pool(1);
  std::vector<double> x = {0};
  Liar liar;
  const Ascent ascent = climb(liar, x, std::vector<double>{1}, exact(), Context{pool});
  EXPECT_EQ(ascent.termination, Termination::converged);
  EXPECT_EQ(x[0], 0);
  EXPECT_EQ(liar.last, 0);
}

}  // namespace
}  // namespace assay::models
