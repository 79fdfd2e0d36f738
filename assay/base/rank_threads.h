#pragma once

#include <functional>

#include "assay/base/communicator.h"

namespace assay {

/// Runs `work` on `size` >= 1 ranks that are threads of this process: how everything about ranks is tested. Returns
/// when all are done. A rank whose work throws is gone: ranks that wait for it get Error{unavailable}. The error of the
/// lowest rank whose work threw is rethrown.
void run_rank_threads(int size, const std::function<void(Communicator& ranks)>& work);

}  // namespace assay
