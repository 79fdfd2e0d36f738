// The tables of docs/pay.md that compare ways to pay: what an item costs at the same quality, how long workers stay,
// and what each kind of worker gets. Deterministic; takes some seconds.
#include <cstdio>
#include <string>
#include <vector>

#include "assay/engine/pay_market.h"

namespace {

using assay::engine::PayMarketOptions;
using assay::engine::PayMarketResult;
using assay::engine::PayScheme;
using assay::engine::PaySchemeOptions;
using assay::sim::WorkerKind;

constexpr std::uint64_t kSeeds = 3;

struct Mean {
  double cost = 0, true_cost = 0, labels = 0, finished = 0;
  std::array<assay::engine::MarketKind, assay::sim::kWorkerKindCount> kinds;
};

Mean run(PayMarketOptions market, const PaySchemeOptions& scheme) {
  Mean out;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    market.seed = seed;
    const auto result = assay::engine::simulate_pay_market(market, scheme);
    out.cost += result.cost_per_item() / double(kSeeds);
    out.true_cost += result.true_cost / double(kSeeds);
    out.labels += double(result.label_count) / double(result.finished) / double(kSeeds);
    out.finished += double(result.finished) / double(kSeeds);
    for (std::size_t i = 0; i < out.kinds.size(); ++i) {
      out.kinds[i].worker_count += result.kinds[i].worker_count;
      out.kinds[i].label_count += result.kinds[i].label_count;
      out.kinds[i].paid += result.kinds[i].paid;
      out.kinds[i].fair += result.kinds[i].fair;
    }
  }
  return out;
}

// The cheapest flat wage and threshold that finish all items about as well.
PaySchemeOptions best_flat(PayMarketOptions market, double true_cost) {
  PaySchemeOptions best;
  double least = 1e9;
  market.items /= 2;
  for (const double wage : {0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6}) {
    for (const double threshold : {0.02, 0.05, 0.1, 0.2, 0.3}) {
      const PaySchemeOptions options{PayScheme::flat, wage, threshold};
      const auto here = assay::engine::simulate_pay_market(market, options);
      const bool is_equal = here.finished >= market.items && here.true_cost < 1.1 * true_cost;
      if (is_equal && here.cost_per_item() < least) {
        least = here.cost_per_item();
        best = options;
      }
    }
  }
  return best;
}

void print_row(const char* name, const Mean& mean) {
  std::printf("| %s | %.3f | %.4f | %.2f |", name, mean.cost, mean.true_cost, mean.labels);
  for (const auto kind :
       {WorkerKind::good, WorkerKind::mediocre, WorkerKind::biased, WorkerKind::random, WorkerKind::spammer}) {
    const auto& row = mean.kinds[static_cast<std::size_t>(kind)];
    if (row.worker_count == 0) {
      std::printf(" - |");
      continue;
    }
    std::printf(" %.0f, %.4f (%.4f) |", double(row.label_count) / double(row.worker_count),
                row.paid / double(row.label_count), row.fair / double(row.label_count));
  }
  std::printf("\n");
}

void compare(const char* title, const PayMarketOptions& market) {
  const auto by_quality = run(market, {.scheme = PayScheme::quality_sensitive});
  const auto flat = best_flat(market, by_quality.true_cost);
  std::printf("\n%s: %s, %s classes, priors %s\n\n", title, market.mix.c_str(), market.classes.c_str(),
              market.priors.c_str());
  std::printf(
      "| scheme | price of an item | true cost | labels an item | good | mediocre | biased | random | spammer |\n");
  std::printf("|---|--:|--:|--:|---|---|---|---|---|\n");
  char name[64];
  std::snprintf(name, sizeof name, "flat %.2f, blocked under %.2f", flat.wage, flat.threshold);
  print_row(name, run(market, flat));
  print_row("quality-sensitive", by_quality);
  print_row("risk-adjusted", run(market, {.scheme = PayScheme::risk_adjusted}));
  print_row("risk-adjusted, only cash counts", run(market, {.scheme = PayScheme::risk_adjusted, .trust = 0}));
}

}  // namespace

int main() {
  std::printf("Amounts in full prices; a kind of worker: labels until he went, paid a label (fair)\n");
  PayMarketOptions market;
  compare("usual", market);
  market.mix = "good:0.3,mediocre:0.2,random:0.25,spammer:0.25";
  compare("half spam", market);
  market.mix = "good:0.45,biased:0.25,mediocre:0.1,random:0.1,spammer:0.1";
  market.classes = "3";
  compare("biased", market);
}
