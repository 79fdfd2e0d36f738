// Risk-adjusted pay is fair in the end and careful on the way: simulated crowds whose labels are paid for batch by
// batch, estimated without any gold. The table that it prints stands in docs/pay.md.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "assay/engine/pay_history.h"
#include "assay/sim/crowd.h"

namespace assay::engine {
namespace {

constexpr std::uint64_t kLabelsPerWorker = 2000;
constexpr std::uint64_t kBatches = 10;

struct Mix {
  const char* name;
  const char* classes;
  const char* priors;
  const char* mix;
  double target;
  std::uint64_t workers;
};

bool is_honest(sim::WorkerKind kind) {
  return kind == sim::WorkerKind::good || kind == sim::WorkerKind::mediocre || kind == sim::WorkerKind::biased;
}

bool is_spammer(sim::WorkerKind kind) { return kind == sim::WorkerKind::spammer || kind == sim::WorkerKind::random; }

// Micro-units.
struct Sums {
  double fair = 0, paid = 0, held = 0, labels = 0;
  void add(const Sums& other) {
    fair += other.fair;
    paid += other.paid;
    held += other.held;
    labels += other.labels;
  }
};

struct Replay {
  std::vector<Sums> honest;  // by batch
  Sums spammers;             // in the end
  Sums off;                  // of single honest workers in the end: `fair` is the sum of abs(paid + held - fair) / fair
};

Replay replay(const Mix& mix, std::uint64_t seed, ThreadPool& threads) {
  sim::CrowdOptions options;
  options.workers = mix.workers;
  options.items = mix.workers * kLabelsPerWorker / 5;
  options.labels_per_item = 5;
  options.classes = mix.classes;
  options.priors = mix.priors;
  options.mix = mix.mix;
  options.activity_skew = 0;
  options.seed = seed;
  const sim::Crowd crowd(options);
  const auto made = crowd.make(threads);
  PayOptions pay;
  pay.price = "0.05";
  pay.target_cost = mix.target;
  pay.risk = 0.1;
  EstimateRequest request{made.table};
  request.model = "dawid_skene";
  const std::uint64_t step = (made.table.labels.label_count() + kBatches - 1) / kBatches;
  const auto batches = pay_history({request, pay_terms(pay), step}, {threads, seed});
  quality::ValueFormula formula(crowd.prior(), CostMatrix(crowd.prior().size()), {.cost = mix.target},
                                quality::Labelling::fixed);
  std::vector<double> fair(mix.workers);
  for (std::size_t w = 0; w < mix.workers; ++w) fair[w] = 50'000 * formula.value(crowd.confusion().worker(w)).share;
  Replay out;
  for (const auto& batch : batches) {
    Sums honest;
    Sums spammers;
    for (WorkerIndex w = 0; w < mix.workers; ++w) {
      const auto& payment = batch.result.payments[w];
      const auto labels = static_cast<double>(payment.label_count);
      const Sums here{labels * fair[w], double((payment.paid_before + payment.paid_now).micros()),
                      double(payment.held.micros()), labels};
      if (is_honest(crowd.kind(w))) honest.add(here);
      if (is_honest(crowd.kind(w)) && &batch == &batches.back()) {
        out.off.add({std::abs(here.paid + here.held - here.fair) / here.fair, 0, 0, 1});
      }
      if (is_spammer(crowd.kind(w))) spammers.add(here);
    }
    out.honest.push_back(honest);
    out.spammers = spammers;
  }
  return out;
}

TEST(PayHistory, IsFairInTheEndAndCarefulOnTheWay) {
  const Mix mixes[] = {
      {"two classes, usual", "2", "uniform", "good:0.6,mediocre:0.15,spammer:0.1,random:0.15", 0.05, 20},
      {"two skewed classes", "2", "0.8,0.2", "good:0.6,mediocre:0.2,spammer:0.2", 0.05, 20},
      {"three classes, biased", "3", "uniform", "good:0.5,biased:0.3,random:0.2", 0.05, 20},
      {"four classes, usual", "4", "uniform", "good:0.6,biased:0.15,random:0.15,spammer:0.1", 0.05, 20},
      {"nearly all good", "3", "0.5,0.3,0.2", "good:0.95,spammer:0.05", 0.05, 20},
      {"half spam", "3", "uniform", "good:0.5,random:0.25,spammer:0.25", 0.05, 20},
  };
  ThreadPool threads(2);
  std::printf("%-24s %8s %8s %8s %8s %8s %8s %10s\n", "paid / fair, honest", "10 %", "30 %", "100 %", "worst", "+ held",
              "each off", "spammers");
  for (const auto& mix : mixes) {
    std::vector<Sums> honest(kBatches);
    Sums spammers;
    Sums off;
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
      const auto one = replay(mix, seed, threads);
      ASSERT_EQ(one.honest.size(), kBatches);
      for (std::size_t b = 0; b < kBatches; ++b) honest[b].add(one.honest[b]);
      spammers.add(one.spammers);
      off.add(one.off);
    }
    double worst = 0;
    for (const auto& sums : honest) worst = std::max(worst, sums.paid / sums.fair);
    const auto& end = honest.back();
    const double in_500 = spammers.labels > 0 ? spammers.paid / spammers.labels / 50'000 * 500 : 0;
    std::printf("%-24s %8.3f %8.3f %8.3f %8.3f %8.3f %8.3f %10.3f\n", mix.name, honest[0].paid / honest[0].fair,
                honest[2].paid / honest[2].fair, end.paid / end.fair, worst, (end.paid + end.held) / end.fair,
                off.fair / off.labels, in_500);
    EXPECT_NEAR((end.paid + end.held) / end.fair, 1, 0.05) << mix.name;
    EXPECT_LT(worst, 1.02) << mix.name;
    EXPECT_GT(end.paid / end.fair, honest[0].paid / honest[0].fair + 0.1) << mix.name << ": what is held must shrink";
    EXPECT_LT(off.fair / off.labels, 0.12) << mix.name;
    EXPECT_LT(in_500, 1) << mix.name;
  }
}

}  // namespace
}  // namespace assay::engine
