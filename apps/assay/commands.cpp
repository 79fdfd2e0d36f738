#include "commands.h"

namespace assay::app {

const std::vector<Command>& commands() {
  static const std::vector<Command> rows = {
      estimate_command(),  evaluate_command(), report_command(),   compare_command(),
      agreement_command(), models_command(),   simulate_command(), convert_command(),
      pay_command(),       select_command(),   plan_command(),     learn_command(),
  };
  return rows;
}

}  // namespace assay::app
