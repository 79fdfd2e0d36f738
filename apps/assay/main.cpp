#include <unistd.h>

#include <iostream>
#include <new>

#include "assay/base/error.h"
#include "assay/base/text.h"
#include "assay/base/version.h"
#include "assay/io/text_list.h"
#include "command.h"
#include "ranks.h"

namespace assay::app {
namespace {

constexpr int kBadInput = 2;
constexpr int kInterrupted = 130;
constexpr std::size_t kLongestMessage = 4000;  // characters

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
  for (const char* word : {"--version", "--help"}) names.emplace_back(word);
  throw bad_input("unknown command \"" + std::string(name) + "\"" + did_you_mean(name, names) + ", allowed is " +
                  option_parsing::choices_in_words(names));
}

int print_help(const char* name, Terminal& terminal) {
  const char* const words[] = {"assay", name, "--help"};
  Invocation unused;
  parse(find_command(name), 3, words, terminal, unused);
  return 0;
}

// Names the commands that may run as several ranks.
void refuse_many_ranks(const std::string& name, int size) {
  std::vector<std::string> allowed;
  for (const auto& command : commands()) {
    if (command.on_many_ranks) allowed.push_back(command.name);
  }
  throw bad_input(name + " runs on one rank, found " + std::to_string(size) + "; allowed on more is " +
                  option_parsing::choices_in_words(allowed));
}

int run(int argc, const char* const* argv, Terminal& terminal, Communicator& ranks) {
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
  invocation.ranks = &ranks;
  if (ranks.size() > 1 && !command.on_many_ranks) refuse_many_ranks(command.name, ranks.size());
  return command.run(invocation, terminal);
}

int report(const Error& error, bool is_first) {
  std::cout.flush();
  if (is_first) std::cerr << "assay: " << io::shown(error.what(), kLongestMessage) << "\n";
  return error.code() == ErrorCode::interrupted ? kInterrupted : kBadInput;
}

// An error that only this rank knows of ends the others too, wherever they are.
int end_all(const Error& error, Communicator& ranks) {
  try {
    if (!ranks.failed_together()) ranks.agree(Stage::end, 0, &error);
  } catch (const Error& agreed) {
    return report(agreed, ranks.rank() == 0);
  }
  return report(error, ranks.rank() == 0);
}

int run_as_rank(int argc, const char* const* argv, Communicator& ranks) {
  std::ostream nowhere(nullptr);
  const bool is_first = ranks.rank() == 0;
  Terminal terminal(is_first ? std::cout : nowhere, is_first ? std::cerr : nowhere, isatty(STDOUT_FILENO) != 0,
                    is_first && isatty(STDERR_FILENO) != 0);
  try {
    const int code = run(argc, argv, terminal, ranks);
    std::cout.flush();
    if (!std::cout) throw Error(ErrorCode::unavailable, "cannot write to standard output");
    ranks.agree(Stage::end);
    return code;
  } catch (const Error& e) {
    return end_all(e, ranks);
  } catch (const std::bad_alloc&) {
    return end_all(Error(ErrorCode::limit_exceeded, "out of memory"), ranks);
  }
}

// The one door at which errors become exit codes.
int main_door(int argc, const char* const* argv) {
  try {
    const auto ranks = ranks_of_environment();
    return run_as_rank(argc, argv, *ranks);
  } catch (const Error& e) {
    return report(e, is_first_by_environment());
  }
}

}  // namespace
}  // namespace assay::app

int main(int argc, char** argv) { return assay::app::main_door(argc, argv); }
