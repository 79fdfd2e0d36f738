#include "assay/planning/virtual_items.h"

#include <algorithm>

#include "assay/base/numerics.h"
#include "assay/quality/expected_cost.h"

namespace assay::planning {
namespace {

constexpr double kLeastAlpha = 1e-3;

Confusions draw_confusions(const PlannedCrowd& crowd, Random& random) {
  Confusions out = crowd.confusion;
  if (crowd.evidence.empty()) return out;
  const std::size_t k = out.class_count();
  std::vector<double> alpha(k), row(k);
  for (std::size_t w = 0; w < out.worker_count(); ++w) {
    for (std::size_t t = 0; t < k; ++t) {
      for (std::size_t g = 0; g < k; ++g)
        alpha[g] = std::max(kLeastAlpha, crowd.confusion.at(w, t, g) * crowd.evidence(w, t));
      random.dirichlet(alpha, row);
      for (std::size_t g = 0; g < k; ++g) out.at(w, t, g) = row[g];
    }
  }
  return out;
}

}  // namespace

VirtualItems::VirtualItems(const PlannedCrowd& crowd, std::uint64_t item_count, Random random)
    : crowd_(crowd),
      random_(random),
      class_count_(crowd.prior.size()),
      confusion_(draw_confusions(crowd, random_)),
      doubt_(item_count),
      cost_(item_count),
      accuracy_(item_count),
      labelled_by_(crowd.alike ? 0 : item_count) {
  double sum = 0;
  for (const double s : crowd.share) cumulative_.push_back(sum += s);
  for (std::size_t item = 0; item < item_count; ++item) {
    truth_.push_back(random_.categorical(crowd.prior));
    posterior_.insert(posterior_.end(), crowd.prior.begin(), crowd.prior.end());
  }
  if (!crowd.evidence.empty()) believed_ = posterior_;
  for (std::size_t item = 0; item < item_count; ++item) judge(item);
}

bool VirtualItems::pick_worker(std::size_t item, std::size_t& worker) {
  if (crowd_.alike) {
    worker = 0;
    return true;
  }
  constexpr int kTries = 20;
  auto& used = labelled_by_[item];
  const auto is_free = [&](std::size_t w) {
    return std::ranges::find(used, static_cast<std::uint32_t>(w)) == used.end();
  };
  for (int i = 0; i < kTries; ++i) {
    const double u = random_.uniform() * cumulative_.back();
    const auto at = std::ranges::upper_bound(cumulative_, u) - cumulative_.begin();
    worker = std::min(static_cast<std::size_t>(at), cumulative_.size() - 1);
    if (crowd_.share[worker] > 0 && is_free(worker)) {
      used.push_back(static_cast<std::uint32_t>(worker));
      return true;
    }
  }
  // Few are left: draw among them.
  std::vector<double> left(crowd_.share);
  double sum = 0;
  for (std::size_t w = 0; w < left.size(); ++w) {
    if (!is_free(w)) left[w] = 0;
    sum += left[w];
  }
  if (!(sum > 0)) return false;
  worker = random_.categorical(left);
  used.push_back(static_cast<std::uint32_t>(worker));
  return true;
}

bool VirtualItems::add_label(std::size_t item) {
  std::size_t worker = 0;
  if (!pick_worker(item, worker)) return false;
  double u = random_.uniform();
  std::size_t given = 0;
  while (given + 1 < class_count_ && (u -= confusion_.at(worker, truth_[item], given)) >= 0) ++given;
  const auto learn = [&](std::vector<double>& posterior, const Confusions& confusion) {
    const std::span<double> p(posterior.data() + item * class_count_, class_count_);
    const auto row = confusion.row(worker * class_count_ + given);
    for (std::size_t t = 0; t < class_count_; ++t) p[t] *= row[t];
    normalize(p);
  };
  learn(posterior_, confusion_);
  if (!believed_.empty()) learn(believed_, crowd_.confusion);
  judge(item);
  return true;
}

void VirtualItems::judge(std::size_t item) {
  const std::span<const double> p(posterior_.data() + item * class_count_, class_count_);
  const std::span<const double> believed =
      believed_.empty() ? p : std::span<const double>(believed_.data() + item * class_count_, class_count_);
  const auto decision = quality::best_decision(believed, crowd_.prior, crowd_.costs);
  doubt_[item] = decision.cost;
  cost_[item] = 0;
  for (std::size_t t = 0; t < class_count_; ++t) cost_[item] += p[t] * crowd_.costs(t, decision.label);
  accuracy_[item] = p[decision.label];
}

}  // namespace assay::planning
