#include "assay/planning/reliability.h"

#include <algorithm>
#include <limits>

namespace assay::planning {
namespace {

// Of the labels of items with at least `least` labels.
double chance_of(std::span<const ItemAgreement> items, std::span<const double> weight, double least) {
  std::vector<double> share;
  double sum = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].labels < least) continue;
    share.resize(items[i].classes.size());
    for (std::size_t c = 0; c < share.size(); ++c) share[c] += weight[i] * items[i].classes[c];
    sum += weight[i] * items[i].labels;
  }
  double squares = 0;
  for (const double s : share) squares += s * s;
  return sum > 0 ? squares / (sum * sum) : 1;
}

}  // namespace

std::vector<ItemAgreement> item_agreements(const LabelStore& labels, std::span<const std::uint32_t> items) {
  std::vector<ItemAgreement> out;
  for (const auto item : items) {
    ItemAgreement one;
    one.classes.resize(labels.class_count());
    for (const auto row : labels.rows(item)) {
      ++one.classes[labels.label_of(row)];
      ++one.labels;
    }
    if (one.labels > 1) {
      for (const double n : one.classes) one.agreeing += n * (n - 1) / (one.labels - 1);
    }
    out.push_back(std::move(one));
  }
  return out;
}

double single_reliability(std::span<const ItemAgreement> items, std::span<const double> weight) {
  double agreeing = 0, labels = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].labels < 2) continue;
    agreeing += weight[i] * items[i].agreeing;
    labels += weight[i] * items[i].labels;
  }
  const double chance = chance_of(items, weight, 2);
  if (labels == 0 || chance >= 1) return std::numeric_limits<double>::quiet_NaN();
  return std::max(0.0, (agreeing / labels - chance) / (1 - chance));
}

double pooled_reliability(double single, double count) { return count * single / (1 + (count - 1) * single); }

double chance_agreement(std::span<const ItemAgreement> items, std::span<const double> weight) {
  return chance_of(items, weight, 1);
}

}  // namespace assay::planning
