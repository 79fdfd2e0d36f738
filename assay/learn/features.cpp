#include "assay/learn/features.h"

namespace assay::learn {

void Features::add(const FeatureRow& row) {
  columns_.insert(columns_.end(), row.columns.begin(), row.columns.end());
  values_.insert(values_.end(), row.values.begin(), row.values.end());
  offsets_.push_back(columns_.size());
}

Features Features::take(std::span<const std::uint32_t> rows) const {
  Features out(column_count_);
  for (const auto r : rows) out.add(row(r));
  return out;
}

}  // namespace assay::learn
