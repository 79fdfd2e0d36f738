#include "assay/base/money.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "assay/base/error.h"

namespace assay {
namespace {

constexpr std::int64_t kMostUnits = 1'000'000'000;
constexpr std::size_t kDecimals = 6;
constexpr double kMostMicros = 9e18;

Error not_money(std::string_view text, std::string_view where) {
  return bad_input(
      "found \"" + std::string(text) + "\", allowed is an amount of money from 0 to 1000000000 with up to six decimals",
      std::string(where));
}

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::int64_t whole_number(std::string_view digits) {
  std::int64_t out = 0;
  for (const char c : digits) out = out * 10 + (c - '0');
  return out;
}

}  // namespace

Money parse_money(std::string_view text, std::string_view where) {
  const auto point = std::min(text.find('.'), text.size());
  const std::string_view units = text.substr(0, point);
  const std::string_view decimals = point < text.size() ? text.substr(point + 1) : std::string_view{};
  const bool empty = units.empty() && decimals.empty();
  if (empty || units.size() > 10 || decimals.size() > kDecimals || !all_digits(units) || !all_digits(decimals)) {
    throw not_money(text, where);
  }
  std::string padded(decimals);
  padded.resize(kDecimals, '0');
  const std::int64_t whole = whole_number(units);
  const Money out = Money::of_micros(whole * Money::kMicrosPerUnit + whole_number(padded));
  if (out > Money::of_micros(kMostUnits * Money::kMicrosPerUnit)) throw not_money(text, where);
  return out;
}

std::string to_text(Money amount) {
  const std::int64_t micros = amount.micros();
  const auto magnitude = micros < 0 ? 0 - static_cast<std::uint64_t>(micros) : static_cast<std::uint64_t>(micros);
  std::string out = (micros < 0 ? "-" : "") + std::to_string(magnitude / Money::kMicrosPerUnit);
  std::string decimals = std::to_string(magnitude % Money::kMicrosPerUnit);
  decimals.insert(0, kDecimals - decimals.size(), '0');
  const auto last = decimals.find_last_not_of('0');
  if (last == std::string::npos) return out;
  return out + "." + decimals.substr(0, std::max<std::size_t>(last + 1, 2));
}

std::string parse_currency(std::string_view text, std::string_view where) {
  const bool capitals = std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (text.size() == 3 && capitals) return std::string(text);
  throw bad_input("found \"" + std::string(text) + "\", allowed are three capital letters such as USD or EUR",
                  std::string(where));
}

std::vector<Money> round_together(std::span<const double> micros) {
  std::vector<Money> out(micros.size());
  std::vector<double> rest(micros.size());
  double rest_sum = 0;
  double sum = 0;
  for (std::size_t i = 0; i < micros.size(); ++i) {
    sum += micros[i];
    if (!(sum < kMostMicros)) throw Error(ErrorCode::limit_exceeded, "the sum of the amounts exceeds 9e12 units");
    const double whole = std::floor(micros[i]);
    out[i] = Money::of_micros(static_cast<std::int64_t>(whole));
    rest_sum += rest[i] = micros[i] - whole;
  }
  std::vector<std::size_t> order(micros.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return rest[a] > rest[b]; });
  const auto up = static_cast<std::size_t>(std::llround(rest_sum));
  for (std::size_t i = 0; i < up && rest[order[i]] > 0; ++i) out[order[i]] += Money::of_micros(1);
  return out;
}

}  // namespace assay
