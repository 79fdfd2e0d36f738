#include "assay/io/line_chart.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "assay/io/svg_figure.h"

namespace assay::io {
namespace {

constexpr double kSvgWidth = 720, kSvgHeight = 400;

ChartAxis axis(double low, double high, int most_ticks) {
  if (!(low <= high)) return {0, 1, {0, 1}};
  if (low == high) {
    low -= low == 0 ? 1 : std::abs(low) / 2;
    high += high == 0 ? 1 : std::abs(high) / 2;
  }
  const double rough = (high - low) / most_ticks;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {5.0, 2.0, 1.0}) {
    if (factor * power >= rough * (1 - 1e-9)) step = factor * power;
  }
  ChartAxis out{std::floor(low / step + 1e-9) * step, std::ceil(high / step - 1e-9) * step, {}};
  for (int i = 0; out.low + i * step <= out.high + step / 2; ++i) out.ticks.push_back(out.low + i * step);
  return out;
}

struct Range {
  double low = std::numeric_limits<double>::infinity(), high = -std::numeric_limits<double>::infinity();
  void add(const std::vector<double>& values) {
    for (const double v : values) {
      if (!std::isfinite(v)) continue;
      low = std::min(low, v);
      high = std::max(high, v);
    }
  }
};

}  // namespace

ChartAxis x_axis(const LineChart& chart, int most_ticks) {
  Range range;
  for (const auto& line : chart.lines) range.add(line.x);
  return axis(std::min(range.low, std::max(0.0, range.low)), range.high, most_ticks);
}

ChartAxis y_axis(const LineChart& chart, int most_ticks) {
  Range range;
  for (const auto& line : chart.lines) {
    range.add(line.y);
    range.add(line.low);
    range.add(line.high);
  }
  if (chart.y_from_zero && range.low > 0) range.low = 0;
  return axis(range.low, range.high, most_ticks);
}

std::string svg(const LineChart& chart) {
  Figure figure;
  figure.title = chart.title;
  figure.description = chart.title + ": " + chart.y_label + " by " + chart.x_label;
  figure.x_name = chart.x_label;
  figure.panels = {{"", chart.y_label, {}}};
  figure.panel_width = kSvgWidth;
  figure.panel_height = kSvgHeight;
  for (const auto& line : chart.lines) {
    const std::vector<double> none(line.x.size(), std::numeric_limits<double>::quiet_NaN());
    figure.panels[0].lines.push_back(
        {line.name, line.x, line.y, line.low.empty() ? none : line.low, line.high.empty() ? none : line.high});
  }
  return figure_svg(figure);
}

}  // namespace assay::io
