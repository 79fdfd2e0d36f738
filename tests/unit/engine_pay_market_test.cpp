// The market in which ways to pay are compared.
#include "assay/engine/pay_market.h"

#include <gtest/gtest.h>

namespace assay::engine {
namespace {

PayMarketOptions small_market() {
  PayMarketOptions out;
  out.items = 400;
  out.places = 15;
  return out;
}

const MarketKind& kind(const PayMarketResult& result, sim::WorkerKind which) {
  return result.kinds[static_cast<std::size_t>(which)];
}

TEST(PayMarket, FinishesItemsAndKeepsItsBooks) {
  for (const auto scheme : {PayScheme::flat, PayScheme::quality_sensitive, PayScheme::risk_adjusted}) {
    const auto result = simulate_pay_market(small_market(), {.scheme = scheme, .wage = 0.4});
    EXPECT_GE(result.finished, 400U) << name(scheme);
    double paid = 0;
    std::uint64_t labels = 0;
    for (const auto& row : result.kinds) {
      paid += row.paid;
      labels += row.label_count;
    }
    EXPECT_NEAR(paid, result.paid, 1e-6 * result.paid);
    EXPECT_EQ(labels, result.label_count);
    EXPECT_LT(result.true_cost, 0.15) << name(scheme);
    const auto again = simulate_pay_market(small_market(), {.scheme = scheme, .wage = 0.4});
    EXPECT_EQ(again.paid, result.paid) << "a seed gives one market";
  }
}

TEST(PayMarket, AFlatWageIsPaidForEveryLabel) {
  const auto result = simulate_pay_market(small_market(), {.wage = 0.25});
  EXPECT_NEAR(result.paid, 0.25 * double(result.label_count), 1e-6);
  EXPECT_EQ(kind(result, sim::WorkerKind::spammer).fair, 0);
}

// Where half the workers are spammers, paying by quality buys the same for less, and risk-adjusted pay gives spammers
// least.
TEST(PayMarket, PayingByQualityIsCheaperAmongSpammers) {
  auto market = small_market();
  market.items = 1000;
  market.mix = "good:0.3,mediocre:0.2,random:0.25,spammer:0.25";
  const auto flat = simulate_pay_market(market, {.wage = 0.5, .threshold = 0.2});
  const auto by_quality = simulate_pay_market(market, {.scheme = PayScheme::quality_sensitive});
  const auto careful = simulate_pay_market(market, {.scheme = PayScheme::risk_adjusted});
  EXPECT_LT(by_quality.cost_per_item(), flat.cost_per_item());
  EXPECT_LT(careful.cost_per_item(), by_quality.cost_per_item());
  const auto spam = [](const PayMarketResult& result) {
    const auto& row = kind(result, sim::WorkerKind::spammer);
    return row.paid / double(row.label_count);
  };
  EXPECT_LT(spam(by_quality), spam(flat) / 5);
  EXPECT_LT(spam(careful), spam(by_quality));
}

}  // namespace
}  // namespace assay::engine
