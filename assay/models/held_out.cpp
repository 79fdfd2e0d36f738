#include "assay/models/held_out.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "assay/base/random.h"
#include "assay/core/label_store_builder.h"

namespace assay::models {
namespace {

constexpr std::size_t kFewestWorkers = 3;
constexpr std::size_t kWorkersAHeldOne = 5;
constexpr double kSmallest = 1e-9;

// A random sample of items: whether an item is in it follows from its number, so nothing is kept of the others.
class Sample {
 public:
  Sample(const LabelShape& shape, std::uint64_t most_labels, std::uint64_t seed)
      : seed_(seed),
        share_(shape.label_count <= most_labels
                   ? 1
                   : static_cast<double>(most_labels) / static_cast<double>(shape.label_count)) {}
  [[nodiscard]] bool has(ItemIndex item) const { return share_ >= 1 || Random(seed_, item).uniform() < share_; }
  [[nodiscard]] bool has_any(ItemIndex begin, ItemIndex end) const {
    for (ItemIndex item = begin; item < end; ++item) {
      if (has(item)) return true;
    }
    return false;
  }

 private:
  std::uint64_t seed_;
  double share_;
};

// The workers of an item whose labels are put aside.
std::vector<WorkerIndex> choose_workers(const LabelStore& labels, std::span<const std::uint32_t> rows, Random& random) {
  std::vector<WorkerIndex> workers;
  for (const std::uint32_t row : rows) workers.push_back(labels.worker_of(row));
  std::sort(workers.begin(), workers.end());
  workers.erase(std::unique(workers.begin(), workers.end()), workers.end());
  if (workers.size() < kFewestWorkers) return {};
  const std::size_t aside = std::max<std::size_t>(1, workers.size() / kWorkersAHeldOne);
  random.shuffle(std::span<WorkerIndex>(workers));
  workers.resize(aside);
  return workers;
}

}  // namespace

HeldOut hold_out(const Problem& problem, const LabelSource& labels, std::uint64_t most_labels, std::uint64_t seed) {
  const LabelShape& shape = labels.shape();
  Random random(seed);
  const Sample sample(shape, most_labels, seed);
  HeldOut out;
  LabelStoreBuilder builder;
  builder.expect(shape.has_weights, false, false);
  ItemIndex to = 0;
  LabelStore room;
  for (std::size_t b = 0; b < labels.block_count(); ++b) {
    if (!sample.has_any(labels.first_item(b), labels.first_item(b + 1))) continue;
    const LabelChunk chunk = labels.chunk(b, room);
    for (std::size_t o = 0; o < chunk.size(); ++o) {
      const ItemIndex item = chunk.first_item + static_cast<ItemIndex>(o);
      if (!sample.has(item)) continue;
      if (!problem.gold.empty()) out.gold.push_back(problem.gold_of(item));
      const auto rows = chunk.rows(o);
      const auto aside = choose_workers(chunk.store, rows, random);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const Label label{to, chunk.store.worker_of(rows[i]), chunk.store.label_of(rows[i])};
        const float weight = shape.has_weights ? chunk.store.weights()[chunk.offset(o) + i] : 1;
        if (std::find(aside.begin(), aside.end(), label.worker) != aside.end()) {
          out.labels.push_back(label);
          if (shape.has_weights) out.weights.push_back(static_cast<double>(weight));
        } else if (shape.has_weights) {
          builder.add(to, label.worker, label.label, {.weight = weight});
        } else {
          builder.add(to, label.worker, label.label);
        }
      }
      ++to;
    }
  }
  out.kept = builder.finish(to, shape.worker_count, shape.class_count);
  return out;
}

double held_out_log_likelihood(const HeldOut& held, const Estimate& estimate) {
  double sum = 0;
  double total = 0;
  for (std::size_t i = 0; i < held.labels.size(); ++i) {
    const Label& label = held.labels[i];
    const auto p = estimate.posterior.row(label.item);
    double likelihood = 0;
    for (std::size_t t = 0; t < p.size(); ++t) likelihood += p[t] * estimate.confusion.at(label.worker, t, label.label);
    const double weight = held.weights.empty() ? 1 : held.weights[i];
    sum += weight * std::log(std::max(likelihood, kSmallest));
    total += weight;
  }
  return total > 0 ? sum / total : 0;
}

}  // namespace assay::models
