// What is paid: sums, rounding, bases, what was paid before, and the order of workers.
#include "assay/engine/pay.h"

#include <gtest/gtest.h>

#include <cmath>

#include "assay/base/error.h"
#include "assay/engine/pay_history.h"
#include "assay/sim/crowd.h"

namespace assay::engine {
namespace {

// An estimate of binary symmetric workers as sure as `labels` gold labels would make it.
EstimateResult estimate_of(const std::vector<double>& accuracy, std::uint64_t labels) {
  EstimateResult out;
  const std::size_t n = accuracy.size();
  out.estimate.prior = {0.5, 0.5};
  out.costs = CostMatrix(2);
  out.workers.confusion = out.workers.low = out.workers.high = out.estimate.counts = Confusions(n, 2);
  for (std::size_t w = 0; w < n; ++w) {
    for (std::size_t t = 0; t < 2; ++t) {
      for (std::size_t g = 0; g < 2; ++g) {
        const double p = t == g ? accuracy[w] : 1 - accuracy[w];
        const double half = 1.645 * std::sqrt(accuracy[w] * (1 - accuracy[w]) / (double(labels) / 2 + 1));
        out.workers.confusion.at(w, t, g) = p;
        out.workers.low.at(w, t, g) = std::max(0.0, p - half);
        out.workers.high.at(w, t, g) = std::min(1.0, p + half);
        out.estimate.counts.at(w, t, g) = p * double(labels) / 2;
      }
    }
    quality::WorkerQuality row;
    row.rank = static_cast<std::uint32_t>(w + 1);
    row.label_count = labels;
    const double half = 1.645 * std::sqrt(accuracy[w] * (1 - accuracy[w]) / double(labels));
    const auto quality = [](double p) { return p > 0.5 ? (2 * p - 1) * (2 * p - 1) : 0; };
    row.quality_expected = {quality(accuracy[w]), quality(accuracy[w] - half),
                            quality(std::min(1.0, accuracy[w] + half))};
    out.workers.workers.push_back(row);
  }
  return out;
}

PayOptions usual() {
  PayOptions options;
  options.price = "0.05";
  options.target_cost = 0.05;
  return options;
}

PayResult paid(const EstimateResult& result, const PayOptions& options, std::vector<Money> before = {}) {
  ThreadPool threads(2);
  return pay({result, result.costs, pay_terms(options), std::move(before)}, threads);
}

TEST(Pay, DividesThePriceByTheWorkersNeeded) {
  const auto result = estimate_of({0.98, 0.9, 0.8, 0.5}, 1000);
  const auto out = paid(result, usual());
  EXPECT_EQ(out.payments[0].basis, PayBasis::full);
  EXPECT_EQ(out.payments[0].earned, Money::of_micros(50'000'000));
  EXPECT_EQ(out.payments[1].basis, PayBasis::divided);
  EXPECT_EQ(out.payments[1].needed.count, 3);
  EXPECT_NEAR(out.payments[1].price_per_label, 50'000 / out.payments[1].needed.continuous, 1e-6);
  EXPECT_EQ(out.payments[2].needed.count, 7);
  EXPECT_EQ(out.payments[3].basis, PayBasis::out_of_reach);
  EXPECT_EQ(out.payments[3].earned, Money{});
  EXPECT_EQ(out.spammer_cost, 0.5);
  Money sum;
  for (const auto& payment : out.payments) {
    sum += payment.earned;
    EXPECT_EQ(payment.earned, payment.paid_now);
    EXPECT_EQ(payment.held, Money{});
    EXPECT_LE(payment.price_per_label_low, payment.price_per_label);
    EXPECT_GE(payment.price_per_label_high, payment.price_per_label);
  }
  EXPECT_EQ(sum, out.earned);
}

TEST(Pay, RiskHoldsWhatIsNotSure) {
  auto options = usual();
  options.risk = 0.1;
  double last_share = 0;
  for (const std::uint64_t labels : {30U, 300U, 3000U, 30000U}) {
    const auto out = paid(estimate_of({0.85, 0.8, 0.75}, labels), options);
    EXPECT_EQ(out.earned, out.paid_now + out.held);
    const double share = out.paid_now.units() / out.earned.units();
    EXPECT_GT(share, last_share) << "more labels, less held";
    last_share = share;
    const auto plain = paid(estimate_of({0.85, 0.8, 0.75}, labels), usual());
    for (std::size_t w = 0; w < 3; ++w) {
      EXPECT_LT(out.payments[w].paid_now, out.payments[w].earned);
      EXPECT_LE(out.payments[w].paid_now, plain.payments[w].paid_now) << "more than is paid without risk";
    }
  }
  EXPECT_GT(last_share, 0.95);
}

TEST(Pay, NothingIsTakenBack) {
  auto options = usual();
  options.risk = 0.2;
  const auto result = estimate_of({0.8, 0.8, 0.5}, 400);
  const auto first = paid(result, options);
  const auto again =
      paid(result, options, {first.payments[0].paid_now, Money::of_micros(40'000'000), Money::of_micros(7)});
  EXPECT_EQ(again.payments[0].paid_now, Money{});
  EXPECT_EQ(again.payments[0].held, first.payments[0].held);
  EXPECT_EQ(again.payments[1].paid_now, Money{}) << "more was paid than he earned";
  EXPECT_EQ(again.payments[1].held, Money{});
  EXPECT_EQ(again.payments[2].paid_now, Money{});
}

TEST(Pay, TheBaseIsPaidForEveryLabel) {
  auto options = usual();
  options.reservation_wage = "0.004";
  const auto result = estimate_of({0.95, 0.6, 0.5}, 500);
  for (const double risk : {0.0, 0.1}) {
    options.risk = risk;
    const auto out = paid(result, options);
    EXPECT_GT(out.payments[0].paid_now, Money::of_micros(2'000'000));
    EXPECT_EQ(out.payments[1].paid_now, Money::of_micros(2'000'000));
    EXPECT_EQ(out.payments[2].paid_now, Money::of_micros(2'000'000));
    EXPECT_GT(out.payments[0].worth_base_probability, 0.95);
    EXPECT_LT(out.payments[1].worth_base_probability, 0.05);
    EXPECT_EQ(out.payments[2].worth_base_probability, 0);
  }
}

TEST(Pay, FlaggedSpammersAndDoubtfulWorkers) {
  auto options = usual();
  options.risk = 0.1;
  auto result = estimate_of({0.8, 0.8}, 500);
  result.workers.workers[0].flags.set(quality::WorkerFlag::spammer);
  result.workers.workers[1].quality_expected.low = 0;
  const auto out = paid(result, options);
  EXPECT_EQ(out.payments[0].basis, PayBasis::spammer);
  EXPECT_EQ(out.payments[0].earned, Money{});
  EXPECT_EQ(out.payments[1].paid_now, Money{});
  EXPECT_GT(out.payments[1].held, Money{});
  EXPECT_EQ(out.payments[1].price_per_label_low, 0);
}

TEST(Pay, SameForAnyNumberOfThreadsAndOrderOfWorkers) {
  const std::vector<double> accuracy = {0.9, 0.85, 0.8, 0.75, 0.7, 0.65};
  const std::vector<double> backwards(accuracy.rbegin(), accuracy.rend());
  auto options = usual();
  options.risk = 0.1;
  const auto one = paid(estimate_of(accuracy, 77), options);
  auto turned = estimate_of(backwards, 77);
  for (std::size_t w = 0; w < 6; ++w) turned.workers.workers[w].rank = static_cast<std::uint32_t>(6 - w);
  const auto other = paid(turned, options);
  ThreadPool single(1);
  const auto result = estimate_of(accuracy, 77);
  const auto alone = pay({result, result.costs, pay_terms(options), {}}, single);
  for (std::size_t w = 0; w < 6; ++w) {
    EXPECT_EQ(one.payments[w].earned, other.payments[5 - w].earned);
    EXPECT_EQ(one.payments[w].paid_now, other.payments[5 - w].paid_now);
    EXPECT_EQ(one.payments[w].paid_now, alone.payments[w].paid_now);
  }
}

TEST(Pay, RowsWithoutNumbersAreFilledIn) {
  auto result = estimate_of({0.9, 0.8}, 200);
  for (std::size_t g = 0; g < 2; ++g) {
    result.workers.confusion.at(1, 0, g) = std::nan("");
    result.workers.low.at(1, 0, g) = result.workers.high.at(1, 0, g) = std::nan("");
  }
  const auto out = paid(result, usual());
  EXPECT_GT(out.payments[1].earned, Money{});
  EXPECT_LT(out.payments[1].earned, out.payments[0].earned);
}

TEST(Pay, TermsThatMakeNoSenseAreRefused) {
  const auto where = [](const PayOptions& options) -> std::string {
    try {
      (void)pay_terms(options);
    } catch (const Error& e) {
      return e.where();
    }
    return "";
  };
  auto options = usual();
  EXPECT_EQ(where(options), "");
  for (const char* price : {"", "0", "-1", "nan", "five"}) {
    options.price = price;
    EXPECT_EQ(where(options), "--price") << price;
  }
  options = usual();
  options.target_cost = 0;
  EXPECT_EQ(where(options), "--target-cost");
  options = usual();
  options.reservation_wage = "0.06";
  EXPECT_EQ(where(options), "--reservation-wage");
  options = usual();
  options.currency = "dollars";
  EXPECT_EQ(where(options), "--currency");
}

LabelTable crowd_labels(double labels_per_item) {
  sim::CrowdOptions options;
  options.items = 300;
  options.workers = 8;
  options.classes = "2";
  options.labels_per_item = labels_per_item;
  options.mix = "good:0.7,spammer:0.3";
  ThreadPool threads(2);
  return sim::Crowd(options).make(threads).table;
}

PayTerms risky_terms() {
  auto options = usual();
  options.risk = 0.1;
  options.reservation_wage = "0.001";
  return pay_terms(options);
}

TEST(PayHistory, PaysTheDifferencesAndEndsWhereOnePaymentDoes) {
  const auto table = crowd_labels(3);
  ThreadPool threads(2);
  EstimateRequest request{table};
  request.model = "dawid_skene";
  const auto batches = pay_history({request, risky_terms(), 200}, {threads});
  ASSERT_EQ(batches.size(), 5U);
  EXPECT_EQ(batches.back().label_count, table.labels.label_count());
  std::vector<Money> paid(8);
  double time = 0;
  for (const auto& batch : batches) {
    EXPECT_GE(batch.time, time);
    time = batch.time;
    std::uint64_t labels = 0;
    for (std::size_t w = 0; w < 8; ++w) {
      const auto& payment = batch.result.payments[w];
      EXPECT_EQ(payment.paid_before, paid[w]);
      EXPECT_GE(payment.paid_now, Money{});
      paid[w] += payment.paid_now;
      EXPECT_GE(paid[w], Money::of_micros(1000) * static_cast<std::int64_t>(payment.label_count)) << "the base";
      labels += payment.label_count;
    }
    EXPECT_EQ(labels, batch.label_count);
  }
  const auto all_at_once = estimate(request, {threads});
  std::vector<Money> before(8);
  for (std::size_t w = 0; w < 8; ++w) before[w] = batches.back().result.payments[w].paid_before;
  const auto once = pay({all_at_once, all_at_once.costs, risky_terms(), before}, threads);
  for (std::size_t w = 0; w < 8; ++w) {
    EXPECT_EQ(once.payments[w].paid_now, batches.back().result.payments[w].paid_now);
    EXPECT_EQ(once.payments[w].held, batches.back().result.payments[w].held);
  }
}

TEST(PayHistory, NeedsTimes) {
  auto table = crowd_labels(1);
  auto columns = table.labels.release();
  columns.times.clear();
  table.labels = LabelStore(8, 2, std::move(columns));
  ThreadPool threads(1);
  EstimateRequest request{table};
  request.model = "majority_vote";
  EXPECT_THROW((void)pay_history({request, risky_terms(), 0}, {threads}), Error);
}

}  // namespace
}  // namespace assay::engine
