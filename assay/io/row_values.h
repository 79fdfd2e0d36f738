#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace assay::io {

/// Values that could not be read and are left out.
struct UnreadValues {
  std::uint64_t times = 0;
  std::uint64_t seconds = 0;

  void add(const UnreadValues& other) {
    times += other.times;
    seconds += other.seconds;
  }
};

/// Reads the optional numbers of a row, alike for every text format.
class RowValues {
 public:
  using Place = std::function<std::string(std::string_view)>;
  /// A number > 0; empty counts as 1. Throws Error{bad_input} at `place(text)` otherwise.
  float weight(std::string_view text, const Place& place);
  /// See parse_time; NaN when empty or in no known form, which is counted.
  double time(std::string_view text);
  /// Seconds >= 0; NaN when empty or anything else, which is counted.
  float seconds(std::string_view text);

  /// Those counted since the last call.
  [[nodiscard]] UnreadValues take_unread() { return std::exchange(unread_, {}); }

 private:
  UnreadValues unread_;
};

/// Whether an assignment's status says that the work was rejected.
[[nodiscard]] bool is_rejected(std::string_view status);

/// The whole text as a finite number, else NaN.
[[nodiscard]] double parse_number(std::string_view text);

}  // namespace assay::io
