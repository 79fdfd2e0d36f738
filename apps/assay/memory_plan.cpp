#include "memory_plan.h"

#include <algorithm>

#include "assay/base/error.h"
#include "assay/models/label_pass.h"
#include "assay/models/registry.h"
#include "terminal.h"

namespace assay::app {
namespace {

// The program, its stacks and what the allocator keeps.
constexpr double kFloor = 32e6;
// Of one cell [worker][true][given]: the state of EM and of sampling, results and intervals.
constexpr double kBytesPerCell = 150;
// A table of counts that each thread, each of up to 16 runs, or on many ranks each run of the rank fills, with the
// factors beside them.
constexpr double kTableBytes = 16;
constexpr double kMostTables = 256e6;
constexpr double kBytesPerWorker = 400;
constexpr double kBlockBytesPerThread = 4e6;
constexpr double kSampleBytesPerLabel = 4 + 12;

std::string in_megabytes(double bytes) { return readable_count(static_cast<std::uint64_t>(bytes / 1e6) + 1) + " MB"; }

double worker_bytes(const blocks::BlockFile& file, double threads, std::size_t ranks) {
  const LabelShape& shape = file.shape();
  const auto k = static_cast<double>(shape.class_count);
  const auto workers = static_cast<double>(shape.worker_count);
  const double cells = workers * k * k;
  const double at_once = std::clamp(kMostTables / (kTableBytes * cells + 1), threads, std::max(threads, 16.0));
  const std::size_t runs = models::run_count(shape, file.block_count());
  const std::size_t of_rank = ranks > 1 ? (runs + ranks - 1) / ranks : 0;
  const double tables = std::max(at_once, static_cast<double>(of_rank));
  return kFloor + cells * (kBytesPerCell + kTableBytes * tables) + workers * kBytesPerWorker +
         threads * kBlockBytesPerThread;
}

// Beside the workers: labels, names with their table, posteriors and rows of items, what sampling and copying hold.
double item_bytes(const blocks::BlockFile& file, std::size_t threads) {
  const LabelShape& shape = file.shape();
  const auto k = static_cast<double>(shape.class_count);
  const double extras = (shape.has_weights ? 4 : 0) + (shape.has_times ? 8 : 0) + (shape.has_seconds ? 4 : 0);
  const double names = static_cast<double>(file.byte_count() - file.label_bytes());
  const auto items = static_cast<double>(shape.item_count);
  return static_cast<double>(shape.label_count) * (4 + extras + kSampleBytesPerLabel) + 2 * names +
         items * (8 + 40 + 48 + 3 * 8 * k) + static_cast<double>(models::tile_bytes(shape, threads));
}

}  // namespace

MemoryPlan plan_memory(const blocks::BlockFile& file, const std::string& model, bool has_gold, std::size_t threads,
                       std::size_t ranks, std::uint64_t memory) {
  const LabelShape& shape = file.shape();
  const double bound = static_cast<double>(memory);
  const double workers = worker_bytes(file, static_cast<double>(threads), ranks);
  const double all = workers + item_bytes(file, threads);
  if (all <= bound) return {};
  if (!models::find_model(model).streams) {
    throw Error(ErrorCode::limit_exceeded,
                "the labels and posteriors need about " + in_megabytes(all) + ", more than allowed, and the model " +
                    model + " needs them all; models that read labels block by block are " +
                    option_parsing::choices_in_words(models::streaming_models()),
                "--memory");
  }
  const auto items = static_cast<double>(shape.item_count);
  const double least = workers + items / 4 + (has_gold ? 4 * items : 0);
  const auto labels = static_cast<double>(std::max<std::uint64_t>(1, shape.label_count));
  const double a_label = kSampleBytesPerLabel + items / labels * (8 + 16.0 * static_cast<double>(shape.class_count));
  const double sample = std::min((bound - least) * 0.8 / a_label, 1e15);
  if (sample < 1e5 && sample < labels) {
    throw Error(ErrorCode::limit_exceeded,
                "the tables of " + readable_count(shape.worker_count) + " workers and " +
                    readable_count(shape.class_count) + " classes need about " + in_megabytes(least + 1e5 * a_label) +
                    ", more than allowed",
                "--memory");
  }
  return {false, static_cast<std::uint64_t>(sample)};
}

}  // namespace assay::app
