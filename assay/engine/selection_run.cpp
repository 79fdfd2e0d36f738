#include "assay/engine/selection_run.h"

#include <algorithm>

#include "assay/quality/expected_cost.h"

namespace assay::engine {
namespace {

live::LiveOptions live_options(const SelectionRun::Setup& setup) {
  live::LiveOptions options;
  options.model = setup.model;
  options.model_options = setup.model_options;
  return options;
}

}  // namespace

SelectionRun::SelectionRun(const selection::StrategyInfo& strategy, const Setup& setup)
    : setup_(setup),
      worker_aware_(strategy.worker_aware),
      strategy_(strategy.make()),
      threads_(std::make_unique<ThreadPool>(1)),
      live_(setup.costs.class_count(), live_options(setup)),
      rows_(setup.item_count),
      counts_(setup.item_count, setup.costs.class_count()) {
  live_.grow(setup.item_count, setup.worker_count);
  settle();
}

selection::ItemView SelectionRun::view(ItemIndex item) const {
  return {item, rows_[item], counts_.row(item), posterior_.row(item)};
}

bool SelectionRun::has_labelled(WorkerIndex worker, ItemIndex item) const {
  const std::size_t k = setup_.costs.class_count();
  return std::ranges::any_of(rows_[item], [&](std::uint32_t row) { return row / k == worker; });
}

std::optional<ItemIndex> SelectionRun::next_item(const std::function<bool(ItemIndex)>& allowed) const {
  return ranking_->first(allowed);
}

std::optional<ItemIndex> SelectionRun::next_item_for(WorkerIndex worker) const {
  if (!worker_aware_) {
    return ranking_->first([&](ItemIndex item) { return !has_labelled(worker, item); });
  }
  std::optional<ItemIndex> best;
  double best_score = 0;
  for (ItemIndex item = 0; item < rows_.size(); ++item) {
    if (has_labelled(worker, item)) continue;
    const double score = strategy_->score(view(item), worker);
    if (best && score <= best_score) continue;
    best = item;
    best_score = score;
  }
  return best;
}

WorkerIndex SelectionRun::next_worker(ItemIndex item, std::span<const WorkerIndex> workers) const {
  if (!worker_aware_) return workers.front();
  return *std::ranges::max_element(workers, {},
                                   [&](WorkerIndex worker) { return strategy_->score(view(item), worker); });
}

void SelectionRun::judge(ItemIndex item) { ranking_->update(item, strategy_->score(view(item), std::nullopt)); }

void SelectionRun::observe(WorkerIndex worker, ItemIndex item, ClassIndex label) {
  live_.observe(worker, item, label);
  rows_[item].push_back(static_cast<std::uint32_t>(worker * setup_.costs.class_count() + label));
  ++counts_(item, label);
  std::ranges::copy(live_.posterior(item), posterior_.row(item).begin());
  if (live_.label_count() - last_settling_ >= setup_.settle_labels) {
    settle();
  } else {
    strategy_->item_changed(view(item));
    judge(item);
  }
}

void SelectionRun::settle() {
  models::Context context{*threads_};
  context.seed = setup_.seed;
  labels_ = live_.labels();
  // Without labels a model has nothing to go by: the estimator's own start is as good.
  estimate_ = live_.label_count() > 0 ? live_.settle(context) : live_.estimate();
  last_settling_ = live_.label_count();
  posterior_ = estimate_.posterior;
  situation_ = std::make_unique<selection::Situation>(selection::Situation{labels_, gold_, posterior_, estimate_.prior,
                                                                           false, setup_.costs, estimate_.confusion,
                                                                           estimate_.counts, no_model_, *threads_});
  strategy_->learn(*situation_);
  std::vector<double> scores(rows_.size());
  for (ItemIndex item = 0; item < rows_.size(); ++item) scores[item] = strategy_->score(view(item), std::nullopt);
  ranking_ = std::make_unique<selection::ItemRanking>(std::move(scores));
}

std::vector<ClassIndex> SelectionRun::decisions() const {
  const auto prior = live_.prior();
  std::vector<ClassIndex> out;
  for (ItemIndex item = 0; item < rows_.size(); ++item)
    out.push_back(quality::best_decision(posterior_.row(item), prior, setup_.costs).label);
  return out;
}

}  // namespace assay::engine
