#include "assay/io/times.h"

#include <array>
#include <charconv>
#include <chrono>
#include <limits>
#include <optional>
#include <utility>

namespace assay::io {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kSecondsPerDay = 86400;

// Takes texts off the front of what is left; every step fails by returning nothing.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}
  [[nodiscard]] bool done() const { return rest_.empty(); }
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void skip_blanks() {
    while (take(' ')) {
    }
  }
  std::optional<int> digits(std::size_t least, std::size_t most) {
    std::size_t n = 0;
    int value = 0;
    while (n < most && n < rest_.size() && rest_[n] >= '0' && rest_[n] <= '9') value = 10 * value + (rest_[n++] - '0');
    if (n < least) return std::nullopt;
    rest_.remove_prefix(n);
    return value;
  }
  std::string_view word() {
    std::size_t n = 0;
    while (n < rest_.size() && ((rest_[n] | 0x20) >= 'a' && (rest_[n] | 0x20) <= 'z')) ++n;
    const auto out = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return out;
  }
  double fraction() {
    double value = 0;
    double scale = 0.1;
    if (!take('.') && !take(',')) return 0;
    for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; rest_.remove_prefix(1), scale /= 10) {
      value += scale * (rest_.front() - '0');
    }
    return value;
  }

 private:
  std::string_view rest_;
};

std::optional<double> days_since_1970(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return static_cast<double>(std::chrono::sys_days(date).time_since_epoch().count());
}

// h:mm[:ss[.fff]]
std::optional<double> clock(Cursor& in) {
  const auto hours = in.digits(1, 2);
  if (!hours || *hours > 24 || !in.take(':')) return std::nullopt;
  const auto minutes = in.digits(2, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  double seconds = 0;
  if (in.take(':')) {
    const auto whole = in.digits(2, 2);
    if (!whole || *whole > 60) return std::nullopt;
    seconds = *whole + in.fraction();
  }
  return *hours * 3600.0 + *minutes * 60.0 + seconds;
}

// Seconds east of UTC: Z, +02:00, -0700 or a name; nothing left counts as UTC.
std::optional<double> zone(Cursor& in) {
  constexpr std::array<std::pair<std::string_view, int>, 18> kZones{{{"Z", 0},
                                                                     {"UTC", 0},
                                                                     {"GMT", 0},
                                                                     {"PST", -8},
                                                                     {"PDT", -7},
                                                                     {"MST", -7},
                                                                     {"MDT", -6},
                                                                     {"CST", -6},
                                                                     {"CDT", -5},
                                                                     {"EST", -5},
                                                                     {"EDT", -4},
                                                                     {"BST", 1},
                                                                     {"CET", 1},
                                                                     {"CEST", 2},
                                                                     {"EET", 2},
                                                                     {"EEST", 3},
                                                                     {"MSK", 3},
                                                                     {"JST", 9}}};
  if (in.done()) return 0;
  const bool east = in.take('+');
  if (east || in.take('-')) {
    const auto hours = in.digits(2, 2);
    in.take(':');
    const auto minutes = in.digits(2, 2);
    if (!hours) return std::nullopt;
    const double offset = *hours * 3600.0 + minutes.value_or(0) * 60.0;
    return east ? offset : -offset;
  }
  const auto name = in.word();
  for (const auto& [known, hours] : kZones) {
    if (name == known || (name == "z" && known == "Z")) return hours * 3600.0;
  }
  return std::nullopt;
}

std::optional<double> clock_and_zone(Cursor& in) {
  if (in.done()) return 0;
  const auto time = clock(in);
  in.skip_blanks();
  const auto offset = zone(in);
  if (!time || !offset || !in.done()) return std::nullopt;
  return *time - *offset;
}

double iso_time(std::string_view text) {
  Cursor in(text);
  const auto year = in.digits(4, 4);
  if (!year || !in.take('-')) return kNone;
  const auto month = in.digits(1, 2);
  if (!month || !in.take('-')) return kNone;
  const auto day = in.digits(1, 2);
  if (!day) return kNone;
  if (!in.done() && !in.take('T') && !in.take(' ') && !in.take('t')) return kNone;
  const auto days = days_since_1970(*year, *month, *day);
  const auto rest = clock_and_zone(in);
  return days && rest ? *days * kSecondsPerDay + *rest : kNone;
}

double us_time(std::string_view text) {
  Cursor in(text);
  const auto month = in.digits(1, 2);
  if (!month || !in.take('/')) return kNone;
  const auto day = in.digits(1, 2);
  if (!day || !in.take('/')) return kNone;
  const auto year = in.digits(4, 4);
  if (!year) return kNone;
  in.skip_blanks();
  const auto days = days_since_1970(*year, *month, *day);
  const auto rest = clock_and_zone(in);
  return days && rest ? *days * kSecondsPerDay + *rest : kNone;
}

int month_number(std::string_view name) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (name.size() != 3) return 0;
  const auto at = kMonths.find(name);
  return at == std::string_view::npos || at % 3 != 0 ? 0 : static_cast<int>(at / 3) + 1;
}

// Wed Apr 14 20:01:15 GMT 2010
double mturk_time(std::string_view text) {
  Cursor in(text);
  if (in.word().size() != 3 || !in.take(' ')) return kNone;
  const int month = month_number(in.word());
  in.skip_blanks();
  const auto day = in.digits(1, 2);
  in.skip_blanks();
  const auto time = clock(in);
  in.skip_blanks();
  Cursor zone_text(in.word());
  const auto offset = zone(zone_text);
  in.skip_blanks();
  const auto year = in.digits(4, 4);
  if (month == 0 || !day || !time || !offset || !year || !in.done()) return kNone;
  const auto days = days_since_1970(*year, month, *day);
  return days ? *days * kSecondsPerDay + *time - *offset : kNone;
}

// Seconds since 1970 as most files have them: nothing but digits, few enough for a double to hold the number.
std::optional<double> whole_seconds(std::string_view text) {
  if (text.empty() || text.size() > 15) return std::nullopt;
  std::int64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = 10 * number + (c - '0');
  }
  return static_cast<double>(number);
}

}  // namespace

double parse_time(std::string_view text) {
  if (const auto seconds = whole_seconds(text)) return *seconds;
  double number = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (status == std::errc{} && end == text.data() + text.size()) return number;
  for (const auto parse : {iso_time, mturk_time, us_time}) {
    if (const double time = parse(text); time == time) return time;
  }
  return kNone;
}

}  // namespace assay::io
