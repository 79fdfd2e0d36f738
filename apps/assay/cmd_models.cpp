#include "assay/models/registry.h"
#include "commands.h"

namespace assay::app {
namespace {

void print_table(Terminal& terminal) {
  std::vector<std::vector<std::string>> rows = {{"model", "what it is"}};
  for (const auto& model : models::registry()) rows.push_back({model.name, model.meaning});
  terminal.out() << aligned(rows, "") << "\nassay models NAME tells a model's options and where it comes from.\n";
}

void print_model(const models::ModelInfo& model, Terminal& terminal) {
  terminal.out() << terminal.bold(model.name) << ": " << model.meaning << "\n" << model.citation << "\n\n";
  std::vector<std::vector<std::string>> rows = {{"option", "default", "allowed", "meaning"}};
  for (const auto& option : model.options) {
    const std::string unit = option.unit.empty() ? "" : " " + option.unit;
    rows.push_back({flag_name(option.name), option.default_value, option.allowed + unit, option.meaning});
  }
  terminal.out() << aligned(rows, "");
}

int run(const Invocation& invocation, Terminal& terminal) {
  if (invocation.arguments.empty()) {
    print_table(terminal);
  } else {
    print_model(models::find_model(invocation.arguments.front()), terminal);
  }
  return 0;
}

}  // namespace

Command models_command() {
  Command command;
  command.name = "models";
  command.meaning = "list the ways to find the truth, or the options of one of them";
  command.arguments = "[NAME]";
  command.most_arguments = 1;
  command.examples = "  assay models\n  assay models dawid_skene\n";
  command.run = run;
  return command;
}

}  // namespace assay::app
