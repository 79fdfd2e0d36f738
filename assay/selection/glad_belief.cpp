#include "assay/selection/glad_belief.h"

#include <algorithm>
#include <cmath>

#include "assay/base/numerics.h"
#include "assay/models/glad.h"

namespace assay::selection {
namespace {

constexpr double kLeastProbability = 1e-300;

}  // namespace

void GladBelief::fit(const Situation& situation) {
  situation_ = &situation;
  models::Problem problem{situation.labels};
  problem.gold = situation.gold;
  if (situation.prior_is_fixed) {
    problem.prior_mode = models::PriorMode::fixed;
    problem.prior = situation.prior;
  }
  const models::GladOptions options;
  Estimate estimate = models::make_glad(options)->fit(problem, {situation.threads});
  ability_ = std::move(estimate.worker_score);
  difficulty_ = std::move(estimate.item_difficulty);
  log_prior_.clear();
  for (const double p : estimate.prior) log_prior_.push_back(std::log(std::max(p, kLeastProbability)));
  const auto label_counts = situation.labels.worker_label_counts();
  double sum = 0;
  double known = 0;
  for (std::size_t w = 0; w < ability_.size(); ++w) {
    if (label_counts[w] == 0) continue;
    sum += ability_[w];
    ++known;
  }
  mean_ability_ = known > 0 ? sum / known : options.ability_mean;
}

double GladBelief::ability(WorkerIndex worker) const {
  return worker < ability_.size() ? ability_[worker] : mean_ability_;
}

double GladBelief::easiness(ItemIndex item) const {
  return item < difficulty_.size() ? 1 / difficulty_[item] : std::exp(models::GladOptions().easiness_mean);
}

void GladBelief::posterior(const ItemView& item, std::span<double> out) const {
  const auto& gold = situation_->gold;
  if (!gold.empty() && gold[item.item] != kNoClass) {
    std::ranges::fill(out, 0.0);
    out[gold[item.item]] = 1;
    return;
  }
  std::ranges::copy(log_prior_, out.begin());
  const std::size_t k = out.size();
  if (k > 1) {
    const LabelStore& labels = situation_->labels;
    const auto weights = labels.weights();
    const std::size_t fitted = weights.empty() ? 0 : labels.rows(item.item).size();
    const double easy = easiness(item.item);
    for (std::size_t i = 0; i < item.rows.size(); ++i) {
      const double weight = i < fitted ? static_cast<double>(weights[labels.offset(item.item) + i]) : 1.0;
      const double x = ability(static_cast<WorkerIndex>(item.rows[i] / k)) * easy;
      out[item.rows[i] % k] += weight * (x + std::log(static_cast<double>(k - 1)));
    }
  }
  const double scale = log_sum_exp(out);
  for (double& p : out) p = std::exp(p - scale);
}

double GladBelief::new_worker_right(ItemIndex item) const {
  return log_prior_.size() < 2 ? 1 : 1 / (1 + std::exp(-mean_ability_ * easiness(item)));
}

}  // namespace assay::selection
