#include "assay/quality/worker_labels.h"

#include <algorithm>
#include <cmath>

namespace assay::quality {

WorkerLabels::WorkerLabels(const LabelStore& labels)
    : begins_(labels.worker_count() + 1), places_(labels.label_count()) {
  for (const auto row : labels.entries()) ++begins_[labels.worker_of(row) + 1];
  for (std::size_t w = 0; w < labels.worker_count(); ++w) begins_[w + 1] += begins_[w];
  auto next = begins_;
  for (std::size_t o = 0; o < labels.item_count(); ++o) {
    const auto item = static_cast<ItemIndex>(o);
    std::uint32_t position = 0;
    for (const auto row : labels.rows(item)) places_[next[labels.worker_of(row)]++] = {item, position++, row};
  }
}

void posterior_without(std::span<const double> posterior, std::span<const double> likelihood, std::span<double> out) {
  constexpr double kLeast = 1e-9;
  double sum = 0;
  for (std::size_t t = 0; t < out.size(); ++t) sum += out[t] = posterior[t] / std::max(likelihood[t], kLeast);
  if (sum > 0 && std::isfinite(sum)) {
    for (double& v : out) v /= sum;
  } else {
    std::copy(posterior.begin(), posterior.end(), out.begin());
  }
}

}  // namespace assay::quality
