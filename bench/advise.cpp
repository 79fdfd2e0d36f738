// Advice against the truth in simulated data: assay_advise [REPEATS]      prints the table of docs/learn.md
#include <cstdio>
#include <cstdlib>
#include <map>

#include "assay/base/error.h"
#include "bench/advise_scenarios.h"

namespace {

struct Tally {
  int scenarios = 0, clear = 0, right = 0, gains = 0, inside = 0;
};

void add(Tally& tally, const assay::bench::Outcome& outcome) {
  ++tally.scenarios;
  tally.clear += outcome.is_clear() ? 1 : 0;
  tally.right += outcome.is_clear() && outcome.is_right() ? 1 : 0;
  const auto count = [&](double truth, const assay::planning::Gain& gain) {
    ++tally.gains;
    tally.inside += truth >= gain.low && truth <= gain.high ? 1 : 0;
  };
  count(outcome.new_items, outcome.advice.new_items);
  count(outcome.more_labels, outcome.advice.more_labels);
}

void print(const char* name, const Tally& t) {
  std::printf("| %s | %d | %d | %d | %d of %d |\n", name, t.scenarios, t.clear, t.right, t.inside, t.gains);
}

}  // namespace

int main(int count, char** words) {
  const std::size_t repeats = count > 1 ? std::strtoul(words[1], nullptr, 10) : 40;
  assay::ThreadPool threads;
  std::map<std::string, Tally> worlds;
  std::vector<std::string> order;
  Tally all;
  for (const auto& scenario : assay::bench::scenarios({100, 400})) {
    const auto outcome = assay::bench::play(scenario, repeats, 1, {}, threads);
    if (worlds.find(scenario.world.name) == worlds.end()) order.emplace_back(scenario.world.name);
    add(worlds[scenario.world.name], outcome);
    add(all, outcome);
  }
  std::printf(
      "| world | scenarios | clear | right | true gains inside their 90 %% interval |\n|---|--:|--:|--:|--:|\n");
  for (const auto& name : order) print(name.c_str(), worlds[name]);
  print("**all**", all);
  return 0;
}
