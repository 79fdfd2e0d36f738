#pragma once

#include "assay/selection/registry.h"

namespace assay::selection {

/// The pair of item and worker whose label saves most cost. The belief of crowd_belief.h knows how easy each item seems
/// and how well this worker is known; the label is worth what it saves by the time h further labels of new workers have
/// come in, for the h that favours it most (look_ahead.h):
///
///   q(t, e)   = Pr(class t, level e | the item's labels)
///   score     = max_{h = 0, 2, 4} ( cost(h; q) - sum_g cost(h; q P_w(g)) ),   P_w(g)(t, e) = Pr(w says g | t, e)
///
/// So an item that looks hopelessly hard gets no more labels, and a worker who labels at random is worth nothing
/// anywhere. Without a worker: a new one of this crowd. Above four classes: the four likeliest of the item.
/// O(K E) memory an item (E = 7); some 0.5 microseconds a pair for two classes. Assay's own; the parts are by Whitehill
/// et al. 2009 (easiness), Frazier and Powell 2010 (looking ahead), MacKay 1992 (doubt about abilities).
[[nodiscard]] StrategyInfo worker_routing_info();

}  // namespace assay::selection
