#include "assay/planning/learning_curve.h"

#include <algorithm>
#include <cmath>

#include "assay/base/error.h"
#include "assay/base/random.h"
#include "assay/models/registry.h"

namespace assay::planning {
namespace {

LabelStore subsample(const LabelStore& labels, std::uint64_t most, Random random) {
  LabelColumns out{{0}, {}};
  std::vector<std::uint32_t> rows;
  for (ItemIndex item = 0; item < labels.item_count(); ++item) {
    rows.assign(labels.rows(item).begin(), labels.rows(item).end());
    const std::size_t n = std::min<std::size_t>(rows.size(), most);
    for (std::size_t i = 0; i < n; ++i) std::swap(rows[i], rows[i + random.below(rows.size() - i)]);
    out.entries.insert(out.entries.end(), rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(n));
    out.offsets.push_back(out.entries.size());
  }
  return {labels.worker_count(), labels.class_count(), std::move(out)};
}

double share_right(const Matrix<double>& posterior, const GoldLabels& truth) {
  constexpr double kRounding = 1e-9;
  double known = 0, right = 0;
  for (std::size_t o = 0; o < truth.size(); ++o) {
    if (truth[o] == kNoClass) continue;
    ++known;
    const auto p = posterior.row(o);
    const double most = std::ranges::max(p);
    if (p[truth[o]] < most - kRounding) continue;
    right += 1 / static_cast<double>(std::ranges::count_if(p, [&](double x) { return x >= most - kRounding; }));
  }
  return right / known;
}

}  // namespace

std::vector<LearningPoint> learning_curve(const LearningCurveRequest& request, const models::Context& context) {
  const auto model = models::find_model(request.model).make(request.model_options);
  std::vector<LearningPoint> out;
  const auto n = static_cast<double>(request.draws);
  std::uint64_t done = 0;
  for (const auto labels_per_item : request.labels_per_item) {
    LearningPoint point{labels_per_item, 0, 0, 0};
    std::vector<double> shares;
    for (std::uint64_t draw = 0; draw < request.draws; ++draw) {
      if (context.stopping()) throw Error(ErrorCode::interrupted, "interrupted");
      const LabelStore labels = subsample(request.labels, labels_per_item, Random(context.seed, draw));
      const Estimate estimate = model->fit({labels}, context);
      shares.push_back(share_right(estimate.posterior, request.truth));
      point.accuracy += shares.back() / n;
      point.mean_labels =
          static_cast<double>(labels.label_count()) / std::max<double>(1, static_cast<double>(labels.item_count()));
      context.report("subsampling", ++done, request.draws * request.labels_per_item.size());
    }
    double squares = 0;
    for (const double share : shares) squares += (share - point.accuracy) * (share - point.accuracy);
    point.accuracy_deviation = n > 1 ? std::sqrt(squares / (n - 1)) : 0;
    out.push_back(point);
  }
  return out;
}

}  // namespace assay::planning
