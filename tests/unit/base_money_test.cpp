#include "assay/base/money.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "assay/base/error.h"
#include "assay/base/random.h"

namespace assay {
namespace {

TEST(Money, ReadsAndWritesExactly) {
  EXPECT_EQ(parse_money("0.05", "--price").micros(), 50'000);
  EXPECT_EQ(parse_money("12", "--price").micros(), 12'000'000);
  EXPECT_EQ(parse_money(".5", "--price").micros(), 500'000);
  EXPECT_EQ(parse_money("0.000001", "--price").micros(), 1);
  EXPECT_EQ(to_text(Money::of_micros(50'000)), "0.05");
  EXPECT_EQ(to_text(Money::of_micros(500'000)), "0.50");
  EXPECT_EQ(to_text(Money::of_micros(12'000'000)), "12");
  EXPECT_EQ(to_text(Money::of_micros(-1)), "-0.000001");
  Random random(1);
  for (int i = 0; i < 1000; ++i) {
    const auto amount = Money::of_micros(static_cast<std::int64_t>(random.below(1'000'000'000'000)));
    EXPECT_EQ(parse_money(to_text(amount), "x"), amount);
  }
}

TEST(Money, RefusesWhatIsNoAmount) {
  for (const char* text : {"", ".", "-1", "+1", "1e3", "nan", "inf", "0.0000001", "1 ", "1,5", "1.2.3", "1000000001",
                           "99999999999999999999", "0x1"}) {
    EXPECT_THROW((void)parse_money(text, "--price"), Error) << text;
  }
  EXPECT_EQ(parse_currency("EUR", "--currency"), "EUR");
  for (const char* text : {"", "eur", "EURO", "E", "E1R", "$"}) {
    EXPECT_THROW((void)parse_currency(text, "--currency"), Error) << text;
  }
}

// No unit appears or vanishes, nobody is off by a whole unit, whole amounts stay.
TEST(Money, RoundingTogetherKeepsTheSum) {
  Random random(7);
  for (int round = 0; round < 500; ++round) {
    std::vector<double> exact(1 + random.below(60));
    double sum = 0;
    for (double& x : exact) {
      x = random.below(3) == 0 ? double(random.below(1000))
                               : random.uniform() * std::pow(10.0, double(random.below(9)));
      sum += x;
    }
    const auto rounded = round_together(exact);
    Money total;
    for (std::size_t i = 0; i < exact.size(); ++i) {
      EXPECT_LT(std::abs(double(rounded[i].micros()) - exact[i]), 1);
      if (exact[i] == std::floor(exact[i])) {
        EXPECT_EQ(double(rounded[i].micros()), exact[i]);
      }
      total += rounded[i];
    }
    EXPECT_LE(std::abs(double(total.micros()) - sum), 0.5 + 1e-3);
  }
  EXPECT_TRUE(round_together({}).empty());
  const std::vector<double> thirds = {1.0 / 3, 1.0 / 3, 1.0 / 3};
  EXPECT_EQ(round_together(thirds)[0].micros(), 1);
  const std::vector<double> too_much = {8e18, 8e18};
  EXPECT_THROW((void)round_together(too_much), Error);
}

}  // namespace
}  // namespace assay
