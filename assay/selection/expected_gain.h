#pragma once

#include "assay/selection/registry.h"

namespace assay::selection {

/// The item on which labels save most cost each, looking several labels ahead (look_ahead.h), for at times no single
/// label can flip the decision:
///
///   score = max_{h = 1..6} (cost(0; p) - cost(h; p)) / h,   labels by the error rates of a new worker (strategy.h)
///
/// p is the item's posterior; with more than four classes its four likeliest, and a worker whose errors are even.
/// Thinks of all items as equally hard: worker_routing does not. Source: the knowledge gradient with several
/// measurements, KG(*), of Frazier and Powell 2010, Paradoxes in learning and the marginal value of information,
/// Decision Analysis 7.
[[nodiscard]] StrategyInfo expected_gain_info();

}  // namespace assay::selection
