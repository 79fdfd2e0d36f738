#pragma once

#include "assay/selection/registry.h"

namespace assay::selection {

/// The item whose labels, weighted by how reliable each is, decide least comes first (MP-Reliab). Messages go between
/// workers w and items o, each leaving out what came from its receiver; two classes, labels l of 0 and 1:
///
///   x_{o->w} = sum of (2 l_ow' - 1) y_{w'->o} over the item's other workers
///   y_{w->o} = sum of (2 l_o'w - 1) x_{o'->w} over the worker's other items
///   score    = -|sum over the item's labels of (2l - 1) y_{w->o}|
///
/// 20 rounds from y = 1, the mean of the published random start, so that the outcome is always the same. After each
/// round the messages are divided by their root mean square: a label of 1 counts as much as a usual one. A worker
/// without other labels keeps 1, and so does a new worker; a label since the last `learn` counts as much as its
/// worker's labels then say. Costs, priors and gold do not matter.
///
/// More than two classes (ours): a label's agreement with another is 1 for the same class and -1/(K-1) for two others,
/// which is the product of the signs for K = 2, and
///
///   score = -(V_1 - V_2),  V_1 and V_2 the two largest of V(c) = sum of y_{w->o} over the item's labels c
///
/// 20 passes over the labels and 16 bytes a label at each `learn`. Source: Karger, Oh and Shah 2011, Iterative learning
/// for reliable crowdsourcing systems, NIPS; as a strategy Wang, Ipeirotis and Provost 2017, section 6.
[[nodiscard]] StrategyInfo reliability_info();

/// How far labels can be relied on.
struct Reliabilities {
  std::vector<double> label;   ///< y_{w->o} by entry of the store
  std::vector<double> worker;  ///< the same over all of the worker's items: what a label on yet another item counts
};

/// Passes the messages.
[[nodiscard]] Reliabilities pass_messages(const LabelStore& labels);

}  // namespace assay::selection
