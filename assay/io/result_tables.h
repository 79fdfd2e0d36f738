#pragma once

#include <vector>

#include "assay/core/label_table.h"
#include "assay/engine/estimate.h"
#include "assay/engine/estimate_blocks.h"
#include "assay/io/convert.h"
#include "assay/io/table.h"

namespace assay::io {

/// What an estimate writes, as tables over the arguments, which must outlive them.
///   items        one row an item, in input order; p_CLASS is the posterior, entropy in nats
///   workers      one row a worker, best rank first; empty where a number is not defined; flags separated by commas
///   confusions   one row a worker, true and given class; count is the soft count. Above 4 million cells those without
///   any
///                count, which equal the population's prior, are left out
///   soft_labels  one row a worker, given and true class: what that label stands for; share is how often it is
///   expected,
///                sum over true classes of prior x confusion
///   classes      one row a class; share is its part of the items by the posteriors
[[nodiscard]] std::vector<Table> result_tables(const LabelTable& labels, const engine::EstimateResult& result);

/// The same of labels that are not in memory; `known` has the names of workers and classes.
[[nodiscard]] std::vector<Table> result_tables(const NamedLabels& labels, const LabelTable& known,
                                               const engine::BlockEstimateResult& estimate);

}  // namespace assay::io
