#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "assay/base/random.h"
#include "assay/core/label_store_builder.h"
#include "assay/learn/features.h"
#include "assay/models/registry.h"

namespace assay::testing {

/// Items with features and a truth that follows from them, as many as are asked for.
struct World {
  const char* name;
  std::size_t columns = 20;  ///< yes/no features
  std::size_t classes = 2;
  double signal = 1;    ///< of a feature: spread of its weights
  double share = 0.5;   ///< of features that are yes
  double tilt = 0;      ///< added to the score of class 0: skews the priors
  bool pairs = false;   ///< the truth depends on pairs of features as well
};

struct Sample {
  learn::Features features;
  std::vector<ClassIndex> truth;
};

inline Sample draw_items(const World& world, std::size_t count, std::uint64_t seed) {
  Random weights(99);
  std::vector<std::vector<double>> w(world.classes, std::vector<double>(world.columns));
  for (auto& row : w) {
    for (auto& v : row) v = world.signal * weights.normal();
  }
  Random random(seed);
  Sample out{learn::Features(world.columns), {}};
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<std::uint32_t> columns;
    std::vector<bool> on(world.columns);
    for (std::uint32_t c = 0; c < world.columns; ++c) {
      on[c] = random.uniform() < world.share;
      if (on[c]) columns.push_back(c);
    }
    out.features.add({columns, std::vector<float>(columns.size(), 1.0F)});
    std::vector<double> score(world.classes);
    for (std::size_t k = 0; k < world.classes; ++k) {
      score[k] = k == 0 ? world.tilt : 0;
      for (std::size_t c = 0; c < world.columns; ++c) score[k] += w[k][c] * ((on[c] ? 1 : 0) - world.share);
      if (world.pairs) {
        for (std::size_t c = 0; c + 1 < world.columns; c += 2) score[k] += on[c] == on[c + 1] ? w[k][c] : -w[k][c];
      }
    }
    for (auto& s : score) s = std::exp(s);
    out.truth.push_back(static_cast<ClassIndex>(random.categorical(score)));
  }
  return out;
}

/// Labels of workers who are right with probability `quality` (give or take .05), errors uniform.
class Labellers {
 public:
  Labellers(std::size_t classes, double quality, std::uint64_t seed) : classes_(classes), random_(seed) {
    for (std::size_t w = 0; w < kWorkers; ++w) {
      quality_.push_back(std::min(1.0, std::max(0.0, quality + 0.1 * (random_.uniform() - 0.5))));
    }
  }
  void label(ItemIndex item, ClassIndex truth, std::size_t count, LabelStoreBuilder& to) {
    const auto first = random_.below(kWorkers);
    for (std::size_t j = 0; j < count; ++j) {
      const auto worker = static_cast<WorkerIndex>((first + j) % kWorkers);
      auto given = truth;
      if (random_.uniform() > quality_[worker]) given = static_cast<ClassIndex>((truth + 1 + random_.below(classes_ - 1)) % classes_);
      to.add(item, worker, given);
    }
  }
  static constexpr std::size_t kWorkers = 20;

 private:
  std::size_t classes_;
  Random random_;
  std::vector<double> quality_;
};

inline Estimate estimate_truth(const LabelStore& labels, ThreadPool& threads, const char* model = "shrunken_dawid_skene") {
  return models::find_model(model).make({})->fit(
      models::Problem{labels, {}, models::PriorMode::estimate, {}, {}}, models::Context{threads});
}

}  // namespace assay::testing
