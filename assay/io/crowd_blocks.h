#pragma once

#include <string>

#include "assay/base/progress.h"
#include "assay/base/threads.h"
#include "assay/sim/crowd.h"

namespace assay::io {

/// Writes the labels of a simulated crowd as a .assay file over `path`, with the memory of a few blocks and of the
/// workers. `progress` and `stop` may be null. Throws Error{interrupted} when asked to stop.
void write_crowd_blocks(const std::string& path, const sim::Crowd& crowd, ThreadPool& threads, Progress* progress,
                        const StopFlag* stop);

}  // namespace assay::io
