#pragma once

#include <map>
#include <utility>

#include "assay/base/random.h"
#include "assay/core/label_store_builder.h"
#include "assay/live/live_estimator.h"

namespace assay::testing {

/// What a stream of changes leaves, kept in the plainest way: the yardstick for a LiveEstimator.
struct Surviving {
  std::map<std::pair<ItemIndex, WorkerIndex>, ClassIndex> labels;
  std::map<ItemIndex, ClassIndex> gold;

  [[nodiscard]] LabelStore store(std::size_t items, std::size_t workers, std::size_t classes) const {
    LabelStoreBuilder builder;
    for (const auto& [pair, label] : labels) builder.add(pair.first, pair.second, label);
    return builder.finish(items, workers, classes);
  }
  [[nodiscard]] GoldLabels gold_labels(std::size_t items) const {
    if (gold.empty()) return {};
    GoldLabels out(items, kNoClass);
    for (const auto& [item, truth] : gold) out[item] = truth;
    return out;
  }
};

/// Makes random changes, the same to both. Labels lean towards a truth that follows from the item's number.
class RandomChanges {
 public:
  RandomChanges(std::size_t items, std::size_t workers, std::size_t classes, std::uint64_t seed)
      : items_(items), workers_(workers), classes_(classes), random_(seed) {}

  void make_one(live::LiveEstimator& estimator, Surviving& surviving) {
    const auto item = static_cast<ItemIndex>(random_.below(items_));
    const auto worker = static_cast<WorkerIndex>(random_.below(workers_));
    const double kind = random_.uniform();
    if (kind < 0.7) {
      const ClassIndex label = draw_label(item, worker);
      estimator.observe(worker, item, label);
      surviving.labels[{item, worker}] = label;
    } else if (kind < 0.9) {
      estimator.forget(worker, item);
      surviving.labels.erase({item, worker});
    } else if (kind < 0.93) {
      estimator.add_gold(item, truth(item));
      surviving.gold[item] = truth(item);
    } else if (kind < 0.97) {
      estimator.drop_gold(item);
      surviving.gold.erase(item);
    } else {
      estimator.refresh(random_.below(items_));
    }
  }
  [[nodiscard]] ClassIndex truth(ItemIndex item) const { return static_cast<ClassIndex>(item * 7 % 5 % classes_); }
  ClassIndex draw_label(ItemIndex item, WorkerIndex worker) {
    const double right = 0.4 + 0.55 * static_cast<double>(worker % 7) / 6;
    return random_.uniform() < right ? truth(item) : static_cast<ClassIndex>(random_.below(classes_));
  }

 private:
  std::size_t items_, workers_, classes_;
  Random random_;
};

}  // namespace assay::testing
