#pragma once

#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "assay/base/random.h"
#include "assay/core/label_store_builder.h"
#include "assay/learn/logistic_regression.h"
#include "assay/planning/advise.h"

/// Simulated data whose truth is known, in which advice can be held against what either purchase really brings.
namespace assay::bench {

/// Items with yes/no features and a truth drawn from a logistic model of them, as many as are asked for.
struct World {
  const char* name;
  std::size_t columns = 20;
  std::size_t classes = 2;
  double signal = 1;   ///< spread of the weights
  double share = 0.5;  ///< of features that are yes
  double tilt = 0;     ///< added to the score of class 0: skews the priors
  bool pairs = false;  ///< the truth depends on pairs of features as well
};

struct Sample {
  learn::Features features;
  std::vector<ClassIndex> truth;
};

inline Sample draw_items(const World& world, std::size_t count, std::uint64_t seed) {
  Random weights(99);
  Matrix<double> w(world.classes, world.columns);
  for (double& v : w.values()) v = world.signal * weights.normal();
  Random random(seed);
  Sample out{learn::Features(world.columns), {}};
  std::vector<bool> on(world.columns);
  std::vector<double> score(world.classes);
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<std::uint32_t> columns;
    for (std::uint32_t c = 0; c < world.columns; ++c) {
      on[c] = random.uniform() < world.share;
      if (on[c]) columns.push_back(c);
    }
    out.features.add({columns, std::vector<float>(columns.size(), 1.0F)});
    for (std::size_t k = 0; k < world.classes; ++k) {
      score[k] = k == 0 ? world.tilt : 0;
      for (std::size_t c = 0; c < world.columns; ++c) score[k] += w(k, c) * ((on[c] ? 1 : 0) - world.share);
      for (std::size_t c = 0; world.pairs && c + 1 < world.columns; c += 2) {
        score[k] += on[c] == on[c + 1] ? w(k, c) : -w(k, c);
      }
    }
    for (double& s : score) s = std::exp(s);
    out.truth.push_back(static_cast<ClassIndex>(random.categorical(score)));
  }
  return out;
}

/// 20 workers who are right with probability `quality`, give or take .05; errors are uniform.
class Labellers {
 public:
  Labellers(std::size_t classes, double quality, std::uint64_t seed) : classes_(classes), random_(seed) {
    for (std::size_t w = 0; w < kWorkers; ++w) quality_.push_back(quality + 0.1 * (random_.uniform() - 0.5));
  }
  void label(ItemIndex item, ClassIndex truth, std::size_t count, LabelStoreBuilder& to) {
    const auto first = random_.below(kWorkers);
    for (std::size_t j = 0; j < count; ++j) {
      const auto worker = static_cast<WorkerIndex>((first + j) % kWorkers);
      auto given = truth;
      if (random_.uniform() > quality_[worker]) {
        given = static_cast<ClassIndex>((truth + 1 + random_.below(classes_ - 1)) % classes_);
      }
      to.add(item, worker, given);
    }
  }
  static constexpr std::size_t kWorkers = 20;

 private:
  std::size_t classes_;
  Random random_;
  std::vector<double> quality_;
};

struct Scenario {
  World world;
  std::size_t items;
  std::size_t labels_per_item;
  double quality;
  double item_price;  ///< in labels
};

/// What advice was given, and what either purchase brings on average.
struct Outcome {
  Scenario scenario;
  double new_items = 0, more_labels = 0;  ///< true gains
  double error = 0;                       ///< standard error of their difference
  planning::Advice advice;
  /// Whether one way is better by 2.5 standard errors and half a point at least.
  [[nodiscard]] bool is_clear() const {
    const double gap = std::abs(new_items - more_labels);
    return gap > 2.5 * error && gap > 0.005;
  }
  [[nodiscard]] bool is_right() const { return advice.advises_new_items() == (new_items > more_labels); }
};

inline std::vector<Scenario> scenarios(const std::vector<std::size_t>& sizes) {
  const World worlds[] = {{"additive", 20, 2, 1.0, 0.5, 0, false},      {"wide", 100, 2, 0.5, 0.3, 0, false},
                          {"three classes", 20, 3, 1.0, 0.5, 0, false}, {"skewed", 20, 2, 1.0, 0.5, 2, false},
                          {"pairs", 16, 2, 0.7, 0.5, 0, true},          {"weak", 10, 2, 0.4, 0.5, 0, false}};
  std::vector<Scenario> out;
  for (const auto& world : worlds) {
    for (const auto size : sizes) {
      for (const std::size_t labels : {1, 3}) {
        for (const double quality : {0.6, 0.75, 0.9}) {
          for (const double item_price : {0.0, 3.0}) out.push_back({world, size, labels, quality, item_price});
        }
      }
    }
  }
  return out;
}

namespace detail {

inline LabelStore label_all(const Sample& sample, std::size_t items, double labels_per_item, Labellers labellers,
                            std::size_t classes) {
  LabelStoreBuilder builder;
  const auto whole = static_cast<std::size_t>(labels_per_item);
  const auto extra =
      static_cast<std::size_t>((labels_per_item - static_cast<double>(whole)) * static_cast<double>(items));
  for (ItemIndex i = 0; i < items; ++i) labellers.label(i, sample.truth[i], whole + (i < extra ? 1 : 0), builder);
  return builder.finish(items, Labellers::kWorkers, classes);
}

inline learn::Targets shares(const LabelStore& labels) {
  return learn::make_targets(learn::TargetKind::share, labels,
                             Matrix<double>(labels.item_count(), labels.class_count()));
}

inline double accuracy(const learn::Classifier& classifier, const Sample& sample, const LabelStore& labels,
                       const Sample& test) {
  std::vector<std::uint32_t> rows(labels.item_count());
  std::iota(rows.begin(), rows.end(), 0U);
  const auto predicted = classifier.fit(sample.features.take(rows), shares(labels))->predict(test.features);
  double right = 0;
  for (std::size_t i = 0; i < test.truth.size(); ++i)
    right += learn::largest(predicted.row(i)) == test.truth[i] ? 1 : 0;
  return right / static_cast<double>(test.truth.size());
}

}  // namespace detail

/// `repeats` true purchases of half of what was spent so far, and one advice on it. With one label an item the advice
/// is told the labellers' accuracy, since nothing in the labels tells it.
inline Outcome play(const Scenario& s, std::size_t repeats, std::uint64_t seed, const planning::AdviseOptions& base,
                    ThreadPool& threads) {
  const auto classifier = learn::make_logistic_regression({});
  const auto per_item = static_cast<double>(s.labels_per_item);
  const double spend = 0.5 * static_cast<double>(s.items) * (per_item + s.item_price);
  const auto bought = static_cast<std::size_t>(spend / (per_item + s.item_price));
  const Sample test = draw_items(s.world, 2000, 777);
  Outcome out{s, 0, 0, 0, {}};
  std::vector<double> items(repeats), labels(repeats);
  threads.run(repeats, [&](std::size_t r) {
    const Sample sample = draw_items(s.world, s.items + bought, seed + 1000 + r);
    const Labellers crowd(s.world.classes, s.quality, seed + r);
    const auto score = [&](std::size_t count, double redundancy) {
      return detail::accuracy(*classifier, sample, detail::label_all(sample, count, redundancy, crowd, s.world.classes),
                              test);
    };
    const double now = score(s.items, per_item);
    items[r] = score(s.items + bought, per_item) - now;
    labels[r] = score(s.items, per_item + spend / static_cast<double>(s.items)) - now;
  });
  const auto n = static_cast<double>(repeats);
  out.new_items = std::accumulate(items.begin(), items.end(), 0.0) / n;
  out.more_labels = std::accumulate(labels.begin(), labels.end(), 0.0) / n;
  for (std::size_t r = 0; r < repeats; ++r) {
    const double off = items[r] - labels[r] - (out.new_items - out.more_labels);
    out.error += off * off;
  }
  out.error = std::sqrt(out.error / (n - 1) / n);

  planning::AdviseOptions options = base;
  options.label_price = 1;
  options.item_price = s.item_price;
  options.spend = spend;
  options.labels_per_new_item = s.labels_per_item;
  if (s.labels_per_item == 1) options.worker_accuracy = s.quality;
  const Sample mine = draw_items(s.world, s.items, seed + 5000);
  const auto mine_labels =
      detail::label_all(mine, s.items, per_item, Labellers(s.world.classes, s.quality, seed + 77), s.world.classes);
  const auto targets = detail::shares(mine_labels);
  out.advice = planning::advise({mine.features, mine_labels, targets, *classifier, options}, seed, threads);
  return out;
}

}  // namespace assay::bench
