#pragma once

#include <string>

#include "assay/io/line_chart.h"

namespace assay::app {

/// The chart in plain characters: each line has a letter (a, b, ...) at its points, dots between them and colons along
/// its bands; a legend follows. Where several lines meet the earlier one shows.
[[nodiscard]] std::string text_chart(const io::LineChart& chart);

}  // namespace assay::app
