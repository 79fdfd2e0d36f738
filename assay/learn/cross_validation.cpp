#include "assay/learn/cross_validation.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <numeric>

#include "assay/base/error.h"
#include "assay/base/random.h"

namespace assay::learn {

std::vector<std::uint32_t> deal_folds(const Targets& targets, std::size_t folds, std::uint64_t seed) {
  const std::size_t K = targets.columns();
  std::vector<std::vector<std::uint32_t>> groups(K + 1);
  for (std::uint32_t i = 0; i < targets.rows(); ++i) {
    const auto q = targets.row(i);
    const bool teaches = std::accumulate(q.begin(), q.end(), 0.0) > 0;
    groups[teaches ? largest(q) : K].push_back(i);
  }
  Random random(seed);
  std::vector<std::uint32_t> fold(targets.rows());
  std::size_t next = 0;
  for (auto& group : groups) {
    random.shuffle(std::span(group));
    for (const auto i : group) fold[i] = static_cast<std::uint32_t>(next++ % folds);
  }
  return fold;
}

Matrix<double> cross_predict(const Classifier& classifier, const Features& features, const Targets& targets,
                             const std::vector<std::uint32_t>& fold, ThreadPool& threads, Progress* progress,
                             const StopFlag* stop) {
  const std::size_t folds = fold.empty() ? 0 : *std::max_element(fold.begin(), fold.end()) + 1;
  Matrix<double> out(targets.rows(), targets.columns());
  std::mutex reporting;
  std::size_t done = 0;
  threads.run(folds, [&](std::size_t f) {
    if (stop != nullptr && *stop) throw Error(ErrorCode::interrupted, "interrupted");
    std::vector<std::uint32_t> training;
    for (std::uint32_t i = 0; i < fold.size(); ++i) {
      if (fold[i] != f) training.push_back(i);
    }
    const auto fitted = classifier.fit(features.take(training), take_rows(targets, training));
    for (std::uint32_t i = 0; i < fold.size(); ++i) {
      if (fold[i] == f) fitted->predict(features.row(i), out.row(i));
    }
    const std::lock_guard lock(reporting);
    if (progress != nullptr) progress->update("cross-validating", ++done, folds);
  });
  return out;
}

}  // namespace assay::learn
