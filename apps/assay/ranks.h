#pragma once

#include <memory>

#include "assay/base/communicator.h"

namespace assay::app {

/// The ranks of which this process is one: those that mpirun started, over the plug-in libassay_mpi.so, or it alone.
/// Throws Error{unavailable} under mpirun where the plug-in is missing or of another version. The ranks end (and wait
/// for each other) when the object goes.
[[nodiscard]] std::unique_ptr<Communicator> ranks_of_environment();

/// Whether mpirun's environment names this process as rank 0, or no rank at all: who speaks when nothing else is known.
[[nodiscard]] bool is_first_by_environment();

}  // namespace assay::app
