#pragma once

#include "command.h"

namespace assay::app {

// One file a command: cmd_NAME.cpp.
[[nodiscard]] Command agreement_command();
[[nodiscard]] Command estimate_command();
[[nodiscard]] Command compare_command();
[[nodiscard]] Command convert_command();
[[nodiscard]] Command evaluate_command();
[[nodiscard]] Command learn_command();
[[nodiscard]] Command models_command();
[[nodiscard]] Command pay_command();
[[nodiscard]] Command plan_command();
[[nodiscard]] Command report_command();
[[nodiscard]] Command select_command();
[[nodiscard]] Command simulate_command();

}  // namespace assay::app
