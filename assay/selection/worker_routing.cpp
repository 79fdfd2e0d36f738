#include "assay/selection/worker_routing.h"

#include <algorithm>

#include "assay/base/numerics.h"
#include "assay/selection/crowd_belief.h"
#include "assay/selection/look_ahead.h"

namespace assay::selection {
namespace {

constexpr std::size_t kLevels = CrowdBelief::kLevels;
constexpr int kFirstPasses = 40;
constexpr int kLaterPasses = 5;
// From so many items on abilities are known well after fewer passes, which take longer there.
constexpr std::size_t kManyItems = 200'000;
constexpr int kPassesOfMany = 12;
constexpr std::uint64_t kMostKept = 1ULL << 26;  // numbers kept of items; beyond, they are worked out when asked for
const std::vector<int> kHorizons = {0, 2, 4};

// The labels of new workers, over the classes looked at. Above four classes: even errors, mean ability.
Matrix<double> further_labels(const CrowdBelief& belief, std::size_t k) {
  const bool all = k <= kMostFocusClasses;
  const std::size_t m = all ? k : kMostFocusClasses;
  Matrix<double> out(m * kLevels, all ? m : m + 1);
  for (std::size_t e = 0; e < kLevels; ++e) {
    double mean = 0;
    for (std::size_t t = 0; t < k; ++t) mean += belief.prior()[t] * belief.right({}, t, e);
    for (std::size_t t = 0; t < m; ++t) {
      const double right = all ? belief.right({}, t, e) : mean;
      const double wrong = all || k < 2 ? 1 - right : (1 - right) / static_cast<double>(k - 1);
      const auto row = out.row(t * kLevels + e);
      for (std::size_t g = 0; g < m; ++g) row[g] = g == t ? right : wrong * (all ? belief.share({}, t, g) : 1);
      if (!all) row[m] = wrong * static_cast<double>(k - m);
    }
  }
  return out;
}

class WorkerRouting final : public Strategy {
 public:
  [[nodiscard]] std::string_view name() const override { return "worker_routing"; }

  void learn(const Situation& situation) override {
    const int first = situation.labels.item_count() < kManyItems ? kFirstPasses : kPassesOfMany;
    belief_.fit(situation, situation_ == nullptr ? first : kLaterPasses);
    situation_ = &situation;
    const std::size_t k = situation.costs.class_count();
    look_ahead_ = LookAhead(further_labels(belief_, k), std::min(k, kMostFocusClasses), kLevels, kHorizons);
    keep_items();
  }

  void item_changed(const ItemView& item) override {
    if (!kept_.empty()) keep(item.item, item.rows);
  }

  [[nodiscard]] double score(const ItemView& item, std::optional<WorkerIndex> worker) const override {
    return best(item, worker).gain;
  }

  [[nodiscard]] std::string reason(const ItemView& item, std::optional<WorkerIndex> worker) const override {
    const Best b = best(item, worker);
    std::string out = worker ? "this worker's label" : "a label";
    if (b.gain <= 0) return out + " is not expected to save anything";
    out += " is expected to save " + digits(b.gain);
    if (b.horizon > 0) out += " once " + std::to_string(b.horizon) + " more have come";
    return out;
  }

 private:
  struct Best {
    double gain = 0;
    int horizon = 0;
  };

  void keep_items() {
    const auto& labels = situation_->labels;
    const std::size_t width = situation_->costs.class_count() * kLevels;
    kept_ = Matrix<float>();
    if (labels.item_count() * width > kMostKept) return;
    kept_ = Matrix<float>(labels.item_count(), width);
    constexpr std::size_t kBlockItems = 4096;
    situation_->threads.run((labels.item_count() + kBlockItems - 1) / kBlockItems, [&](std::size_t block) {
      const std::size_t last = std::min(labels.item_count(), (block + 1) * kBlockItems);
      for (std::size_t o = block * kBlockItems; o < last; ++o)
        keep(static_cast<ItemIndex>(o), labels.rows(static_cast<ItemIndex>(o)));
    });
  }

  void keep(ItemIndex item, std::span<const std::uint32_t> rows) {
    std::vector<double> q(kept_.columns());
    belief_.joint(item, rows, q);
    std::ranges::transform(q, kept_.row(item).begin(), [](double x) { return static_cast<float>(x); });
  }

  void joint(const ItemView& item, std::vector<double>& q) const {
    q.resize(situation_->costs.class_count() * kLevels);
    if (kept_.empty()) {
      belief_.joint(item.item, item.rows, q);
    } else {
      std::ranges::copy(kept_.row(item.item), q.begin());
    }
  }

  [[nodiscard]] Best best(const ItemView& item, std::optional<WorkerIndex> worker) const {
    joint(item, joint_);
    const std::size_t k = situation_->costs.class_count();
    if (k <= kMostFocusClasses) {
      if (all_.empty()) all_ = focus_classes(situation_->prior);
      return best_of(joint_, all_, situation_->costs, worker);
    }
    std::vector<double> p(k);
    for (std::size_t t = 0; t < k; ++t) {
      for (std::size_t e = 0; e < kLevels; ++e) p[t] += joint_[t * kLevels + e];
    }
    const auto classes = focus_classes(p);
    std::vector<double> q;
    for (const auto c : classes) q.insert(q.end(), joint_.begin() + c * kLevels, joint_.begin() + (c + 1) * kLevels);
    normalize(q);
    return best_of(q, classes, focus_costs(situation_->costs, classes), worker);
  }

  [[nodiscard]] Best best_of(std::span<const double> q, std::span<const ClassIndex> classes, const CostMatrix& costs,
                             std::optional<WorkerIndex> worker) const {
    constexpr double kRounding = 1e-9;
    const std::size_t m = classes.size();
    const bool others = m < situation_->costs.class_count();
    after_.resize(m + 1);
    for (std::size_t g = 0; g < m; ++g) after_label(q, classes, g, worker, after_[g]);
    if (others) after_other_label(q, classes, worker, after_[m]);
    Best out;
    for (std::size_t h = 0; h < kHorizons.size(); ++h) {
      double gain = look_ahead_.cost(h, q, costs);
      for (std::size_t g = 0; g < m + (others ? 1 : 0); ++g) gain -= look_ahead_.cost(h, after_[g], costs);
      if (gain > out.gain + kRounding) out = {gain, kHorizons[h]};
    }
    return out;
  }

  // q(t, e) Pr(w says the g-th class | t, e).
  void after_label(std::span<const double> q, std::span<const ClassIndex> classes, std::size_t g,
                   std::optional<WorkerIndex> worker, std::vector<double>& out) const {
    out.assign(q.begin(), q.end());
    for (std::size_t t = 0; t < classes.size(); ++t) {
      const double share = t == g ? 1 : belief_.share(worker, classes[t], classes[g]);
      for (std::size_t e = 0; e < kLevels; ++e) {
        const double right = belief_.right(worker, classes[t], e);
        out[t * kLevels + e] *= t == g ? right : (1 - right) * share;
      }
    }
  }

  // The same for any class that is not looked at.
  void after_other_label(std::span<const double> q, std::span<const ClassIndex> classes,
                         std::optional<WorkerIndex> worker, std::vector<double>& out) const {
    out.assign(q.begin(), q.end());
    for (std::size_t t = 0; t < classes.size(); ++t) {
      double share = 1;
      for (std::size_t g = 0; g < classes.size(); ++g) {
        if (g != t) share -= belief_.share(worker, classes[t], classes[g]);
      }
      for (std::size_t e = 0; e < kLevels; ++e)
        out[t * kLevels + e] *= (1 - belief_.right(worker, classes[t], e)) * std::max(share, 0.0);
    }
  }

  const Situation* situation_ = nullptr;
  CrowdBelief belief_;
  LookAhead look_ahead_;
  Matrix<float> kept_;  // O x K x E, the items' joint probabilities
  mutable std::vector<double> joint_;
  mutable std::vector<std::vector<double>> after_;  // one an outcome of the worker's label
  mutable std::vector<ClassIndex> all_;
};

}  // namespace

StrategyInfo worker_routing_info() {
  return {"worker_routing",
          "the label that saves most, by item, worker and price: who is asked matters",
          "Assay; after Whitehill et al. 2009, NIPS, and Frazier and Powell 2010, Decision Analysis 7(4)",
          false,
          true,
          [] { return std::make_unique<WorkerRouting>(); }};
}

}  // namespace assay::selection
