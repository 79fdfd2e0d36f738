// Seconds of every model's whole fit at a million labels, and how many times those of dawid_skene that is.
//
//   bench_models [MODEL...]      all of the registry when none is named
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include "assay/models/registry.h"
#include "assay/sim/crowd.h"

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kRounds = 5;

struct Timed {
  std::string name;
  double seconds = std::numeric_limits<double>::infinity();  // the best of the rounds
  std::uint64_t passes = 0;
};

assay::LabelStore labels_of(const char* classes, assay::ThreadPool& threads) {
  assay::sim::CrowdOptions options;
  options.items = 200'000;
  options.workers = 2'000;
  options.classes = classes;
  options.times = false;
  return assay::sim::Crowd(options).make(threads).table.labels;
}

// Models in turn, so that what else the machine does meets all of them.
void measure(const char* classes, std::vector<Timed> rows, assay::ThreadPool& threads) {
  const assay::LabelStore labels = labels_of(classes, threads);
  for (int round = 0; round < kRounds; ++round) {
    for (Timed& row : rows) {
      const auto start = Clock::now();
      row.passes = assay::models::find_model(row.name).make({})->fit({labels}, {threads}).summary.iterations;
      row.seconds = std::min(row.seconds, std::chrono::duration<double>(Clock::now() - start).count());
    }
  }
  for (const Timed& row : rows) {
    std::printf("fit, %2s classes, 2000 workers, 1 M labels: %-20s %7.3f s, %3llu passes, %5.1f times %s\n", classes,
                row.name.c_str(), row.seconds, static_cast<unsigned long long>(row.passes),
                row.seconds / rows.front().seconds, rows.front().name.c_str());
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<Timed> rows = {{"dawid_skene"}};
  for (int i = 1; i < argc; ++i) rows.push_back({assay::models::find_model(argv[i]).name});
  for (const auto& info : assay::models::registry()) {
    if (argc < 2 && info.name != rows.front().name) rows.push_back({info.name});
  }
  assay::ThreadPool threads;
  for (const char* classes : {"2", "4", "10"}) measure(classes, rows, threads);
}
