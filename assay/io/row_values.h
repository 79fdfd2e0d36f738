#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace assay::io {

/// Reads the optional numbers of a row, alike for every text format.
class RowValues {
 public:
  using Place = std::function<std::string(std::string_view)>;
  /// A number > 0; empty counts as 1. Throws Error{bad_input} at `place(text)` otherwise.
  float weight(std::string_view text, const Place& place);
  /// See parse_time; NaN when empty or in no known form, which is counted.
  double time(std::string_view text);
  /// Seconds >= 0, else NaN.
  float seconds(std::string_view text);

  [[nodiscard]] std::uint64_t unread_times() const { return unread_times_; }

 private:
  std::uint64_t unread_times_ = 0;
};

/// Whether an assignment's status says that the work was rejected.
[[nodiscard]] bool is_rejected(std::string_view status);

/// The whole text as a finite number, else NaN.
[[nodiscard]] double parse_number(std::string_view text);

}  // namespace assay::io
