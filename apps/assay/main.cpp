#include <unistd.h>

#include <iostream>
#include <new>

#include "assay/base/error.h"
#include "assay/base/text.h"
#include "assay/base/version.h"
#include "command.h"

namespace assay::app {
namespace {

constexpr int kBadInput = 2;
constexpr int kInterrupted = 130;

void print_overview(Terminal& terminal) {
  std::vector<std::vector<std::string>> rows = {{"command", "what it does"}};
  for (const auto& command : commands()) rows.push_back({command.name, command.meaning});
  terminal.out() << "Assay finds the true labels in noisy ones and tells who is worth what.\n\n"
                    "usage: assay COMMAND ... [options]   (assay COMMAND --help tells more)\n\n"
                 << aligned(rows) << "\n";
}

const Command& find_command(std::string_view name) {
  std::vector<std::string> names;
  for (const auto& command : commands()) {
    if (command.name == name) return command;
    names.push_back(command.name);
  }
  throw bad_input("unknown command \"" + std::string(name) + "\"" + did_you_mean(name, names) + ", allowed is " +
                  option_parsing::choices_in_words(names));
}

int print_help(const char* name, Terminal& terminal) {
  const char* const words[] = {"assay", name, "--help"};
  Invocation unused;
  parse(find_command(name), 3, words, terminal, unused);
  return 0;
}

int run(int argc, const char* const* argv, Terminal& terminal) {
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (first == "--version" || first == "version") {
    terminal.out() << "assay " << version() << "\n";
    return 0;
  }
  if (first == "--help" || first == "-h" || first == "help") {
    if (argc > 2) return print_help(argv[2], terminal);
    print_overview(terminal);
    return 0;
  }
  if (first.empty()) {
    print_overview(terminal);
    return kBadInput;
  }
  const Command& command = find_command(first);
  Invocation invocation;
  if (!parse(command, argc, argv, terminal, invocation)) return 0;
  return command.run(invocation, terminal);
}

// The one door at which errors become exit codes.
int main_door(int argc, const char* const* argv) {
  Terminal terminal(std::cout, std::cerr, isatty(STDOUT_FILENO) != 0, isatty(STDERR_FILENO) != 0);
  try {
    const int code = run(argc, argv, terminal);
    std::cout.flush();
    if (!std::cout) throw Error(ErrorCode::unavailable, "cannot write to standard output");
    return code;
  } catch (const Error& e) {
    std::cout.flush();
    std::cerr << "assay: " << e.what() << "\n";
    return e.code() == ErrorCode::interrupted ? kInterrupted : kBadInput;
  } catch (const std::bad_alloc&) {
    std::cerr << "assay: out of memory\n";
    return kBadInput;
  }
}

}  // namespace
}  // namespace assay::app

int main(int argc, char** argv) { return assay::app::main_door(argc, argv); }
