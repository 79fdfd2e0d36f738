#pragma once

#include <string>
#include <vector>

namespace assay::io {

/// One line of a chart; x and y have one size, so have low and high where there are any. NaN leaves a point out.
struct ChartLine {
  std::string name;
  std::vector<double> x, y;
  std::vector<double> low{}, high{};  ///< a band around the line; empty for none
};

struct LineChart {
  std::string title;
  std::string x_label;
  std::string y_label;
  std::vector<ChartLine> lines;
  bool y_from_zero = true;
};

/// The ends of an axis and where its ticks are: steps of 1, 2 or 5 times a power of ten, at most `most_ticks` + 1.
struct ChartAxis {
  double low = 0, high = 1;
  std::vector<double> ticks;
};
[[nodiscard]] ChartAxis x_axis(const LineChart& chart, int most_ticks);
[[nodiscard]] ChartAxis y_axis(const LineChart& chart, int most_ticks);

/// As an SVG picture (svg_figure.h).
[[nodiscard]] std::string svg(const LineChart& chart);

}  // namespace assay::io
