#include "assay/io/row_values.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "assay/base/error.h"
#include "assay/io/records.h"
#include "assay/io/times.h"

namespace assay::io {

double parse_number(std::string_view text) {
  double value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = status == std::errc{} && end == text.data() + text.size() && std::isfinite(value);
  return is_number ? value : std::numeric_limits<double>::quiet_NaN();
}

float RowValues::weight(std::string_view text, const Place& place) {
  if (text.empty()) return 1;
  const auto value = static_cast<float>(parse_number(text));
  if (value > 0 && std::isfinite(value)) return value;
  throw bad_input("found the weight \"" + std::string(text) + "\", allowed is a number above 0", place(text));
}

double RowValues::time(std::string_view text) {
  const double value = parse_time(text);
  if (std::isnan(value) && !text.empty()) ++unread_.times;
  return value;
}

float RowValues::seconds(std::string_view text) {
  const auto value = static_cast<float>(parse_number(text));
  if (value >= 0) return value;
  if (!text.empty()) ++unread_.seconds;
  return std::numeric_limits<float>::quiet_NaN();
}

bool is_rejected(std::string_view status) { return records::normalized(status) == records::kRejected; }

}  // namespace assay::io
