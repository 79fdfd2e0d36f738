#include "assay/quality/workers_needed.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <queue>
#include <vector>

#include "assay/base/error.h"
#include "assay/base/random.h"
#include "assay/base/text.h"
#include "assay/quality/expected_cost.h"
#include "assay/quality/simulated_costs.h"

namespace assay::quality {
namespace {

// Costs that differ by rounding only are equal.
constexpr double kTie = 1e-12;
constexpr double kBoundTie = 1e-9;
constexpr double kMostTerms = 50'000;
constexpr double kFewTerms = 250;
constexpr std::uint32_t kFewLabels = 32;
constexpr std::size_t kVirtualItems = 4096;
// Where so many labels are too few, the price is a small part of the full one.
constexpr std::uint32_t kManyLabels = 48;
constexpr std::size_t kVirtualItemsOfMany = 1024;
constexpr std::size_t kFewVirtualItems = 256;
constexpr double kSure = 5;  // standard errors
constexpr std::uint32_t kAllUpTo = 32;
constexpr std::uint32_t kPatience = 4;
constexpr std::uint32_t kRoughPatience = 2;
// Costs of every m are worked out while their sums have no more terms together.
constexpr double kMostTermsBefore = 300'000;
constexpr double kLeastCost = 1e-300;
constexpr double kUnknown = -1;

// Some workers beyond the last one of interest, so that the hull does not end there.
std::uint32_t horizon(const QualityTarget& target) { return target.most + target.most / 10 + 2; }

// Whether a lower bound says that m workers don't reach the target; it may be the cost itself, rounded otherwise.
bool is_ruled_out(const EqualWorkers& workers, const QualityTarget& target, std::uint32_t m) {
  return workers.least_cost(m) > target.cost * (1 + kBoundTie);
}

// Points (m, log cost(m)) in ascending order of m, cost never rising.
struct Points {
  std::vector<double> labels;
  std::vector<double> log_cost;

  void add(double m, double cost) {
    labels.push_back(m);
    log_cost.push_back(std::log(std::max(cost, kLeastCost)));
  }
};

struct HullCrossing {
  double at = WorkersNeeded::kNone;
  double slope = 0;  // of log cost
};

// Where lines from the points, all above `level`, to a point at or below it first cross the level.
HullCrossing earliest_crossing(const Points& above, double labels, double log_cost, double level) {
  HullCrossing out;
  const double low = std::min(log_cost, level);
  for (std::size_t i = 0; i < above.labels.size(); ++i) {
    const double step = labels - above.labels[i];
    const double high = above.log_cost[i];
    const double at = above.labels[i] + step * (high - level) / (high - low);
    if (at < out.at) out = {at, (low - high) / step};
  }
  return out;
}

// Where the lower convex hull of all points reaches the target.
HullCrossing hull_crossing(const Points& points, double target) {
  const double level = std::log(target);
  Points above;
  HullCrossing out;
  for (std::size_t i = 0; i < points.labels.size(); ++i) {
    if (points.log_cost[i] > level + kTie) {
      above.labels.push_back(points.labels[i]);
      above.log_cost.push_back(points.log_cost[i]);
      continue;
    }
    const auto here = earliest_crossing(above, points.labels[i], points.log_cost[i], level);
    if (here.at < out.at) out = here;
  }
  return out;
}

// The exact search; the costs that it worked out are kept.
class ExactSearch {
 public:
  ExactSearch(EqualWorkers& workers, const QualityTarget& target, double most_terms, std::uint32_t most_labels)
      : workers_(workers),
        target_(target),
        most_terms_(most_terms),
        most_labels_(most_labels),
        costs_(horizon(target) + 1, kUnknown) {
    costs_[0] = workers.spammer_cost();
  }

  [[nodiscard]] bool can(std::uint32_t m) const { return m <= most_labels_ && workers_.term_count(m) <= most_terms_; }
  [[nodiscard]] bool reaches(std::uint32_t m) { return cost(m) <= target_.cost * (1 + kTie); }

  double cost(std::uint32_t m) {
    if (costs_[m] == kUnknown) costs_[m] = workers_.cost(m);
    return costs_[m];
  }

  // The fewest labels that reach the target, among those for which sums are short enough.
  std::optional<std::uint32_t> find() {
    const std::uint32_t last = horizon(target_);
    std::uint32_t below = first_possible();
    if (below >= last) return {};
    std::uint32_t above = below + 1;
    while (can(above) && !reaches(above)) {
      below = above;
      if (below >= last) return {};
      above = std::min({last, below + std::max(1U, below / 2), furthest()});
      if (above <= below) return {};
    }
    if (!can(above)) return {};
    while (above - below > 1) {
      const std::uint32_t middle = below + (above - below) / 2;
      (reaches(middle) ? above : below) = middle;
    }
    return above;
  }

  // The hull looks at all points before `count` and at so many after it that lines to further ones cross later. Where
  // costs are flat for long (a common class against a rare one) that can be far.
  HullCrossing crossing(std::uint32_t count, std::uint32_t patience) {
    Points before;
    for (std::uint32_t m = 0; m < count; m = next(m)) before.add(m, cost(m));
    HullCrossing best;
    double best_at = count;
    for (std::uint32_t m = count; m <= horizon(target_) && can(m); m = next(m)) {
      if (m > best_at + std::max<double>(patience, best_at / 4)) break;
      const auto here = earliest_crossing(before, m, std::log(std::max(cost(m), kLeastCost)), std::log(target_.cost));
      if (!(here.at < best.at)) continue;
      best = here;
      best_at = m;
    }
    return best;
  }

  // The most labels for which sums are short enough, one at least.
  [[nodiscard]] std::uint32_t furthest() const {
    std::uint32_t m = 1;
    while (m < horizon(target_) && can(m + 1)) ++m;
    return m;
  }

 private:
  // Every m, then every sixteenth part, the same for all matrices: so that the hull moves smoothly with them.
  [[nodiscard]] std::uint32_t next(std::uint32_t m) const {
    const auto k = static_cast<double>(workers_.prior().size());
    const bool dense = workers_.term_count(m + 1) * (m + 1 + k) / k <= kMostTermsBefore;
    return m + (dense ? 1 : std::max(1U, m / 16));
  }

  // The most labels for which a lower bound says that the target is out of reach.
  [[nodiscard]] std::uint32_t first_possible() const {
    std::uint32_t below = 0;
    std::uint32_t above = horizon(target_);
    if (is_ruled_out(workers_, target_, above)) return above;
    while (above - below > 1) {
      const std::uint32_t middle = below + (above - below) / 2;
      (is_ruled_out(workers_, target_, middle) ? below : above) = middle;
    }
    return below;
  }

  EqualWorkers& workers_;
  const QualityTarget& target_;
  double most_terms_;
  std::uint32_t most_labels_;
  std::vector<double> costs_;
};

// cost(m) by simulation at all m up to 32 and every 30th part or so beyond, until the target is well reached.
class SimulatedSearch {
 public:
  SimulatedSearch(const EqualWorkers& workers, const QualityTarget& target, std::size_t items)
      : target_(target), costs_(workers.prior(), workers.costs(), workers.confusion(), items, target.seed) {}

  // An exact cost, above the target.
  void add_known(std::uint32_t m, double cost) {
    points_.add(m, cost);
    from_ = m + 1;
  }

  // The cost of `m` workers and nothing before.
  SimulatedCost at(std::uint32_t m) {
    while (costs_.labels() < m) costs_.add_label();
    return costs_.cost();
  }

  WorkersNeeded run() {
    WorkersNeeded out;
    out.is_simulated = true;
    double lowest = std::exp(points_.log_cost.back());
    double error = 0;
    std::uint32_t reached = 0;
    for (std::uint32_t m = 1; m <= horizon(target_); ++m) {
      costs_.add_label();
      const bool is_looked_at = m <= kAllUpTo || m % (m / kAllUpTo + 1) == 0 || m == target_.most;
      if (!is_looked_at || m < from_) continue;
      const auto cost = costs_.cost();
      lowest = std::min(lowest, cost.mean);
      points_.add(m, lowest);
      if (reached == 0 && m <= target_.most) out.cost_reached = lowest;
      if (reached == 0 && lowest <= target_.cost) {
        reached = m;
        error = cost.error;
        fill_count(out);
      }
      if (reached > 0 && m >= reached + std::max(kPatience, reached / 4)) break;
    }
    if (reached == 0) return out;
    const auto crossing = hull_crossing(points_, target_.cost);
    out.continuous = crossing.at;
    out.error = error / (target_.cost * std::max(-crossing.slope, kTie));
    return out;
  }

 private:
  // Between the last two points the cost is taken to fall evenly in its logarithm.
  void fill_count(WorkersNeeded& out) const {
    const std::size_t last = points_.labels.size() - 1;
    const double high = points_.log_cost[last - 1];
    const double low = points_.log_cost[last];
    const double from = points_.labels[last - 1];
    const double part = (high - std::log(target_.cost)) / std::max(high - low, kTie);
    const double count = std::max(1.0, from + std::ceil(part * (points_.labels[last] - from) - kTie));
    if (count > target_.most) return;
    out.count = count;
    out.cost_before = std::exp(high);
    out.cost_reached = std::exp(low);
  }

  const QualityTarget& target_;
  SimulatedCosts costs_;
  Points points_;
  std::uint32_t from_ = 1;
};

// One virtual item of the adaptive procedure.
struct VirtualItem {
  double cost;
  std::uint32_t labels;
  std::uint32_t index;
  bool operator<(const VirtualItem& other) const {  // the greatest is labelled next
    if (cost != other.cost) return cost < other.cost;
    if (labels != other.labels) return labels > other.labels;
    return index > other.index;
  }
};

constexpr std::size_t kAdaptiveItems = 1000;
constexpr std::size_t kAdaptiveGroups = 10;
constexpr std::uint32_t kMostAdaptive = 30;

class AdaptiveLabelling {
 public:
  AdaptiveLabelling(const EqualWorkers& workers, const QualityTarget& target)
      : workers_(workers), target_(target), k_(workers.prior().size()), weights_(kAdaptiveItems * k_) {
    double reached = workers.prior()[0];
    std::size_t truth = 0;
    for (std::size_t o = 0; o < kAdaptiveItems; ++o) {
      const double at = (static_cast<double>(o) + 0.5) / kAdaptiveItems;
      while (truth + 1 < k_ && at >= reached) reached += workers.prior()[++truth];
      truth_.push_back(truth);
      random_.emplace_back(target.seed, o);
      std::copy(workers.prior().begin(), workers.prior().end(), weights_.begin() + static_cast<std::ptrdiff_t>(o * k_));
      queue_.push({workers.spammer_cost(), 0, static_cast<std::uint32_t>(o)});
    }
    labels_of_.resize(kAdaptiveItems);
  }

  WorkersNeeded run() {
    WorkersNeeded out;
    out.is_simulated = true;
    constexpr auto n = static_cast<double>(kAdaptiveItems);
    double sum = workers_.spammer_cost() * n;
    const std::uint64_t most = std::uint64_t{std::min(target_.most, kMostAdaptive)} * kAdaptiveItems;
    std::uint64_t labels = 0;
    while (sum > target_.cost * n * (1 + kTie) && labels < most) {
      VirtualItem item = queue_.top();
      if (!(item.cost > 0)) break;
      queue_.pop();
      const double cost = label(item.index);
      sum += cost - item.cost;
      ++labels;
      queue_.push({cost, item.labels + 1, item.index});
    }
    out.cost_reached = std::max(sum / n, 0.0);
    if (sum > target_.cost * n * (1 + kTie)) return out;
    out.count = out.continuous = static_cast<double>(labels) / n;
    out.cost_before = target_.cost;
    out.error = standard_error();
    return out;
  }

 private:
  double label(std::uint32_t o) {
    double at = random_[o].uniform();
    const auto confusion = workers_.confusion();
    std::size_t given = 0;
    while (given + 1 < k_ && at >= confusion[given * k_ + truth_[o]]) at -= confusion[given++ * k_ + truth_[o]];
    const std::span<double> weight(weights_.data() + o * k_, k_);
    soft_label(weight, confusion.subspan(given * k_, k_), weight);
    ++labels_of_[o];
    return minimum_cost(weight, workers_.costs());
  }

  // Items are dealt to the groups in turn, so that each has every class.
  [[nodiscard]] double standard_error() const {
    std::vector<double> mean(kAdaptiveGroups);
    double all = 0;
    for (std::size_t o = 0; o < kAdaptiveItems; ++o) {
      mean[o % kAdaptiveGroups] += labels_of_[o] / (double(kAdaptiveItems) / kAdaptiveGroups);
      all += labels_of_[o] / double(kAdaptiveItems);
    }
    double squares = 0;
    for (const double x : mean) squares += (x - all) * (x - all);
    return std::sqrt(squares / (kAdaptiveGroups - 1) / kAdaptiveGroups);
  }

  const EqualWorkers& workers_;
  const QualityTarget& target_;
  std::size_t k_;
  std::vector<double> weights_;  // [item][true], normalised
  std::vector<std::size_t> truth_;
  std::vector<Random> random_;
  std::vector<std::uint32_t> labels_of_;
  std::priority_queue<VirtualItem> queue_;
};

}  // namespace

bool is_met_without_labels(const QualityTarget& target, std::span<const double> prior, const CostMatrix& costs) {
  return minimum_cost(prior, costs) <= target.cost * (1 + kTie);
}

void check_target(const QualityTarget& target, std::span<const double> prior, const CostMatrix& costs,
                  const std::string& where) {
  const EqualWorkers workers({prior.begin(), prior.end()}, costs);
  if (!(target.cost > 0)) throw bad_input("found " + shortest(target.cost) + ", allowed is a cost above 0", where);
  if (is_met_without_labels(target, prior, costs)) {
    throw bad_input("found " + shortest(target.cost) + ", but deciding without any label already costs no more than " +
                        shortest(workers.spammer_cost()) + ", the spammer's cost: allowed is less than that",
                    where);
  }
  if (workers.perfect_cost() > target.cost) {
    throw bad_input("found " + shortest(target.cost) + ", which can't be reached: even the truth itself costs " +
                        shortest(workers.perfect_cost()) + " by these costs; allowed is no less than that",
                    where);
  }
}

WorkersNeeded workers_needed(EqualWorkers& workers, const QualityTarget& target) {
  WorkersNeeded out;
  ExactSearch search(workers, target, kMostTerms, horizon(target));
  if (is_ruled_out(workers, target, horizon(target))) {
    out.is_bound = !search.can(target.most);
    out.cost_reached = out.is_bound ? workers.least_cost(target.most) : search.cost(target.most);
    return out;
  }
  if (const auto count = search.find()) {
    out.continuous = search.crossing(*count, kPatience).at;
    const bool within = *count <= target.most;
    out.count = within ? *count : 0;
    out.cost_before = within ? search.cost(*count - 1) : 0;
    out.cost_reached = search.cost(within ? *count : target.most);
    return out;
  }
  if (search.can(horizon(target))) {
    out.cost_reached = search.cost(target.most);
    return out;
  }
  SimulatedSearch quick(workers, target, kFewVirtualItems);
  const auto cost = quick.at(horizon(target));
  if (cost.mean - kSure * cost.error > target.cost) {
    out.cost_reached = cost.mean;
    out.is_simulated = true;
    return out;
  }
  const std::uint32_t exact = search.furthest();
  SimulatedSearch simulated(workers, target, exact < kManyLabels ? kVirtualItems : kVirtualItemsOfMany);
  simulated.add_known(0, workers.spammer_cost());
  if (exact < horizon(target)) simulated.add_known(exact, search.cost(exact));
  return simulated.run();
}

RoughNeed roughly_needed(EqualWorkers& workers, const QualityTarget& target) {
  RoughNeed out;
  ExactSearch search(workers, target, kFewTerms, kFewLabels);
  const std::uint32_t last = search.furthest();
  out.exact_up_to = last;
  const double most = 2.0 * target.most;
  if (is_ruled_out(workers, target, horizon(target))) return out;
  if (const auto count = search.find()) {
    out.continuous = search.crossing(*count, kRoughPatience).at;
    return out;
  }
  // Halving: the extrapolated cost falls with m.
  const double known = std::log(search.cost(last)) - std::log(workers.decay(last)) + std::log(last) / 2;
  const auto reaches = [&](double m) {
    return known + std::log(workers.decay(m)) - std::log(m) / 2 <= std::log(target.cost);
  };
  double below = last;
  double above = most;
  if (!(above > below) || !reaches(above)) return out;
  while (above - below > 3e-3 * below) {
    const double middle = (below + above) / 2;
    (reaches(middle) ? above : below) = middle;
  }
  out.continuous = (below + above) / 2;
  return out;
}

WorkersNeeded adaptive_workers_needed(EqualWorkers& workers, const QualityTarget& target) {
  return AdaptiveLabelling(workers, target).run();
}

}  // namespace assay::quality
