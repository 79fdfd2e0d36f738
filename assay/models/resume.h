#pragma once

#include "assay/base/error.h"
#include "assay/models/label_pass.h"

namespace assay::models {

/// Leaves the state after a pass where the context wants it, if it does. A fit that was asked to stop and is not `done`
/// ends there with Error{interrupted}: with the state saved there is no need for its results.
template <typename State>
void save_state(const State& state, bool done, const LabelPass& pass, const Context& context) {
  if (context.checkpoint == nullptr) return;
  context.checkpoint->save(to_bytes(state));
  if (pass.stopping(context) && !done) throw Error(ErrorCode::interrupted, "interrupted");
}

}  // namespace assay::models
