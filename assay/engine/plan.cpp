#include "assay/engine/plan.h"

#include <algorithm>
#include <cmath>

#include "assay/base/error.h"
#include "assay/base/numerics.h"
#include "assay/base/text.h"

namespace assay::engine {
namespace {

// What the population adds to a worker's own labels.
constexpr double kPriorLabels = 4;

PlanRow row_of(const planning::PlannedQuality& quality, const PlanRequest& request) {
  PlanRow row;
  row.quality = quality;
  const double labels = std::ceil(quality.labels_per_item * static_cast<double>(request.item_count) - 1e-6);
  row.label_count = static_cast<std::uint64_t>(labels);
  if (request.price) {
    if (labels * static_cast<double>(request.price->micros()) > 9e18)
      throw Error(ErrorCode::limit_exceeded, "found a total price above 9 million millions", "--price");
    row.total_price = *request.price * static_cast<std::int64_t>(row.label_count);
  }
  if (request.seconds_per_label)
    row.hours = labels * *request.seconds_per_label / static_cast<double>(request.active_workers) / 3600;
  return row;
}

// Large results leave out rows without labels: such a worker is taken for one halfway between chance and perfect.
void complete_row(Confusions& confusion, std::size_t worker, std::size_t true_class) {
  const std::size_t k = confusion.class_count();
  double sum = 0;
  for (std::size_t g = 0; g < k; ++g) sum += confusion.at(worker, true_class, g);
  const double even = 1 / static_cast<double>(k);
  for (std::size_t g = 0; g < k; ++g) {
    double& cell = confusion.at(worker, true_class, g);
    cell = sum > 0 ? cell / sum : (g == true_class ? 0.5 : 0) + even / 2;
  }
}

// How many labels a row is known from: a Beta of so many has bounds as far apart as the diagonal cell's.
double evidence_of(const EstimatedWorkers& workers, std::size_t worker, std::size_t true_class) {
  const double plain = workers.counts.true_total(worker, true_class) + kPriorLabels;
  if (workers.low.empty()) return plain;
  const double p = workers.confusion.at(worker, true_class, true_class);
  const double width = workers.high.at(worker, true_class, true_class) - workers.low.at(worker, true_class, true_class);
  const double deviation = width / (2 * normal_quantile((1 + workers.interval) / 2));
  if (!(deviation > 0) || !(p > 0) || !(p < 1)) return plain;
  return std::max(1.0, p * (1 - p) / (deviation * deviation) - 1);
}

// Between whole numbers of labels along a straight line.
double planned_accuracy(const PlanRequest& request, planning::RedundancyOptions options, double labels_per_item,
                        ThreadPool& threads) {
  const double below = std::floor(labels_per_item);
  options.labels_per_item = {static_cast<std::uint64_t>(below), static_cast<std::uint64_t>(below) + 1};
  const auto found = planning::fixed_redundancy(request.crowd, options, threads);
  return found[0].accuracy + (labels_per_item - below) * (found[1].accuracy - found[0].accuracy);
}

// Three digits are enough for people.
std::string rounded(double value) {
  if (!(value > 0)) return shortest(value);
  const double scale = std::pow(10, 2 - std::floor(std::log10(value)));
  return shortest(std::round(value * scale) / scale);
}

void check_reached(const planning::TargetOutcome& outcome, const PlanRequest& request) {
  if (outcome.reached) return;
  throw bad_input("found no way to a cost of " + shortest(*request.target_cost) +
                      " with these workers: " + shortest(outcome.labels_per_item) + " labels an item still cost " +
                      rounded(outcome.cost) + ", and that is how near one gets (--most-labels)",
                  "--target-cost");
}

}  // namespace

PlanResult plan(const PlanRequest& request, ThreadPool& threads, std::uint64_t seed, Progress* progress) {
  planning::RedundancyOptions options;
  options.labels_per_item = request.labels_per_item;
  options.item_count = request.item_count;
  options.interval = request.interval;
  options.draws = request.draws;
  options.virtual_items = request.virtual_items;
  options.seed = seed;
  options.progress = progress;
  PlanResult out;
  if (request.target_cost) {
    out.fixed_target =
        planning::fixed_for_target(request.crowd, *request.target_cost, request.most_labels, options, threads);
    check_reached(*out.fixed_target, request);
    out.adaptive_target =
        planning::adaptive_for_target(request.crowd, *request.target_cost, request.most_labels, options, threads);
  }
  if (request.at_hand)
    out.at_hand_planned = planned_accuracy(request, options, request.at_hand->labels_per_item, threads);
  for (const auto& quality : planning::fixed_redundancy(request.crowd, options, threads))
    out.fixed.push_back(row_of(quality, request));
  for (const auto& quality : planning::adaptive_redundancy(request.crowd, options, threads))
    out.adaptive.push_back(row_of(quality, request));
  return out;
}

std::optional<LabelsAtHand> labels_at_hand(const EstimateResult& result) {
  const auto& workers = result.workers.workers;
  const auto is_gold = [](const auto& worker) { return worker.gold_count == worker.label_count; };
  if (!workers.empty() && std::ranges::all_of(workers, is_gold)) return std::nullopt;
  LabelsAtHand out;
  double labelled = 0;
  for (std::size_t o = 0; o < result.items.size(); ++o) {
    const auto& item = result.items[o];
    if (item.label_count == 0) continue;
    labelled += 1;
    out.labels_per_item += item.label_count;
    out.accuracy += result.estimate.posterior(o, item.label);
  }
  out.labels_per_item = labelled > 0 ? out.labels_per_item / labelled : 1;
  out.accuracy = labelled > 0 ? out.accuracy / labelled : 0;
  return out;
}

planning::PlannedCrowd alike_crowd(double accuracy, std::vector<double> prior, CostMatrix costs) {
  const std::size_t k = prior.size();
  planning::PlannedCrowd crowd{std::move(prior), std::move(costs), Confusions(1, k), {}, {1}, true};
  for (std::size_t t = 0; t < k; ++t) {
    for (std::size_t g = 0; g < k; ++g)
      crowd.confusion.at(0, t, g) = t == g ? (k > 1 ? accuracy : 1) : (1 - accuracy) / static_cast<double>(k - 1);
  }
  return crowd;
}

planning::PlannedCrowd estimated_crowd(const EstimatedWorkers& workers, std::vector<double> prior, CostMatrix costs) {
  const std::size_t k = prior.size();
  const auto& label_counts = workers.label_counts;
  std::vector<std::size_t> known;
  double labels = 0;
  for (std::size_t w = 0; w < label_counts.size(); ++w) {
    if (label_counts[w] == 0) continue;
    known.push_back(w);
    labels += static_cast<double>(label_counts[w]);
  }
  // The same crowd in the same order, whether its estimate comes from files (by rank) or from labels.
  std::ranges::stable_sort(known, [&](std::size_t a, std::size_t b) {
    if (label_counts[a] != label_counts[b]) return label_counts[a] > label_counts[b];
    return std::ranges::lexicographical_compare(workers.confusion.worker(a), workers.confusion.worker(b));
  });
  planning::PlannedCrowd crowd{
      std::move(prior), std::move(costs), Confusions(known.size(), k), Matrix<double>(known.size(), k), {}, false};
  for (std::size_t i = 0; i < known.size(); ++i) {
    crowd.share.push_back(static_cast<double>(label_counts[known[i]]) / labels);
    for (std::size_t t = 0; t < k; ++t) {
      for (std::size_t g = 0; g < k; ++g) crowd.confusion.at(i, t, g) = workers.confusion.at(known[i], t, g);
      complete_row(crowd.confusion, i, t);
      crowd.evidence(i, t) = evidence_of(workers, known[i], t);
    }
  }
  return crowd;
}

}  // namespace assay::engine
