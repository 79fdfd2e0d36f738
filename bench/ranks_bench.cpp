// Seconds of the parts of an EM pass over random labels, one thread a rank, as one line of JSON:
//
//   bench_ranks CLASSES WORKERS LABELS                      one process
//   mpirun -n R bench_ranks CLASSES WORKERS LABELS          R ranks share the labels
//   mpirun -n R bench_ranks CLASSES WORKERS LABELS apart    each has an R-th of the labels for itself: what the machine
//                                                           gives R processes that do not talk
//
// Every part is the median over passes on rank 0. count: until the rank's own labels are counted; wait: until all
// ranks' are; sum: until all have the total; m_step: until the next pass has its factors.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "apps/assay/ranks.h"
#include "assay/base/random.h"
#include "assay/core/label_store_builder.h"
#include "assay/models/dawid_skene.h"
#include "assay/models/label_pass.h"

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kLabelsPerItem = 5;
constexpr int kPasses = 9;

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

// Notes when the first exchange of a pass begins and ends; everything after it is the sum.
class TimedRanks final : public assay::Communicator {
 public:
  explicit TimedRanks(assay::Communicator& ranks) : ranks_(ranks) {}
  [[nodiscard]] int rank() const override { return ranks_.rank(); }
  [[nodiscard]] int size() const override { return ranks_.size(); }
  void start_send(int to, std::span<const std::byte> bytes) override { ranks_.start_send(to, bytes); }
  void finish_sends() override { ranks_.finish_sends(); }
  void receive(int from, std::span<std::byte> bytes) override { ranks_.receive(from, bytes); }
  void broadcast(int from, std::span<std::byte> bytes) override { ranks_.broadcast(from, bytes); }
  void all_or(std::span<std::uint64_t> words) override {
    counted = Clock::now();
    ranks_.all_or(words);
    agreed = Clock::now();
  }
  Clock::time_point counted{};
  Clock::time_point agreed{};

 private:
  assay::Communicator& ranks_;
};

assay::LabelStore random_labels(std::uint64_t labels, std::uint64_t workers, std::size_t classes) {
  assay::Random random(1);
  assay::LabelStoreBuilder builder;
  builder.reserve(labels);
  for (std::uint64_t i = 0; i < labels; ++i) {
    builder.add(static_cast<assay::ItemIndex>(i / kLabelsPerItem),
                static_cast<assay::WorkerIndex>(random.below(workers)),
                static_cast<assay::ClassIndex>(random.below(classes)));
  }
  return builder.finish((labels + kLabelsPerItem - 1) / kLabelsPerItem, workers, classes);
}

void measure(std::size_t classes, std::uint64_t workers, std::uint64_t label_count, bool apart,
             assay::Communicator& ranks) {
  const auto share = apart ? label_count / static_cast<std::uint64_t>(ranks.size()) : label_count;
  const assay::LabelStore labels = random_labels(share, workers, classes);
  const assay::models::Problem problem{.labels = labels};
  assay::ThreadPool threads(1);
  TimedRanks timed(ranks);
  assay::models::Context context{threads};
  const bool together = ranks.size() > 1 && !apart;
  if (together) context.ranks = &timed;
  assay::models::LabelPass pass(problem, context);
  const assay::models::DawidSkeneStep m_step(problem, 0.1, 0);
  assay::models::Counts counts = pass.votes();
  assay::models::Factors factors;
  std::vector<double> count, wait, sum, maximize, whole;
  for (int i = 0; i < kPasses; ++i) {
    if (ranks.size() > 1) ranks.agree(assay::Stage::ready);
    const auto start = Clock::now();
    (void)assay::models::maximize(m_step, counts, threads, factors);
    const auto begun = Clock::now();
    pass.run(factors, counts);
    whole.push_back(since(start));
    maximize.push_back(std::chrono::duration<double>(begun - start).count());
    const auto counted = together ? timed.counted : Clock::now();
    const auto agreed = together ? timed.agreed : counted;
    count.push_back(std::chrono::duration<double>(counted - begun).count());
    wait.push_back(std::chrono::duration<double>(agreed - counted).count());
    sum.push_back(together ? since(agreed) : 0);
  }
  if (ranks.rank() == 0) {
    std::printf(
        "{\"classes\": %zu, \"workers\": %llu, \"labels\": %llu, \"ranks\": %d, \"apart\": %s, \"runs\": %zu, "
        "\"count\": %.6f, \"wait\": %.6f, \"sum\": %.6f, \"m_step\": %.6f, \"pass\": %.6f}\n",
        classes, static_cast<unsigned long long>(workers), static_cast<unsigned long long>(label_count), ranks.size(),
        apart ? "true" : "false", pass.block_count(), median(count), median(wait), median(sum), median(maximize),
        median(whole));
  }
  if (ranks.size() > 1) ranks.agree(assay::Stage::end);
}

}  // namespace

int main(int count, char** words) {
  if (count < 4) {
    std::fprintf(stderr, "usage: bench_ranks CLASSES WORKERS LABELS [apart]\n");
    return 2;
  }
  const auto ranks = assay::app::ranks_of_environment();
  measure(std::strtoull(words[1], nullptr, 10), std::strtoull(words[2], nullptr, 10),
          std::strtoull(words[3], nullptr, 10), count > 4 && std::string_view(words[4]) == "apart", *ranks);
  return 0;
}
