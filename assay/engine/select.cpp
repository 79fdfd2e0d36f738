#include "assay/engine/select.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "assay/base/error.h"
#include "assay/engine/estimate_parts.h"
#include "assay/selection/expected_gain.h"
#include "assay/selection/item_ranking.h"
#include "assay/selection/registry.h"

namespace assay::engine {
namespace {

using selection::ItemView;
using selection::StopReason;

constexpr std::uint64_t kMostPairs = 2'000'000;
constexpr std::uint64_t kLeastWeighed = 2000;
constexpr std::uint64_t kWeighedPerRow = 10;

// One selection from its request to its rows.
class Selector {
 public:
  Selector(const SelectRequest& request, const models::Context& context)
      : request_(request),
        info_(selection::find_strategy(request.strategy)),
        strategy_(info_.make()),
        gain_(selection::expected_gain_info().make()),
        labels_(request.estimate.table.labels),
        counts_(labels_.class_count()) {
    if (info_.needs_model && request.model_probability.empty()) {
      throw bad_input("\"" + info_.name +
                          "\" needs a classifier's probabilities for every item: give the predictions.csv of `assay "
                          "learn`, or a file with the columns item and p_CLASS for every class, in "
                          "--model-probabilities",
                      "--strategy");
    }
    judge_items(context);
    const Estimate& fit = result_.estimate.estimate;
    situation_ = std::make_unique<selection::Situation>(
        selection::Situation{labels_, request.estimate.gold, fit.posterior, fit.prior,
                             request.estimate.prior_mode == models::PriorMode::fixed, result_.estimate.costs,
                             fit.confusion, fit.counts, request.model_probability, context.threads});
  }

  SelectResult run() {
    find_open_items();
    if (selection::mean_met(request_.stop, minimum_costs())) {
      result_.stop = StopReason::mean_cost_met;
    } else if (open_.empty()) {
      result_.stop = closed_by_target_ > 0 ? StopReason::every_cost_met : StopReason::nothing_left;
    } else {
      strategy_->learn(*situation_);
      if (request_.stop.money_per_cost) gain_->learn(*situation_);
      if (info_.worker_aware && !request_.workers.empty()) {
        choose_pairs();
      } else {
        choose_items();
      }
    }
    return std::move(result_);
  }

 private:
  struct Pair {
    double score;
    ItemIndex item;
    std::size_t worker;
  };

  // An estimate without what is said of workers, which takes longer than the rest.
  void judge_items(const models::Context& context) {
    const auto model = model_of(request_.estimate, context);
    EstimateResult& out = result_.estimate;
    out.estimate = model->fit(problem_of(request_.estimate), context);
    complete(request_.estimate, *model, context, 0, out);
    for (ItemIndex o = 0; o < labels_.item_count(); ++o) {
      out.items.push_back(
          describe_item(out.estimate.posterior.row(o), out.estimate.prior, out.costs, labels_.rows(o).size()));
    }
  }

  [[nodiscard]] std::vector<double> minimum_costs() const {
    std::vector<double> out;
    for (const auto& item : result_.estimate.items) out.push_back(item.minimum_cost);
    return out;
  }

  void find_open_items() {
    const auto& gold = request_.estimate.gold;
    const auto costs = minimum_costs();
    result_.mean_cost = costs.empty() ? std::numeric_limits<double>::quiet_NaN()
                                      : std::accumulate(costs.begin(), costs.end(), 0.0) / double(costs.size());
    for (ItemIndex o = 0; o < labels_.item_count(); ++o) {
      if (!gold.empty() && gold[o] != kNoClass) continue;
      if (selection::item_met(request_.stop, costs[o])) {
        ++closed_by_target_;
      } else {
        open_.push_back(o);
      }
    }
    result_.open_count = open_.size();
  }

  ItemView view(ItemIndex item) {
    std::ranges::fill(counts_, 0U);
    for (const auto row : labels_.rows(item)) ++counts_[labels_.label_of(row)];
    return {item, labels_.rows(item), counts_, situation_->posterior.row(item)};
  }

  // The open items by what a new worker's label is worth on them.
  std::vector<ItemIndex> ranked(std::size_t most) {
    std::vector<double> scores;
    scores.reserve(open_.size());
    for (const ItemIndex item : open_) scores.push_back(strategy_->score(view(item), std::nullopt));
    const selection::ItemRanking ranking(std::move(scores));
    std::vector<ItemIndex> out;
    for (const auto i : ranking.best(most)) out.push_back(open_[i]);
    return out;
  }

  [[nodiscard]] bool has_labelled(const AvailableWorker& worker, ItemIndex item) const {
    return worker.index && std::ranges::any_of(labels_.rows(item), [&](std::uint32_t row) {
             return labels_.worker_of(row) == *worker.index;
           });
  }

  [[nodiscard]] std::optional<Money> price_of(std::optional<std::size_t> worker) const {
    if (worker && request_.workers[*worker].price) return request_.workers[*worker].price;
    return request_.price;
  }

  [[nodiscard]] bool has_room(std::size_t worker) const {
    const auto most = request_.workers[worker].most_labels;
    return most == 0 || rows_of_[worker] < most;
  }

  // The one with the fewest rows among those who may label the item; the earlier one among equals.
  [[nodiscard]] std::optional<std::size_t> next_worker(ItemIndex item) const {
    std::optional<std::size_t> best;
    for (std::size_t w = 0; w < request_.workers.size(); ++w) {
      if (!has_room(w) || has_labelled(request_.workers[w], item)) continue;
      if (!best || rows_of_[w] < rows_of_[*best]) best = w;
    }
    return best;
  }

  void choose_items() {
    rows_of_.assign(request_.workers.size(), 0);
    // Without workers every open item can be asked about, so no more than the batch and a margin need be ranked.
    const bool all = !request_.workers.empty() || request_.stop.money_per_cost.has_value();
    for (const ItemIndex item : ranked(all ? open_.size() : static_cast<std::size_t>(request_.batch))) {
      if (is_full()) return;
      std::optional<std::size_t> worker;
      if (!request_.workers.empty()) {
        worker = next_worker(item);
        if (!worker) continue;
      }
      const ItemView v = view(item);
      if (!add(v, worker, strategy_->score(v, std::nullopt))) return;
    }
    finish();
  }

  void choose_pairs() {
    rows_of_.assign(request_.workers.size(), 0);
    std::vector<ItemIndex> items = open_;
    if (items.size() * request_.workers.size() > kMostPairs)
      items = ranked(static_cast<std::size_t>(std::max(kLeastWeighed, kWeighedPerRow * request_.batch)));
    std::vector<Pair> pairs;
    for (const ItemIndex item : items) {
      const ItemView v = view(item);
      for (std::size_t w = 0; w < request_.workers.size(); ++w) {
        if (has_labelled(request_.workers[w], item)) continue;
        const double value = strategy_->score(v, request_.workers[w].index);
        const auto price = price_of(w);
        const bool priced = price && *price > Money();
        pairs.push_back({priced ? value / price->units() : value, item, w});
      }
    }
    std::ranges::sort(pairs, [](const Pair& a, const Pair& b) {
      if (a.score != b.score) return a.score > b.score;
      return a.item != b.item ? a.item < b.item : a.worker < b.worker;
    });
    std::vector<bool> used(labels_.item_count());
    for (const Pair& pair : pairs) {
      if (is_full()) return;
      if (used[pair.item] || !has_room(pair.worker)) continue;
      if (!add(view(pair.item), pair.worker, pair.score)) return;
      used[pair.item] = true;
    }
    finish();
  }

  [[nodiscard]] bool is_full() const { return result_.labels.size() >= request_.batch; }

  void finish() {
    if (is_full() || result_.stop != StopReason::none) return;
    result_.stop = worthless_ > 0 ? StopReason::nothing_worth_it : StopReason::nothing_left;
  }

  // Adds the row, or says why it must not be: false when no further row can follow.
  bool add(const ItemView& item, std::optional<std::size_t> worker, double score) {
    const auto price = price_of(worker);
    const auto index = worker ? request_.workers[*worker].index : std::nullopt;
    if (price && request_.stop.money_per_cost) {
      const double gain = info_.worker_aware ? strategy_->score(item, index) : gain_->score(item, std::nullopt);
      if (!selection::worth(request_.stop, gain, *price)) {
        ++worthless_;
        return true;
      }
    }
    if (price && !selection::affordable(request_.stop, result_.spent, *price)) {
      result_.stop = StopReason::budget_spent;
      return false;
    }
    if (price) result_.spent += *price;
    if (worker) ++rows_of_[*worker];
    const auto& row = result_.estimate.items[item.item];
    result_.labels.push_back({item.item, worker, score, row.label, row.minimum_cost, row.label_count,
                              strategy_->reason(item, info_.worker_aware ? index : std::nullopt)});
    return true;
  }

  const SelectRequest& request_;
  const selection::StrategyInfo& info_;
  std::unique_ptr<selection::Strategy> strategy_;
  std::unique_ptr<selection::Strategy> gain_;
  const LabelStore& labels_;
  std::vector<std::uint32_t> counts_;
  std::unique_ptr<selection::Situation> situation_;
  std::vector<ItemIndex> open_;
  std::uint64_t closed_by_target_ = 0;
  std::uint64_t worthless_ = 0;
  std::vector<std::uint64_t> rows_of_;
  SelectResult result_;
};

}  // namespace

SelectResult select(const SelectRequest& request, const models::Context& context) {
  return Selector(request, context).run();
}

}  // namespace assay::engine
