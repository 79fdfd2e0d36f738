// Labels a second of one EM pass, by number of threads, while the worker tables fit the cache.
#include <chrono>
#include <cstdio>

#include "assay/models/label_pass.h"
#include "assay/sim/crowd.h"

namespace {

using Clock = std::chrono::steady_clock;

double best_seconds(assay::models::LabelPass& pass, const assay::models::Factors& factors, int repeats) {
  assay::models::Counts counts;
  double best = 1e9;
  for (int i = 0; i < repeats; ++i) {
    const auto start = Clock::now();
    pass.run(factors, counts);
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
  }
  return best;
}

void measure(const char* classes) {
  assay::sim::CrowdOptions options;
  options.items = 200'000;
  options.workers = 2'000;
  options.classes = classes;
  options.times = false;
  assay::ThreadPool all(0);
  const auto crowd = assay::sim::Crowd(options).make(all);
  const std::size_t class_count = crowd.table.classes.size();
  const assay::models::Problem problem{.labels = crowd.table.labels};
  const assay::models::Factors factors{std::vector<double>(class_count, 1.0 / double(class_count)),
                                       assay::sim::Crowd(options).confusion()};
  for (const std::size_t thread_count : {1, 2}) {
    assay::ThreadPool threads(thread_count);
    assay::models::LabelPass pass(problem, threads);
    const double seconds = best_seconds(pass, factors, 20);
    std::printf("em pass, %s classes, %zu thread%s: %.0f M labels/s\n", classes, thread_count,
                thread_count > 1 ? "s" : "", double(crowd.table.labels.label_count()) / seconds / 1e6);
  }
}

}  // namespace

int main() {
  for (const char* classes : {"2", "4", "10"}) measure(classes);
}
