#include "assay/io/line_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>

namespace assay::io {
namespace {

constexpr double kWidth = 820, kHeight = 460;
constexpr double kLeft = 70, kRight = 250, kTop = 44, kBottom = 56;
constexpr double kRowHeight = 22;

// Okabe and Ito's colours, which people with colour blindness can tell apart.
constexpr std::array<std::string_view, 8> kColours = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                      "#56b4e9", "#e69f00", "#000000", "#777777"};
constexpr std::array<std::string_view, 4> kDashes = {"", "7 3", "2 3", "9 3 2 3"};

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

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

struct Scale {
  ChartAxis x, y;
  [[nodiscard]] double across(double value) const {
    return kLeft + (value - x.low) / (x.high - x.low) * (kWidth - kLeft - kRight);
  }
  [[nodiscard]] double down(double value) const {
    return kHeight - kBottom - (value - y.low) / (y.high - y.low) * (kHeight - kTop - kBottom);
  }
};

std::string tick_text(double value) { return fmt::format("{:.6g}", std::abs(value) < 1e-12 ? 0.0 : value); }

void draw_axes(const LineChart& chart, const Scale& scale, std::string& out) {
  for (const double t : scale.y.ticks) {
    const double y = scale.down(t);
    out += fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#ddd\"/>\n", kLeft, y,
                       kWidth - kRight, y);
    out +=
        fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n", kLeft - 8, y + 4, tick_text(t));
  }
  for (const double t : scale.x.ticks) {
    const double x = scale.across(t);
    out += fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#888\"/>\n", x,
                       kHeight - kBottom, x, kHeight - kBottom + 5);
    out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n", x, kHeight - kBottom + 19,
                       tick_text(t));
  }
  out += fmt::format("<line x1=\"{0:.1f}\" y1=\"{2:.1f}\" x2=\"{1:.1f}\" y2=\"{2:.1f}\" stroke=\"#888\"/>\n", kLeft,
                     kWidth - kRight, kHeight - kBottom);
  out += fmt::format("<text x=\"{:.1f}\" y=\"20\" font-weight=\"bold\">{}</text>\n", kLeft, escaped(chart.title));
  out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n",
                     (kLeft + kWidth - kRight) / 2, kHeight - 14, escaped(chart.x_label));
  out += fmt::format(
      "<text x=\"18\" y=\"{0:.1f}\" text-anchor=\"middle\" transform=\"rotate(-90 18 {0:.1f})\">{1}</text>\n",
      (kTop + kHeight - kBottom) / 2, escaped(chart.y_label));
}

std::string points(const std::vector<double>& x, const std::vector<double>& y, const Scale& scale) {
  std::string out;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (std::isfinite(x[i]) && std::isfinite(y[i]))
      out += fmt::format("{}{:.1f},{:.1f}", out.empty() ? "" : " ", scale.across(x[i]), scale.down(y[i]));
  }
  return out;
}

std::string band(const ChartLine& line, const Scale& scale) {
  std::vector<double> x = line.x, y = line.low;
  x.insert(x.end(), line.x.rbegin(), line.x.rend());
  y.insert(y.end(), line.high.rbegin(), line.high.rend());
  return points(x, y, scale);
}

std::string mark(std::size_t index, double x, double y, std::string_view colour) {
  switch (index % 4) {
    case 0:
      return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.2\" fill=\"{}\"/>", x, y, colour);
    case 1:
      return fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"6\" height=\"6\" fill=\"{}\"/>", x - 3, y - 3,
                         colour);
    case 2:
      return fmt::format("<path d=\"M{:.1f} {:.1f}l4 7h-8z\" fill=\"{}\"/>", x, y - 4, colour);
    default:
      return fmt::format("<path d=\"M{:.1f} {:.1f}l4 4l-4 4l-4 -4z\" fill=\"{}\"/>", x, y - 4, colour);
  }
}

void draw_line(const ChartLine& line, std::size_t index, const Scale& scale, std::string& out) {
  const auto colour = kColours[index % kColours.size()];
  if (!line.low.empty())
    out += fmt::format("<polygon points=\"{}\" fill=\"{}\" fill-opacity=\"0.15\"/>\n", band(line, scale), colour);
  out +=
      fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\" stroke-dasharray=\"{}\"/>\n",
                  points(line.x, line.y, scale), colour, kDashes[index / 2 % kDashes.size()]);
  for (std::size_t i = 0; i < line.x.size(); ++i) {
    if (std::isfinite(line.x[i]) && std::isfinite(line.y[i]))
      out += mark(index, scale.across(line.x[i]), scale.down(line.y[i]), colour) + "\n";
  }
  const double y = kTop + 8 + kRowHeight * static_cast<double>(index);
  out += fmt::format(
      "<line x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{2:.1f}\" y2=\"{1:.1f}\" stroke=\"{3}\" stroke-width=\"2\" "
      "stroke-dasharray=\"{4}\"/>",
      kWidth - kRight + 16, y, kWidth - kRight + 44, colour, kDashes[index / 2 % kDashes.size()]);
  out += mark(index, kWidth - kRight + 30, y, colour);
  out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", kWidth - kRight + 50, y + 4, escaped(line.name));
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
  const Scale scale{x_axis(chart, 10), y_axis(chart, 8)};
  const double height = std::max(kHeight, kTop + kRowHeight * static_cast<double>(chart.lines.size() + 1));
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
      "font-family=\"sans-serif\" font-size=\"13\" role=\"img\">\n<title>{2}</title>\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
      kWidth, height, escaped(chart.title));
  draw_axes(chart, scale, out);
  for (std::size_t i = 0; i < chart.lines.size(); ++i) draw_line(chart.lines[i], i, scale, out);
  return out + "</svg>\n";
}

}  // namespace assay::io
