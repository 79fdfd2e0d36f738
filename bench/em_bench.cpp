// Labels a second of one EM pass, by classes, workers and threads, beside its roof: two threads that read the label
// array and do the same two table look-ups a label, and nothing else.
//
//   bench_em [CLASSES WORKERS ITEMS]...      cases of one's own instead
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <numeric>
#include <string>
#include <vector>

#include "assay/base/random.h"
#include "assay/core/label_store_builder.h"
#include "assay/models/label_pass.h"

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kLabelsPerItem = 5;
constexpr int kRepeats = 15;

template <typename Act>
double median_seconds(Act act) {
  std::vector<double> seconds;
  for (int i = 0; i < kRepeats; ++i) {
    const auto start = Clock::now();
    act();
    seconds.push_back(std::chrono::duration<double>(Clock::now() - start).count());
  }
  std::nth_element(seconds.begin(), seconds.begin() + kRepeats / 2, seconds.end());
  return seconds[kRepeats / 2];
}

assay::LabelStore random_labels(std::uint64_t items, std::uint64_t workers, std::size_t classes) {
  assay::Random random(1);
  assay::LabelStoreBuilder builder;
  builder.reserve(items * kLabelsPerItem);
  for (std::uint64_t item = 0; item < items; ++item) {
    for (std::uint64_t i = 0; i < kLabelsPerItem; ++i) {
      builder.add(static_cast<assay::ItemIndex>(item), static_cast<assay::WorkerIndex>(random.below(workers)),
                  static_cast<assay::ClassIndex>(random.below(classes)));
    }
  }
  return builder.finish(items, workers, classes);
}

assay::models::Factors random_factors(std::uint64_t workers, std::size_t classes) {
  assay::Random random(2);
  assay::Confusions table(workers, classes);
  for (double& factor : table.values()) factor = 0.05 + 0.9 * random.uniform();
  return {std::vector<double>(classes, 1.0 / double(classes)), std::move(table)};
}

double roof_seconds(const assay::LabelStore& labels, const assay::models::Factors& factors) {
  const std::size_t k = labels.class_count();
  const double* table = factors.table.values().data();
  std::vector<double> counts(factors.table.values().size());
  assay::ThreadPool threads(2);
  std::vector<double> sums(16);
  const auto entries = labels.entries();
  return median_seconds([&] {
    threads.run(sums.size(), [&](std::size_t part) {
      const std::size_t end = entries.size() * (part + 1) / sums.size();
      double sum = 0;
      for (std::size_t i = entries.size() * part / sums.size(); i < end; ++i) {
        sum += table[std::size_t{entries[i]} * k] + counts[std::size_t{entries[i]} * k];
      }
      sums[part] = sum;
    });
  });
}

void measure(std::size_t classes, std::uint64_t workers, std::uint64_t items) {
  const assay::LabelStore labels = random_labels(items, workers, classes);
  const auto factors = random_factors(workers, classes);
  const assay::models::Problem problem{.labels = labels};
  const double millions = double(labels.label_count()) / 1e6;
  std::printf("em pass, %2zu classes, %7llu workers, %3.0f M labels:", classes,
              static_cast<unsigned long long>(workers), millions);
  for (const std::size_t thread_count : {1, 2}) {
    assay::ThreadPool threads(thread_count);
    assay::models::LabelPass pass(problem, threads);
    assay::models::Counts counts;
    const double seconds = median_seconds([&] { pass.run(factors, counts); });
    std::printf(" %zu thread%s %.0f M labels/s,", thread_count, thread_count > 1 ? "s" : "", millions / seconds);
  }
  std::printf(" roof %.0f\n", millions / roof_seconds(labels, factors));
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i + 2 < argc; i += 3)
    measure(std::stoul(argv[i]), std::stoull(argv[i + 1]), std::stoull(argv[i + 2]));
  if (argc > 1) return 0;
  for (const std::size_t classes : {2, 4, 8, 10}) measure(classes, 2'000, 200'000);
  measure(4, 10'000, 1'000'000);
  measure(4, 200'000, 2'000'000);
  measure(4, 2'000'000, 4'000'000);
}
