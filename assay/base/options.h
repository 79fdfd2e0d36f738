#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay {

/// Option values as text, in the order given: what the command line, a JSON body or Python hand over.
using OptionValues = std::vector<std::pair<std::string, std::string>>;

/// What the world is told of one option: help, docs, JSON and Python arguments are made from it.
struct OptionInfo {
  std::string name;           ///< snake_case; `--pseudo-count` on the command line is `pseudo_count` here
  std::string type;           ///< "integer", "number", "text", "flag" or "choice"
  std::string allowed;        ///< the range or the choices in words: "0 to 1", "all, first, last or error"
  std::string unit;           ///< "seconds", "labels", ... or empty
  std::string default_value;  ///< as text
  std::string meaning;        ///< one line
};

namespace option_parsing {
// Each throws Error{bad_input} whose place is the option's command line spelling.
std::int64_t integer(std::string_view name, std::string_view text, std::int64_t minimum, std::int64_t maximum);
double number(std::string_view name, std::string_view text, double minimum, double maximum);
bool flag(std::string_view name, std::string_view text);
const std::string& choice(std::string_view name, std::string_view text, const std::vector<std::string>& choices);
/// "2GB", "1.5 GiB", "500M" or a plain number of bytes. K, M, G, T are powers of 1000, Ki, Mi, Gi, Ti of 1024; a B may
/// follow.
std::uint64_t bytes(std::string_view name, std::string_view text);
std::string range_in_words(double minimum, double maximum);
std::string choices_in_words(const std::vector<std::string>& choices);
std::string to_text(double value);
}  // namespace option_parsing

/// "pseudo_count" -> "--pseudo-count".
[[nodiscard]] std::string flag_name(std::string_view option_name);

/// The field table of an options struct S: the only place that knows an option's name, range, unit and meaning.
/// Defaults are the struct's own initialisers.
template <typename S>
class OptionTable {
 public:
  /// An integer member (any integral type); both bounds are allowed values.
  template <typename T>
  OptionTable& integer(std::string name, T S::* member, std::int64_t minimum, std::int64_t maximum, std::string unit,
                       std::string meaning) {
    Field field;
    field.info = {name, "integer", option_parsing::range_in_words(double(minimum), double(maximum)), unit, "", meaning};
    field.set = [=](S& s, std::string_view text) {
      s.*member = static_cast<T>(option_parsing::integer(name, text, minimum, maximum));
    };
    field.get = [=](const S& s) { return std::to_string(s.*member); };
    return add(std::move(field));
  }

  /// A real member; both bounds are allowed values.
  OptionTable& number(std::string name, double S::* member, double minimum, double maximum, std::string unit,
                      std::string meaning) {
    Field field;
    field.info = {name, "number", option_parsing::range_in_words(minimum, maximum), unit, "", meaning};
    field.set = [=](S& s, std::string_view text) { s.*member = option_parsing::number(name, text, minimum, maximum); };
    field.get = [=](const S& s) { return option_parsing::to_text(s.*member); };
    return add(std::move(field));
  }

  /// A true/false member.
  OptionTable& flag(std::string name, bool S::* member, std::string meaning) {
    Field field;
    field.info = {name, "flag", "true or false", "", "", meaning};
    field.set = [=](S& s, std::string_view text) { s.*member = option_parsing::flag(name, text); };
    field.get = [=](const S& s) { return std::string(s.*member ? "true" : "false"); };
    return add(std::move(field));
  }

  /// A text member that takes one of `choices`.
  OptionTable& choice(std::string name, std::string S::* member, std::vector<std::string> choices,
                      std::string meaning) {
    Field field;
    field.info = {name, "choice", option_parsing::choices_in_words(choices), "", "", meaning};
    field.set = [=](S& s, std::string_view text) { s.*member = option_parsing::choice(name, text, choices); };
    field.get = [=](const S& s) { return s.*member; };
    return add(std::move(field));
  }

  /// A text member that takes anything; `allowed` says in words what makes sense.
  OptionTable& text(std::string name, std::string S::* member, std::string allowed, std::string meaning) {
    Field field;
    field.info = {name, "text", allowed, "", "", meaning};
    field.set = [=](S& s, std::string_view value) { s.*member = std::string(value); };
    field.get = [=](const S& s) { return s.*member; };
    return add(std::move(field));
  }

  /// What the options are, with their defaults.
  [[nodiscard]] std::vector<OptionInfo> infos() const {
    std::vector<OptionInfo> out;
    const S defaults{};
    for (const auto& field : fields_) {
      out.push_back(field.info);
      out.back().default_value = field.get(defaults);
    }
    return out;
  }

  /// Sets one option from text; false when S has no such option; throws Error when the value is not allowed.
  bool set(S& options, std::string_view name, std::string_view value) const {
    for (const auto& field : fields_) {
      if (field.info.name != name) continue;
      field.set(options, value);
      return true;
    }
    return false;
  }

  /// Every option's value as text, in table order.
  [[nodiscard]] OptionValues values(const S& options) const {
    OptionValues out;
    for (const auto& field : fields_) out.emplace_back(field.info.name, field.get(options));
    return out;
  }

 private:
  struct Field {
    OptionInfo info;
    std::function<void(S&, std::string_view)> set;
    std::function<std::string(const S&)> get;
  };
  OptionTable& add(Field field) {
    fields_.push_back(std::move(field));
    return *this;
  }
  std::vector<Field> fields_;
};

/// Throws Error naming the nearest of `known` for an option that is not among them.
[[noreturn]] void throw_unknown_option(std::string_view name, const std::vector<OptionInfo>& known,
                                       std::string_view owner);

/// S with the given values set; an unknown name is an Error that names the nearest one.
template <typename S>
[[nodiscard]] S make_options(const OptionTable<S>& table, const OptionValues& values, std::string_view owner) {
  S options{};
  for (const auto& [name, value] : values) {
    if (!table.set(options, name, value)) throw_unknown_option(name, table.infos(), owner);
  }
  return options;
}

}  // namespace assay
