#include <CLI/CLI.hpp>

#include <algorithm>

#include "assay/base/error.h"
#include "assay/base/text.h"
#include "command.h"

namespace assay::app {
namespace {

constexpr std::size_t kHelpWidth = 100;

std::string describe(const OptionInfo& info) {
  std::string out = info.meaning;
  if (info.type == "flag") return out;
  const std::string allowed = info.allowed.starts_with("of ") ? info.allowed.substr(3) : info.allowed;
  if (!allowed.empty()) out += "; " + allowed + (info.unit.empty() ? "" : " " + info.unit);
  if (!info.default_value.empty()) out += " (default " + info.default_value + ")";
  return out;
}

std::string option_rows(const std::vector<OptionInfo>& options) {
  std::vector<std::pair<std::string, std::string>> rows;
  std::size_t widest = 0;
  for (const auto& option : options) {
    const bool on = option.type == "flag" && option.default_value == "true";
    rows.emplace_back(on ? "--no-" + flag_name(option.name).substr(2) : flag_name(option.name),
                      (on ? "do not " : "") + describe(option));
    widest = std::max(widest, rows.back().first.size());
  }
  std::string out;
  for (const auto& [flag, meaning] : rows) {
    out += "  " + flag + std::string(widest - flag.size() + 2, ' ') + wrapped(meaning, widest + 4, kHelpWidth) + "\n";
  }
  return out;
}

std::string help_of(const Command& command, const std::vector<OptionInfo>& options) {
  std::string out = "usage: assay " + command.name + (command.arguments.empty() ? "" : " " + command.arguments);
  out += options.empty() ? "\n" : " [options]\n";
  out += "\n" + command.meaning + "\n";
  if (!options.empty()) out += "\noptions:\n" + option_rows(options);
  if (!command.examples.empty()) out += "\nexamples:\n" + command.examples;
  return out;
}

// Declares options to CLI11, which splits the command line; checking values is left to the option tables.
class Parser {
 public:
  Parser(const Command& command, const std::vector<OptionInfo>& options)
      : app_(command.meaning, "assay " + command.name) {
    app_.set_help_flag("-h,--help", "print this help and exit");
    app_.allow_extras();
    app_.add_option("arguments", arguments_, "")->group("");
    for (const auto& info : options) declare(info);
  }

  void parse(std::vector<std::string> words) {
    std::reverse(words.begin(), words.end());
    try {
      app_.parse(std::move(words));
    } catch (const CLI::CallForHelp&) {
      wants_help_ = true;
    } catch (const CLI::ArgumentMismatch& e) {
      const std::string what = e.what();
      throw bad_input("a value is missing", what.substr(0, what.find(':')));
    } catch (const CLI::ParseError& e) {
      // Flags are the only words that CLI11 itself looks at: they take no value.
      const std::string what = e.what();
      const auto flag = what.find("--");
      throw bad_input("takes no value; --no-NAME takes a flag back",
                      flag == std::string::npos ? what : what.substr(flag, what.find_first_of(" :=", flag) - flag));
    }
  }

  [[nodiscard]] bool wants_help() const { return wants_help_; }
  [[nodiscard]] std::vector<std::string> extras() const { return app_.remaining(); }

  [[nodiscard]] Invocation take() const {
    Invocation out;
    out.arguments = arguments_;
    out.values = values_;
    return out;
  }

 private:
  void declare(const OptionInfo& info) {
    const std::string flag = flag_name(info.name);
    if (info.type == "flag") {
      app_.add_flag_callback(flag, [this, name = info.name] { values_.emplace_back(name, "true"); });
      app_.add_flag_callback("--no-" + flag.substr(2),
                             [this, name = info.name] { values_.emplace_back(name, "false"); });
      return;
    }
    auto* option = app_.add_option_function<std::string>(
        flag, [this, name = info.name](const std::string& given) { values_.emplace_back(name, given); });
    option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }

  CLI::App app_;
  std::vector<std::string> arguments_;
  OptionValues values_;
  bool wants_help_ = false;
};

[[noreturn]] void throw_unknown(const std::string& word, const Command& command,
                                const std::vector<OptionInfo>& options) {
  const std::string typed = word.substr(0, word.find('='));
  std::string name = typed;
  while (name.starts_with("-")) name.erase(0, 1);
  std::replace(name.begin(), name.end(), '-', '_');
  const std::string hint = command.hint ? command.hint(name) : "";
  if (!word.starts_with("--")) {
    const auto begun =
        std::find_if(options.begin(), options.end(), [&](const auto& o) { return o.name.starts_with(name); });
    const std::string near =
        name.empty() || begun == options.end() ? "" : " (did you mean " + flag_name(begun->name) + "?)";
    throw bad_input("unknown option of assay " + command.name + near + "; options begin with --", typed);
  }
  if (!hint.empty()) throw bad_input("unknown option of assay " + command.name + hint, flag_name(name));
  OptionInfo help;
  help.name = "help";
  throw_unknown_option(name, join(options, {help}), "assay " + command.name);
}

void check_argument_count(const Command& command, const std::vector<std::string>& found) {
  const std::string where = "assay " + command.name;
  if (found.size() > command.most_arguments) {
    const std::string expected =
        command.arguments.empty() ? "allowed are options only" : "expected is only " + command.arguments;
    throw bad_input("found \"" + found[command.most_arguments] + "\", " + expected, where);
  }
  if (found.size() < command.fewest_arguments) {
    throw bad_input("needed: " + command.arguments + " (assay " + command.name + " --help tells more)", where);
  }
}

}  // namespace

std::string Invocation::value(std::string_view name, std::string_view otherwise) const {
  std::string out(otherwise);
  for (const auto& [given, text] : values) {
    if (given == name) out = text;
  }
  return out;
}

OptionValues pick(const OptionValues& values, const std::vector<OptionInfo>& infos) {
  OptionValues out;
  for (const auto& value : values) {
    if (std::any_of(infos.begin(), infos.end(), [&](const auto& info) { return info.name == value.first; })) {
      out.push_back(value);
    }
  }
  return out;
}

std::vector<OptionInfo> join(std::vector<OptionInfo> a, const std::vector<OptionInfo>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

bool parse(const Command& command, int argc, const char* const* argv, Terminal& terminal, Invocation& out) {
  const std::vector<std::string> words(argv + 2, argv + argc);
  std::vector<OptionInfo> options = command.options;
  if (command.more_options) {
    Parser first(command, options);
    first.parse(words);
    options = join(options, command.more_options(first.take()));
  }
  Parser parser(command, options);
  parser.parse(words);
  if (parser.wants_help()) {
    terminal.out() << help_of(command, options);
    return false;
  }
  out = parser.take();
  out.words.assign(argv, argv + argc);
  for (const auto& word : parser.extras()) {
    if (word.size() > 1 && word.starts_with("-")) throw_unknown(word, command, options);
    out.arguments.push_back(word);
  }
  check_argument_count(command, out.arguments);
  return true;
}

}  // namespace assay::app
