#include "assay/models/held_out.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "assay/base/random.h"
#include "assay/core/label_store_builder.h"

namespace assay::models {
namespace {

constexpr std::size_t kFewestWorkers = 3;
constexpr std::size_t kWorkersAHeldOne = 5;
constexpr double kSmallest = 1e-9;

// Items in their order, all of them or a random sample of about `most_labels` labels.
std::vector<ItemIndex> choose_items(const LabelStore& labels, std::uint64_t most_labels, Random& random) {
  std::vector<ItemIndex> items(labels.item_count());
  std::iota(items.begin(), items.end(), ItemIndex{0});
  if (labels.label_count() <= most_labels) return items;
  random.shuffle(std::span<ItemIndex>(items));
  std::uint64_t total = 0;
  std::size_t count = 0;
  while (count < items.size() && total < most_labels) total += labels.rows(items[count++]).size();
  items.resize(count);
  std::sort(items.begin(), items.end());
  return items;
}

// The workers of an item whose labels are put aside.
std::vector<WorkerIndex> choose_workers(const LabelStore& labels, ItemIndex item, Random& random) {
  std::vector<WorkerIndex> workers;
  for (const std::uint32_t row : labels.rows(item)) workers.push_back(labels.worker_of(row));
  std::sort(workers.begin(), workers.end());
  workers.erase(std::unique(workers.begin(), workers.end()), workers.end());
  if (workers.size() < kFewestWorkers) return {};
  const std::size_t aside = std::max<std::size_t>(1, workers.size() / kWorkersAHeldOne);
  random.shuffle(std::span<WorkerIndex>(workers));
  workers.resize(aside);
  return workers;
}

}  // namespace

HeldOut hold_out(const Problem& problem, std::uint64_t most_labels, std::uint64_t seed) {
  const LabelStore& labels = problem.labels;
  Random random(seed);
  const auto items = choose_items(labels, most_labels, random);
  const auto weights = labels.weights();
  HeldOut out;
  LabelStoreBuilder builder;
  builder.expect(!weights.empty(), false, false);
  for (ItemIndex to = 0; to < items.size(); ++to) {
    const ItemIndex item = items[to];
    if (!problem.gold.empty()) out.gold.push_back(problem.gold[item]);
    const auto rows = labels.rows(item);
    const auto aside = choose_workers(labels, item, random);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const Label label{to, labels.worker_of(rows[i]), labels.label_of(rows[i])};
      const float weight = weights.empty() ? 1.0F : weights[labels.offset(item) + i];
      if (std::find(aside.begin(), aside.end(), label.worker) != aside.end()) {
        out.labels.push_back(label);
        if (!weights.empty()) out.weights.push_back(static_cast<double>(weight));
      } else if (weights.empty()) {
        builder.add(to, label.worker, label.label);
      } else {
        LabelStoreBuilder::Extras extras;
        extras.weight = weight;
        builder.add(to, label.worker, label.label, extras);
      }
    }
  }
  out.kept = builder.finish(items.size(), labels.worker_count(), labels.class_count());
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
