#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/base/communicator.h"
#include "assay/base/options.h"
#include "terminal.h"

namespace assay::app {

/// What the user typed after the command's name.
struct Invocation {
  std::vector<std::string> arguments;  ///< positional ones, in order
  OptionValues values;                 ///< options as given, snake_case names, in order
  std::vector<std::string> words;      ///< the whole command line, for records of how a result came about
  Communicator* ranks = nullptr;       ///< the ranks of which this program is one

  /// The last value given for an option, or `otherwise`.
  [[nodiscard]] std::string value(std::string_view name, std::string_view otherwise = {}) const;
};

/// One row of the table of commands: help, docs and completion are made from it.
struct Command {
  std::string name;
  std::string meaning;    ///< one line
  std::string arguments;  ///< "LABELS..." as shown in the usage line; empty when there are none
  std::size_t fewest_arguments = 0;
  std::size_t most_arguments = 0;
  bool on_many_ranks = false;  ///< may run as several ranks under mpirun; all others are refused there
  std::vector<OptionInfo> options;
  /// Options that only exist because of what was given for others (those of the chosen model).
  std::function<std::vector<OptionInfo>(const Invocation&)> more_options;
  /// More words about an option that is not there: " (it is an option of ...)"; may be empty.
  std::function<std::string(const std::string& option)> hint;
  std::string examples;  ///< lines shown at the end of the help
  std::function<int(const Invocation&, Terminal&)> run;
};

/// Every command, in the order in which help shows them.
[[nodiscard]] const std::vector<Command>& commands();

/// Parses a command line; prints help and returns false when that is what was asked for. Throws Error on anything
/// wrong.
bool parse(const Command& command, int argc, const char* const* argv, Terminal& terminal, Invocation& out);

/// The part of `values` that belongs to `infos`.
[[nodiscard]] OptionValues pick(const OptionValues& values, const std::vector<OptionInfo>& infos);

/// a's rows, then b's.
[[nodiscard]] std::vector<OptionInfo> join(std::vector<OptionInfo> a, const std::vector<OptionInfo>& b);

}  // namespace assay::app
