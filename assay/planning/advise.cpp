#include "assay/planning/advise.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "assay/base/error.h"
#include "assay/base/numerics.h"
#include "assay/base/random.h"
#include "assay/base/text.h"
#include "assay/planning/learning_points.h"
#include "assay/planning/reliability.h"

namespace assay::planning {
namespace {

using learn::Targets;

constexpr std::size_t kFewestItems = 20;
constexpr double kLeastReliability = 0.0025;
constexpr std::uint64_t kMostLabelsPerNewItem = 25;
// The surface is not quite of the form that is fitted: so much wider are the intervals than what the draws say. Found
// in simulated worlds, where they held 80 % instead of 90 without it (docs/learn.md).
constexpr double kMisfit = 1.35;
constexpr double kWeightSpread = 0.2, kPowerSpread = 0.3;  // of the prior, between draws

// The labelled items and what their labels say.
struct Known {
  std::vector<std::uint32_t> items;
  std::vector<ItemAgreement> agreement;
  std::vector<double> labels_after;  // the purchase of labels
  double label_count = 0;
};

// What reliability comes to, item i counted weight[i] times.
struct Reliabilities {
  double single = 0, now = 0, after = 0, of_new = 0;
};

// Labels go to the items that have fewest, one each, then to the next level; which of equals is drawn.
std::vector<double> fill_up(const std::vector<ItemAgreement>& items, double labels, Random& random) {
  std::vector<std::uint32_t> order(items.size());
  std::iota(order.begin(), order.end(), 0U);
  random.shuffle(std::span(order));
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return items[a].labels < items[b].labels; });
  std::vector<double> out(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) out[i] = items[i].labels;
  double level = items[order[0]].labels;
  std::size_t width = 0;
  while (labels > 0) {
    while (width < order.size() && items[order[width]].labels <= level) ++width;
    const double each = std::min(1.0, labels / static_cast<double>(width));
    const auto whole = static_cast<std::size_t>(each * static_cast<double>(width) + 0.5);
    for (std::size_t i = 0; i < whole; ++i) ++out[order[i]];
    labels -= each * static_cast<double>(width);
    // Many levels at once where all items stand alike.
    const double rounds = width == order.size() ? std::floor(labels / static_cast<double>(width)) : 0;
    for (double& n : out) n += rounds;
    labels -= rounds * static_cast<double>(width);
    level += 1 + rounds;
    if (labels < 0.5) break;
  }
  return out;
}

double lambda_of_accuracy(double accuracy, double chance) {
  if (accuracy <= chance) {
    throw bad_input("found " + shortest(accuracy) + ", allowed is more than " + shortest(chance) +
                        ", which guesses by the classes' shares reach",
                    "--worker-accuracy");
  }
  return (accuracy - chance) / (1 - chance);
}

double single_reliability_of(const AdviseOptions& options, const Known& known, std::span<const double> weight) {
  if (options.worker_accuracy <= 0) return single_reliability(known.agreement, weight);
  const double lambda = lambda_of_accuracy(options.worker_accuracy, chance_agreement(known.agreement, weight));
  return lambda * lambda;
}

Reliabilities reliabilities(const AdviseRequest& request, const Known& known, double labels_per_new_item,
                            std::span<const double> weight) {
  Reliabilities out;
  const double single = single_reliability_of(request.options, known, weight);
  out.single = std::isnan(single) ? kLeastReliability : std::max(kLeastReliability, single);
  double sum = 0;
  for (std::size_t i = 0; i < known.items.size(); ++i) {
    out.now += weight[i] * pooled_reliability(out.single, known.agreement[i].labels);
    out.after += weight[i] * pooled_reliability(out.single, known.labels_after[i]);
    sum += weight[i];
  }
  out.now /= sum;
  out.after /= sum;
  out.of_new = pooled_reliability(out.single, labels_per_new_item);
  return out;
}

// The redundancy at which a unit of money buys most effective items.
std::uint64_t best_redundancy(const AdviseOptions& options, double single) {
  if (options.labels_per_new_item > 0) return options.labels_per_new_item;
  std::uint64_t best = 1;
  double most = 0;
  for (std::uint64_t labels = 1; labels <= kMostLabelsPerNewItem; ++labels) {
    const auto n = static_cast<double>(labels);
    const double worth = pooled_reliability(single, n) / (options.item_price + options.label_price * n);
    if (worth > most) most = worth, best = labels;
  }
  return best;
}

struct Purchase {
  double new_items = 0, more_labels = 0;  // effective items after it
};

Purchase effective_items(const LearningSurface& surface, const Reliabilities& r, double item_count, double new_items) {
  return {item_count + surface.effective(new_items, r.of_new / r.now), surface.effective(item_count, r.after / r.now)};
}

// Poisson weights stand for drawing with replacement.
std::vector<double> draw_weights(std::size_t count, Random& random) {
  std::vector<double> out(count);
  for (auto& weight : out) {
    double at = random.exponential();
    while (at < 1) ++weight, at += random.exponential();
  }
  return out;
}

SurfacePrior drawn_prior(Random& random) {
  SurfacePrior out;
  out.weight += kWeightSpread * random.normal();
  out.power *= std::exp(kPowerSpread * random.normal());
  return out;
}

void set_interval(Gain& gain, std::vector<double> drawn, double level) {
  std::sort(drawn.begin(), drawn.end());
  gain.low = gain.value - kMisfit * std::max(0.0, gain.value - sample_quantile(drawn, (1 - level) / 2));
  gain.high = gain.value + kMisfit * std::max(0.0, sample_quantile(drawn, (1 + level) / 2) - gain.value);
}

Known known_of(const AdviseRequest& request) {
  Known out;
  for (ItemIndex o = 0; o < request.labels.item_count(); ++o) {
    if (!request.labels.rows(o).empty()) out.items.push_back(o);
  }
  if (out.items.size() < kFewestItems) {
    throw bad_input("found " + std::to_string(out.items.size()) +
                    " items that have both features and labels, advice needs " + std::to_string(kFewestItems) +
                    " at least");
  }
  out.agreement = item_agreements(request.labels, out.items);
  for (const auto& item : out.agreement) out.label_count += item.labels;
  const std::vector<double> once(out.items.size(), 1.0);
  if (std::isnan(single_reliability_of(request.options, out, once))) {
    throw bad_input(
        "no two labels of an item are there to be compared, or all labels are alike, so nothing tells how good labels "
        "are; label some items twice, or state what share of the labels is right",
        "--worker-accuracy");
  }
  return out;
}

Matrix<double> noisy_truth(const Known& known, std::size_t class_count) {
  Matrix<double> out(known.items.size(), class_count);
  for (std::size_t i = 0; i < known.items.size(); ++i) {
    for (std::size_t c = 0; c < class_count; ++c) out(i, c) = known.agreement[i].classes[c] / known.agreement[i].labels;
  }
  return out;
}

// What deciding always for the most common class scores.
double largest_share(const Matrix<double>& truth) {
  std::vector<double> share(truth.columns());
  for (std::size_t i = 0; i < truth.rows(); ++i) {
    for (std::size_t k = 0; k < share.size(); ++k) share[k] += truth(i, k);
  }
  return *std::max_element(share.begin(), share.end()) / static_cast<double>(truth.rows());
}

// The state before any measuring: counts, prices, what is bought.
Advice plan_purchases(const AdviseRequest& request, Known& known, std::uint64_t seed) {
  const AdviseOptions& options = request.options;
  Advice out;
  out.item_count = static_cast<double>(known.items.size());
  out.labels_per_item = known.label_count / out.item_count;
  const double spent = options.label_price * known.label_count + options.item_price * out.item_count;
  out.spend = options.spend > 0 ? options.spend : spent / 4;
  if (out.spend < options.label_price) {
    throw bad_input("found " + shortest(out.spend) + ", which buys neither a label (" + shortest(options.label_price) +
                        ") nor an item with one",
                    "--spend");
  }
  out.more_labels.labels = out.spend / options.label_price;
  Random random(seed, 1);
  known.labels_after = fill_up(known.agreement, out.more_labels.labels, random);
  const std::vector<double> once(known.items.size(), 1.0);
  const double single = reliabilities(request, known, 1, once).single;
  out.labels_per_new_item = best_redundancy(options, single);
  const auto per_item = static_cast<double>(out.labels_per_new_item);
  out.new_items.items = out.spend / (options.item_price + options.label_price * per_item);
  out.new_items.labels = out.new_items.items * per_item;
  return out;
}

}  // namespace

const OptionTable<AdviseOptions>& advise_option_table() {
  using Options = AdviseOptions;
  static const auto table = [] {
    OptionTable<Options> t;
    t.number("label_price", &Options::label_price, 1e-6, 1e6, "", "with --advise and --guided: of one label");
    t.number("item_price", &Options::item_price, 0, 1e6, "",
             "with --advise and --guided: of one more item before anybody labels it");
    t.number("spend", &Options::spend, 0, 1e12, "",
             "with --advise: the money to advise on; 0 stands for a quarter of what items and labels have cost");
    t.integer("labels_per_new_item", &Options::labels_per_new_item, 0, 1000, "labels",
              "with --advise: 0 stands for as many as make money teach most");
    t.number("worker_accuracy", &Options::worker_accuracy, 0, 1, "",
             "with --advise: what share of the labels is right; 0 finds it from how far labels of one item agree");
    t.choice("measure", &Options::measure, {"accuracy", "auc"}, "with --advise: what is to grow");
    t.integer("repeats", &Options::repeats, 2, 10'000, "splits",
              "with --advise: random splits into training and test items");
    t.integer("draws", &Options::draws, 20, 1'000'000, "", "with --advise: for the intervals of the gains");
    return t;
  }();
  return table;
}

Advice advise(const AdviseRequest& request, std::uint64_t seed, ThreadPool& threads, Progress* progress,
              const StopFlag* stop) {
  Known known = known_of(request);
  Advice out = plan_purchases(request, known, seed);
  const auto per_item = static_cast<double>(out.labels_per_new_item);
  const std::size_t n = known.items.size();
  const std::vector<double> once(n, 1.0), every_split(request.options.repeats, 1.0);
  const Reliabilities r = reliabilities(request, known, per_item, once);
  out.single_reliability = r.single;
  out.reliability = r.now;
  out.new_items.reliability = r.of_new;
  out.more_labels.reliability = r.after;

  const auto features = request.features.take(known.items);
  const auto targets = learn::take_rows(request.targets, known.items);
  const auto truth = noisy_truth(known, targets.columns());
  const double floor = request.options.measure == "auc" ? 0.5 : largest_share(truth);
  const auto splits =
      measure_splits({features, targets, truth, request.classifier, request.options.measure, request.options.repeats},
                     seed + 1, threads, progress, stop);
  out.points = mean_points(splits, every_split, once, std::sqrt(r.single));
  out.surface = fit_surface(out.points, floor, {});
  out.score = out.surface.at_effective(out.item_count);
  const Purchase bought = effective_items(out.surface, r, out.item_count, out.new_items.items);
  out.new_items.effective = bought.new_items;
  out.more_labels.effective = bought.more_labels;
  out.new_items.value = out.surface.at_effective(bought.new_items) - out.score;
  out.more_labels.value = out.surface.at_effective(bought.more_labels) - out.score;

  std::vector<double> of_items(request.options.draws), of_labels(request.options.draws), better(request.options.draws);
  threads.run(better.size(), [&](std::size_t d) {
    Random draw(seed + 2, d);
    const auto weight = draw_weights(n, draw);
    const auto drawn_r = reliabilities(request, known, per_item, weight);
    const auto points = mean_points(splits, draw_weights(splits.size(), draw), weight, std::sqrt(drawn_r.single));
    const auto surface = fit_surface(points, floor, drawn_prior(draw));
    const auto drawn = effective_items(surface, drawn_r, out.item_count, out.new_items.items);
    const double score = surface.at_effective(out.item_count);
    of_items[d] = surface.at_effective(drawn.new_items) - score;
    of_labels[d] = surface.at_effective(drawn.more_labels) - score;
    better[d] = drawn.new_items > drawn.more_labels ? 1 : 0;
  });
  set_interval(out.new_items, of_items, request.interval);
  set_interval(out.more_labels, of_labels, request.interval);
  out.new_items_better = std::accumulate(better.begin(), better.end(), 0.0) / static_cast<double>(better.size());
  return out;
}

}  // namespace assay::planning
