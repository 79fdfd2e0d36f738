#include "assay/base/options.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "assay/base/error.h"
#include "assay/base/text.h"

namespace assay {

std::string flag_name(std::string_view option_name) {
  std::string out = "--" + std::string(option_name);
  std::replace(out.begin(), out.end(), '_', '-');
  return out;
}

namespace option_parsing {
namespace {

template <typename T>
T parse(std::string_view name, std::string_view text, T minimum, T maximum, const char* kind) {
  T value{};
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = status == std::errc{} && end == text.data() + text.size() && !text.empty();
  if (whole && value >= minimum && value <= maximum) return value;
  throw bad_input("found \"" + std::string(text) + "\", allowed is " + kind + " " +
                      range_in_words(static_cast<double>(minimum), static_cast<double>(maximum)),
                  flag_name(name));
}

}  // namespace

std::int64_t integer(std::string_view name, std::string_view text, std::int64_t minimum, std::int64_t maximum) {
  return parse<std::int64_t>(name, text, minimum, maximum, "a whole number");
}

double number(std::string_view name, std::string_view text, double minimum, double maximum) {
  return parse<double>(name, text, minimum, maximum, "a number");
}

bool flag(std::string_view name, std::string_view text) {
  if (text == "true" || text == "1" || text.empty()) return true;
  if (text == "false" || text == "0") return false;
  throw bad_input("found \"" + std::string(text) + "\", allowed is true or false", flag_name(name));
}

const std::string& choice(std::string_view name, std::string_view text, const std::vector<std::string>& choices) {
  const auto found = std::find(choices.begin(), choices.end(), text);
  if (found != choices.end()) return *found;
  throw bad_input(
      "found \"" + std::string(text) + "\"" + did_you_mean(text, choices) + ", allowed is " + choices_in_words(choices),
      flag_name(name));
}

std::uint64_t bytes(std::string_view name, std::string_view text) {
  const auto refuse = [&] {
    return bad_input("found \"" + std::string(text) + "\", allowed is a number of bytes such as 500MB, 2GB or 1.5GiB",
                     flag_name(name));
  };
  double value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || !(value > 0)) throw refuse();
  std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (unit.starts_with(' ')) unit.remove_prefix(1);
  if (unit.ends_with('B')) unit.remove_suffix(1);
  constexpr std::string_view kPrefixes = "KMGT";
  if (!unit.empty()) {
    const auto power = kPrefixes.find(unit[0]);
    if (power == std::string_view::npos || (unit.size() > 1 && unit.substr(1) != "i")) throw refuse();
    for (std::size_t i = 0; i <= power; ++i) value *= unit.size() > 1 ? 1024 : 1000;
  }
  if (value > 1e18) throw refuse();
  return static_cast<std::uint64_t>(value);
}

std::string range_in_words(double minimum, double maximum) {
  constexpr double kUnbounded = 1e15;
  // Whole numbers in full: "1000000" reads better than "1e+06".
  const auto text = [](double x) {
    return x == std::floor(x) && std::abs(x) < kUnbounded ? std::to_string(static_cast<std::int64_t>(x)) : shortest(x);
  };
  if (maximum >= kUnbounded) return "of at least " + text(minimum);
  return "from " + text(minimum) + " to " + text(maximum);
}

std::string choices_in_words(const std::vector<std::string>& choices) {
  std::string out;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) out += i + 1 == choices.size() ? " or " : ", ";
    out += choices[i];
  }
  return out;
}

std::string to_text(double value) { return shortest(value); }

}  // namespace option_parsing

void throw_unknown_option(std::string_view name, const std::vector<OptionInfo>& known, std::string_view owner) {
  std::vector<std::string> names;
  for (const auto& info : known) names.push_back(info.name);
  const std::string near = nearest(name, names);
  std::string message = "unknown option of " + std::string(owner);
  if (!near.empty()) message += " (did you mean " + flag_name(near) + "?)";
  throw bad_input(std::move(message), flag_name(name));
}

}  // namespace assay
