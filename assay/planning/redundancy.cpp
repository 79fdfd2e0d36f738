#include "assay/planning/redundancy.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <queue>

#include "assay/base/check.h"
#include "assay/base/numerics.h"
#include "assay/planning/virtual_items.h"
#include "assay/quality/expected_cost.h"

namespace assay::planning {
namespace {

struct Means {
  double accuracy = 0, cost = 0;
};

Means means_of(const VirtualItems& items) {
  Means out;
  const auto n = static_cast<double>(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    out.accuracy += items.accuracy(i) / n;
    out.cost += items.cost(i) / n;
  }
  return out;
}

// One crowd's means at each redundancy.
using Course = std::vector<Means>;

Course fixed_course(const PlannedCrowd& crowd, const RedundancyOptions& options, std::uint64_t draw) {
  VirtualItems items(crowd, options.virtual_items, Random(options.seed, draw));
  Course out;
  std::uint64_t given = 0;
  for (const auto labels : options.labels_per_item) {
    for (; given < labels; ++given) {
      for (std::size_t i = 0; i < items.size(); ++i) items.add_label(i);
    }
    out.push_back(means_of(items));
  }
  return out;
}

// Gives labels one by one to the item in most doubt (the first of several).
class NeedFirst {
 public:
  explicit NeedFirst(VirtualItems& items) : items_(items) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      order_.emplace(items.doubt(i), i);
      cost_ += items.cost(i);
    }
  }
  [[nodiscard]] double mean_cost() const { return std::max(0.0, cost_ / static_cast<double>(items_.size())); }
  // False when nobody is left to ask about any item.
  bool add_label() {
    while (!order_.empty()) {
      const std::size_t item = order_.top().second;
      order_.pop();
      const double before = items_.cost(item);
      if (!items_.add_label(item)) continue;
      cost_ += items_.cost(item) - before;
      order_.emplace(items_.doubt(item), item);
      return true;
    }
    return false;
  }

 private:
  struct Later {
    bool operator()(const std::pair<double, std::size_t>& a, const std::pair<double, std::size_t>& b) const {
      return a.first != b.first ? a.first < b.first : a.second > b.second;
    }
  };
  VirtualItems& items_;
  std::priority_queue<std::pair<double, std::size_t>, std::vector<std::pair<double, std::size_t>>, Later> order_;
  double cost_ = 0;
};

Course adaptive_course(const PlannedCrowd& crowd, const RedundancyOptions& options, std::uint64_t draw) {
  VirtualItems items(crowd, options.virtual_items, Random(options.seed, draw));
  NeedFirst order(items);
  Course out;
  std::uint64_t given = 0;
  for (const auto labels : options.labels_per_item) {
    while (given < labels * items.size() && order.add_label()) ++given;
    out.push_back(means_of(items));
  }
  return out;
}

std::vector<PlannedQuality> summarize(const std::vector<Course>& courses, const PlannedCrowd& crowd,
                                      const RedundancyOptions& options) {
  std::vector<PlannedQuality> out;
  const auto n = static_cast<double>(courses.size());
  for (std::size_t i = 0; i < options.labels_per_item.size(); ++i) {
    PlannedQuality quality;
    quality.labels_per_item = static_cast<double>(options.labels_per_item[i]);
    for (const auto& course : courses) {
      quality.accuracy += course[i].accuracy / n;
      quality.expected_cost += course[i].cost / n;
    }
    double variance = 0;
    for (const auto& course : courses) {
      const double off = course[i].accuracy - quality.accuracy;
      variance += off * off / std::max(1.0, n - 1);
    }
    quality.simulation_error = std::sqrt(variance / n);
    // Certain matrices: the draws differ by the virtual items' luck only, which is not the plan's.
    const double unsure = crowd.evidence.empty() ? variance / n : variance;
    const auto interval = share_interval(quality.accuracy, unsure, options.item_count, options.interval);
    quality.accuracy_low = interval.low;
    quality.accuracy_high = interval.high;
    out.push_back(quality);
  }
  return out;
}

std::vector<PlannedQuality> simulate(const PlannedCrowd& crowd, const RedundancyOptions& options, ThreadPool& threads,
                                     const std::function<Course(std::uint64_t draw)>& course) {
  std::vector<Course> courses(options.draws);
  ProgressCount done(options.progress, "simulating crowds", courses.size());
  threads.run(courses.size(), [&](std::size_t draw) {
    courses[draw] = course(draw);
    done.add_one();
  });
  return summarize(courses, crowd, options);
}

// Walks over all counts of m labels, keeping prior_t Multinomial(n; m, C_t) for every class t.
class ExactSum {
 public:
  ExactSum(const PlannedCrowd& crowd, std::uint64_t m) : crowd_(crowd), class_count_(crowd.prior.size()) {
    std::vector<double> weight(crowd.prior);
    walk(0, m, weight);
  }
  [[nodiscard]] ExactQuality result() const { return out_; }

 private:
  void walk(std::size_t given, std::uint64_t left, std::vector<double> weight) {
    if (given + 1 == class_count_) {
      for (std::size_t t = 0; t < class_count_; ++t)
        weight[t] *= std::pow(crowd_.confusion.at(0, t, given), static_cast<double>(left));
      decide(weight);
      return;
    }
    // n labels of this class out of `left`: (left choose n) C^n, made one from the other.
    double ways = 1;
    std::vector<double> power(class_count_, 1);
    for (std::uint64_t n = 0; n <= left; ++n) {
      std::vector<double> next(class_count_);
      for (std::size_t t = 0; t < class_count_; ++t) next[t] = weight[t] * ways * power[t];
      walk(given + 1, left - n, std::move(next));
      ways *= static_cast<double>(left - n) / static_cast<double>(n + 1);
      for (std::size_t t = 0; t < class_count_; ++t) power[t] *= crowd_.confusion.at(0, t, given);
    }
  }
  void decide(const std::vector<double>& weight) {
    const auto decision = quality::best_decision(weight, crowd_.prior, crowd_.costs);
    out_.cost += decision.cost;
    out_.accuracy += weight[decision.label];
  }

  const PlannedCrowd& crowd_;
  std::size_t class_count_;
  ExactQuality out_;
};

bool has_exact(const PlannedCrowd& crowd, std::uint64_t labels) {
  return crowd.alike && crowd.evidence.empty() && exact_terms(crowd.prior.size(), labels) <= kMostExactTerms;
}

// The mean of the courses' costs after each label an item, up to `most`.
TargetOutcome simulated_target(const PlannedCrowd& crowd, double target, std::uint64_t most,
                               const RedundancyOptions& options, ThreadPool& threads) {
  RedundancyOptions all = options;
  all.labels_per_item.resize(most + 1);
  std::iota(all.labels_per_item.begin(), all.labels_per_item.end(), std::uint64_t{0});
  for (const auto& quality : fixed_redundancy(crowd, all, threads)) {
    if (quality.expected_cost <= target) return {true, quality.labels_per_item, quality.expected_cost};
    if (quality.labels_per_item == static_cast<double>(most)) return {false, double(most), quality.expected_cost};
  }
  return {};
}

}  // namespace

double exact_terms(std::size_t class_count, std::uint64_t labels_per_item) {
  const auto k = static_cast<double>(class_count), m = static_cast<double>(labels_per_item);
  return std::round(std::exp(log_gamma(m + k) - log_gamma(k) - log_gamma(m + 1)));
}

ExactQuality exact_quality(const PlannedCrowd& crowd, std::uint64_t labels_per_item) {
  ASSAY_ASSERT(crowd.confusion.worker_count() == 1);
  return ExactSum(crowd, labels_per_item).result();
}

std::vector<PlannedQuality> fixed_redundancy(const PlannedCrowd& crowd, const RedundancyOptions& options,
                                             ThreadPool& threads) {
  if (options.labels_per_item.empty()) return {};
  if (!has_exact(crowd, options.labels_per_item.back())) {
    return simulate(crowd, options, threads, [&](std::uint64_t draw) { return fixed_course(crowd, options, draw); });
  }
  std::vector<PlannedQuality> out;
  for (const auto labels : options.labels_per_item) {
    const auto exact = exact_quality(crowd, labels);
    const auto interval = share_interval(exact.accuracy, 0, options.item_count, options.interval);
    out.push_back({static_cast<double>(labels), exact.accuracy, interval.low, interval.high, exact.cost, 0});
  }
  return out;
}

std::vector<PlannedQuality> adaptive_redundancy(const PlannedCrowd& crowd, const RedundancyOptions& options,
                                                ThreadPool& threads) {
  return simulate(crowd, options, threads, [&](std::uint64_t draw) { return adaptive_course(crowd, options, draw); });
}

TargetOutcome fixed_for_target(const PlannedCrowd& crowd, double target, std::uint64_t most,
                               const RedundancyOptions& options, ThreadPool& threads) {
  constexpr double kRounding = 1e-12;
  TargetOutcome out;
  for (std::uint64_t m = 0; m <= most && has_exact(crowd, m); ++m) {
    out = {false, static_cast<double>(m), exact_quality(crowd, m).cost};
    if (out.cost <= target + kRounding) return {true, out.labels_per_item, out.cost};
    if (m == most) return out;
  }
  return simulated_target(crowd, target, most, options, threads);
}

TargetOutcome adaptive_for_target(const PlannedCrowd& crowd, double target, std::uint64_t most,
                                  const RedundancyOptions& options, ThreadPool& threads) {
  std::vector<TargetOutcome> outcomes(options.draws);
  ProgressCount done(options.progress, "looking for the target", outcomes.size());
  threads.run(outcomes.size(), [&](std::size_t draw) {
    VirtualItems items(crowd, options.virtual_items, Random(options.seed, draw));
    NeedFirst order(items);
    std::uint64_t given = 0;
    while (order.mean_cost() > target && given < most * items.size() && order.add_label()) ++given;
    outcomes[draw] = {order.mean_cost() <= target, static_cast<double>(given) / static_cast<double>(items.size()),
                      order.mean_cost()};
    done.add_one();
  });
  TargetOutcome out{true, 0, 0};
  for (const auto& one : outcomes) {
    out.reached = out.reached && one.reached;
    out.labels_per_item += one.labels_per_item / static_cast<double>(outcomes.size());
    out.cost += one.cost / static_cast<double>(outcomes.size());
  }
  return out;
}

ShareInterval share_interval(double mean, double variance, std::uint64_t item_count, double level) {
  constexpr double kCertain = 1e-12;
  const double n = std::max<double>(1, static_cast<double>(item_count));
  const double spread = mean * (1 - mean);
  if (spread < kCertain) return {mean, mean};
  const double strength = std::max(1.0, spread / (spread / n + variance));
  const double a = mean * strength, b = (1 - mean) * strength;
  const double tail = (1 - level) / 2;
  // Shares come in whole items: the bounds are moved outwards to one.
  return {std::min(mean, std::floor(beta_quantile(tail, a, b) * n) / n),
          std::max(mean, std::ceil(beta_quantile(1 - tail, a, b) * n) / n)};
}

}  // namespace assay::planning
