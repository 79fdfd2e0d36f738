// What 2,000 workers of four classes take to be paid, on one thread and on two: values alone, and with the interval of
// the price. Beside it the time that Get-Another-Label's way would take: 4 x 1,000 virtual items for each of up to 20
// redundancies, a worker.
#include <chrono>
#include <cstdio>
#include <ctime>

#include "assay/engine/estimate.h"
#include "assay/engine/pay.h"
#include "assay/quality/simulated_costs.h"
#include "assay/sim/crowd.h"

namespace {

using Clock = std::chrono::steady_clock;

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

template <typename Act>
double seconds(Act act) {
  const auto start = Clock::now();
  act();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

int main() {
  assay::sim::CrowdOptions options;
  options.items = 40'000;
  options.workers = 2'000;
  options.times = false;
  assay::ThreadPool all(2);
  const auto table = assay::sim::Crowd(options).make(all).table;
  assay::engine::EstimateRequest request{table};
  request.model = "dawid_skene";
  const auto result = assay::engine::estimate(request, {all});
  assay::engine::PayOptions pay;
  pay.price = "0.05";
  pay.target_cost = 0.02;
  const assay::engine::PayRequest due{result, result.costs, assay::engine::pay_terms(pay), {}};
  for (const std::size_t count : {1U, 2U}) {
    assay::ThreadPool threads(count);
    const double before = processor_seconds();
    const double whole = seconds([&] { (void)assay::engine::pay(due, threads); });
    std::printf("pay, 2,000 workers, 4 classes, %zu thread%s: %.2f s with intervals, %.2f s processor\n", count,
                count > 1 ? "s" : "", whole, processor_seconds() - before);
  }
  const double before = processor_seconds();
  (void)seconds([&] {
    assay::quality::ValueFormula formula(result.estimate.prior, result.costs, due.terms.target,
                                         assay::quality::Labelling::fixed);
    for (std::size_t w = 0; w < 2'000; ++w) (void)formula.value(result.workers.confusion.worker(w));
  });
  std::printf("pay, values alone, flagged spammers too: %.2f s processor\n", processor_seconds() - before);
  constexpr std::size_t kSome = 20;
  const double theirs = seconds([&] {
    for (std::size_t w = 0; w < kSome; ++w) {
      for (std::uint32_t m = 1; m <= 20; ++m) {
        assay::quality::SimulatedCosts costs(result.estimate.prior, result.costs, result.workers.confusion.worker(w),
                                             4'000, 1);
        while (costs.labels() < m) costs.add_label();
        (void)costs.cost();
      }
    }
  });
  std::printf("pay, 20 fresh simulations of 4,000 items a worker: %.2f s for 2,000 workers\n", theirs * 2'000 / kSome);
}
