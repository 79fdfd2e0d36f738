// The rate at which 110 MB of labels are read on one thread and on two, beside a plain pass of one thread over the same
// bytes, with items in order and shuffled.
//
//   bench_reading [FILE...]      files of one's own instead
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "assay/base/random.h"
#include "assay/io/byte_source.h"
#include "assay/io/read_labels.h"

namespace {

constexpr int kItems = 846'000;
constexpr int kWorkers = 50'000;
constexpr int kLabelsPerItem = 5;
constexpr int kRepeats = 3;

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void write_labels(const std::string& path, bool shuffled) {
  assay::Random random(1);
  std::vector<int> items(std::size_t{kItems} * kLabelsPerItem);
  for (std::size_t i = 0; i < items.size(); ++i) items[i] = static_cast<int>(i / kLabelsPerItem);
  if (shuffled) random.shuffle(std::span<int>(items));
  std::ofstream file(path);
  file << "worker,item,label\n";
  char row[64];
  for (const int item : items) {
    const auto worker = static_cast<int>(random.below(kWorkers));
    std::snprintf(row, sizeof row, "worker%05d,item%07d,%c\n", worker, item, "ABCD"[random.below(4)]);
    file << row;
  }
}

// The bound: every byte is fetched and looked at once.
std::uint64_t sum_bytes(const std::string& path) {
  const auto source = assay::io::open_bytes(path);
  std::vector<char> block(1 << 18);
  std::uint64_t sum = 0;
  for (std::size_t n = source->read(block.data(), block.size()); n > 0; n = source->read(block.data(), block.size())) {
    sum = std::accumulate(block.begin(), block.begin() + static_cast<std::ptrdiff_t>(n), sum);
  }
  return sum;
}

template <typename Act>
double best_of(Act act) {
  double best = 1e9;
  for (int i = 0; i < kRepeats; ++i) {
    const double start = wall_seconds();
    act();
    best = std::min(best, wall_seconds() - start);
  }
  return best;
}

void measure(const std::string& path, const char* what) {
  const double megabytes = double(std::filesystem::file_size(path)) / 1e6;
  volatile std::uint64_t sink = 0;
  const double plain = best_of([&] { sink = sum_bytes(path); });
  std::printf("reading, %s, %.0f MB: a plain pass %.0f MB/s", what, megabytes, megabytes / plain);
  for (const std::size_t thread_count : {1, 2}) {
    assay::ThreadPool threads(thread_count);
    const assay::io::ReadingOptions options;
    const double reading =
        best_of([&] { sink = assay::io::read_labels({path}, options, threads).labels.label_count(); });
    std::printf("; %zu %s %.0f MB/s (%.2f of a plain pass)", thread_count, thread_count == 1 ? "thread" : "threads",
                megabytes / reading, plain / reading);
  }
  std::printf("\n");
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) measure(argv[i], argv[i]);
  if (argc > 1) return 0;
  const auto path = (std::filesystem::temp_directory_path() / ("assay_bench_" + std::to_string(::getpid()))).string();
  for (const bool shuffled : {false, true}) {
    write_labels(path, shuffled);
    measure(path, shuffled ? "items shuffled" : "items in order");
  }
  std::filesystem::remove(path);
}
