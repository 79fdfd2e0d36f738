#pragma once

#include "command.h"

namespace assay::app {

// One file a command: cmd_NAME.cpp.
[[nodiscard]] Command models_command();

}  // namespace assay::app
