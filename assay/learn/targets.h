#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "assay/base/matrix.h"
#include "assay/core/ids.h"
#include "assay/core/label_store.h"

namespace assay::learn {

/// What a classifier is trained on: O x K, each row a distribution over classes, or all 0 for an item that teaches
/// nothing (it has no label). An item that stands for several copies of weights q_k is the row q, since the loss of the
/// copies is sum_k q_k (-log p_k).
using Targets = Matrix<double>;

/// How labels become targets. Sheng, Provost, Ipeirotis, KDD 2008.
enum class TargetKind {
  hard,   ///< 1 for the class decided for the item
  soft,   ///< the item's posterior
  share,  ///< "multiplied examples": one copy an observed class, weighted by its share of the item's labels
};
[[nodiscard]] const std::vector<std::string>& target_kind_names();  ///< in the order of TargetKind
[[nodiscard]] TargetKind parse_target_kind(const std::string& name);

/// Items without labels get rows of 0. `posterior` is O x K; hard takes its largest entry, the earlier class among
/// equals.
[[nodiscard]] Targets make_targets(TargetKind kind, const LabelStore& labels, const Matrix<double>& posterior);

/// The given rows in the given order.
[[nodiscard]] Matrix<double> take_rows(const Matrix<double>& from, std::span<const std::uint32_t> rows);

/// The largest entry; the first among equals.
[[nodiscard]] ClassIndex largest(std::span<const double> p);

}  // namespace assay::learn
