#pragma once

#include <string_view>

namespace assay::io {

/// Seconds since 1970 (UTC) of a number, an ISO 8601 time ("2018-04-07T17:27:37.5Z", "2018-04-07 17:27:37 UTC", a date
/// alone), "Wed Apr 14 20:01:15 GMT 2010" or "3/24/2016 17:57:02" (month first). Times without a zone count as UTC.
/// Numbers stay as they are. NaN when it is none of these.
[[nodiscard]] double parse_time(std::string_view text);

}  // namespace assay::io
