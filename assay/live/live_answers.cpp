// What a LiveEstimator answers, and nothing that changes it.
#include <algorithm>

#include "assay/base/error.h"
#include "assay/base/numerics.h"
#include "assay/live/live_estimator.h"

namespace assay::live {
namespace {

void check_known(std::string_view what, std::uint64_t index, std::uint64_t count) {
  if (index < count) return;
  throw bad_input("found " + std::string(what) + " " + std::to_string(index) + ", there are " + std::to_string(count));
}

}  // namespace

std::optional<ClassIndex> LiveEstimator::label(WorkerIndex worker, ItemIndex item) const {
  if (item >= item_count() || worker >= worker_count()) return std::nullopt;
  const auto place = find(worker, item);
  if (!place.found) return std::nullopt;
  return static_cast<ClassIndex>(lists_.rows(item)[place.index] % class_count_);
}

ClassIndex LiveEstimator::gold(ItemIndex item) const {
  check_known("item", item, item_count());
  return gold_[item];
}

std::vector<double> LiveEstimator::posterior(ItemIndex item) const {
  check_known("item", item, item_count());
  if (lists_.rows(item).empty() && !has_gold(item) && prior_awake_) return prior();
  const auto p = stored(item);
  return {p.begin(), p.end()};
}

std::vector<double> LiveEstimator::prior() const {
  std::vector<double> out = prior_base_;
  if (!prior_awake_) return out;
  for (std::size_t t = 0; t < class_count_; ++t) out[t] += static_cast<double>(classes_[t]) * kLabelsPerUnit;
  normalize(out);
  return out;
}

std::vector<double> LiveEstimator::confusion(WorkerIndex worker) const {
  check_known("worker", worker, worker_count());
  std::vector<double> out(class_count_ * class_count_);
  rates_.confusion(worker, out);
  return out;
}

std::vector<double> LiveEstimator::counts(WorkerIndex worker) const {
  check_known("worker", worker, worker_count());
  std::vector<double> out(class_count_ * class_count_);
  rates_.counts(worker, out);
  return out;
}

LiveQuality LiveEstimator::quality(WorkerIndex worker, const CostMatrix& costs) const {
  if (costs.class_count() != class_count_)
    throw bad_input("found costs of " + std::to_string(costs.class_count()) + " classes, allowed are " +
                    std::to_string(class_count_));
  const auto matrix = confusion(worker);
  const quality::QualityFormula formula(prior(), costs);
  LiveQuality out;
  out.label_count = rates_.label_count(worker);
  out.cost = formula.worker_cost(matrix);
  out.quality = formula.quality(out.cost);
  out.accuracy = formula.accuracy(matrix);
  return out;
}

Estimate LiveEstimator::estimate() const {
  Estimate out;
  out.posterior = Matrix<double>(item_count(), class_count_);
  for (ItemIndex item = 0; item < item_count(); ++item)
    std::ranges::copy(posterior(item), out.posterior.row(item).begin());
  out.prior = prior();
  out.confusion = Confusions(worker_count(), class_count_);
  out.counts = Confusions(worker_count(), class_count_);
  for (std::size_t w = 0; w < worker_count(); ++w) {
    rates_.confusion(w, out.confusion.worker(w));
    rates_.counts(w, out.counts.worker(w));
  }
  out.summary.model = options_.model;
  if (changes_ > 0)
    out.summary.notes.push_back("updated label by label for " + std::to_string(changes_) +
                                " changes since the last settling");
  return out;
}

}  // namespace assay::live
