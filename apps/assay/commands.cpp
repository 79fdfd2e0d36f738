#include "commands.h"

namespace assay::app {

const std::vector<Command>& commands() {
  static const std::vector<Command> rows = {
      models_command(),
  };
  return rows;
}

}  // namespace assay::app
