#include "assay/io/svg_figure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace assay::io {
namespace {

constexpr double kLeft = 52, kRight = 12, kTop = 34, kBottom = 40;
constexpr double kHead = 34, kLegendLine = 20;
// Okabe and Ito's colours: told apart by the colour-blind; a darker yellow.
constexpr std::array kColors = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#9a7d0a", "#56b4e9", "#e69f00", "#666666"};
constexpr std::array kDashes = {"", "7 3", "2 3", "9 3 2 3", "4 2", "1 2", "12 4", "5 5"};

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        if (static_cast<unsigned char>(c) >= 32 || c == '\t') out += c;
    }
  }
  return out;
}

struct Range {
  double low = std::numeric_limits<double>::infinity(), high = -std::numeric_limits<double>::infinity();
  void add(double v) {
    if (!std::isfinite(v)) return;
    low = std::min(low, v);
    high = std::max(high, v);
  }
  void settle() {
    if (!(low <= high)) low = 0, high = 1;
    if (low == high) low -= 0.5, high += 0.5;
  }
};

// Multiples of 1, 2 or 5 times a power of ten.
std::vector<double> ticks(const Range& range) {
  const double rough = (range.high - range.low) / 5;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double m : {5.0, 2.0, 1.0}) {
    if (m * power >= rough * 0.99) step = m * power;
  }
  std::vector<double> out;
  for (double t = std::ceil(range.low / step - 1e-9); t * step <= range.high + 1e-9 * step; ++t)
    out.push_back(t * step);
  return out;
}

std::string tick_text(double value) { return fmt::format("{:g}", std::abs(value) < 1e-12 ? 0.0 : value); }

struct Frame {
  double x, y;  // of the plot's corner
  double width, height;
  Range across, up;
  [[nodiscard]] double at_x(double v) const { return x + (v - across.low) / (across.high - across.low) * width; }
  [[nodiscard]] double at_y(double v) const { return y + (1 - (v - up.low) / (up.high - up.low)) * height; }
};

std::string axes(const Frame& frame, const Figure& figure, const FigurePanel& panel) {
  const double right = frame.at_x(frame.across.high), bottom = frame.at_y(frame.up.low);
  std::string out;
  for (const double t : ticks(frame.up)) {
    out +=
        fmt::format("<path class='grid' d='M{:.1f} {:.1f}H{:.1f}'/><text class='end' x='{:.1f}' y='{:.1f}'>{}</text>\n",
                    frame.x, frame.at_y(t), right, frame.x - 6, frame.at_y(t) + 4, tick_text(t));
  }
  for (const double t : ticks(frame.across)) {
    out +=
        fmt::format("<path class='axis' d='M{0:.1f} {1:.1f}v4'/><text class='mid' x='{0:.1f}' y='{2:.1f}'>{3}</text>\n",
                    frame.at_x(t), bottom, bottom + 16, tick_text(t));
  }
  out += fmt::format("<path class='axis' d='M{:.1f} {:.1f}V{:.1f}H{:.1f}'/>\n", frame.x, frame.y, bottom, right);
  out += fmt::format("<text class='mid' x='{:.1f}' y='{:.1f}'>{}</text>\n", (frame.x + right) / 2, bottom + 33,
                     escaped(figure.x_name));
  out += fmt::format("<text class='name' x='{:.1f}' y='{:.1f}'>{}</text>\n", frame.x, frame.y - 10,
                     escaped(panel.title.empty() ? panel.y_name : panel.y_name + ", " + panel.title));
  return out;
}

std::string draw_line(const Frame& frame, const FigureLine& line, std::size_t index) {
  std::string path, band, back;
  for (std::size_t i = 0; i < line.x.size(); ++i) {
    if (!std::isfinite(line.value[i])) continue;
    const double x = frame.at_x(line.x[i]);
    path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x, frame.at_y(line.value[i]));
    if (!std::isfinite(line.low[i]) || !std::isfinite(line.high[i])) continue;
    band += fmt::format("{}{:.1f} {:.1f}", band.empty() ? "M" : "L", x, frame.at_y(line.high[i]));
    back = fmt::format("L{:.1f} {:.1f}", x, frame.at_y(line.low[i])) + back;
  }
  const char* color = kColors[index % kColors.size()];
  std::string out;
  if (!band.empty()) out += fmt::format("<path d='{}{}Z' fill='{}' fill-opacity='0.15'/>\n", band, back, color);
  if (path.empty()) return out;
  // A single point shows as a dot.
  if (path.find('L') == std::string::npos)
    return out + fmt::format("<path d='{}h0' stroke='{}' stroke-width='7' stroke-linecap='round'/>\n", path, color);
  return out + fmt::format("<path d='{}' fill='none' stroke='{}' stroke-width='2' stroke-dasharray='{}'/>\n", path,
                           color, kDashes[index % kDashes.size()]);
}

// The names of the lines, each once, in rows.
std::string legend(const std::vector<std::string>& names, double y, double width, double& height) {
  std::string out;
  double x = kLeft;
  height = kLegendLine;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const double wide = 44 + 7.2 * static_cast<double>(names[i].size());
    if (x + wide > width && x > kLeft) x = kLeft, height += kLegendLine;
    const double at = y + height - 8;
    out += fmt::format(
        "<path d='M{:.1f} {:.1f}h26' stroke='{}' stroke-width='2' stroke-dasharray='{}'/>"
        "<text x='{:.1f}' y='{:.1f}'>{}</text>\n",
        x, at - 4, kColors[i % kColors.size()], kDashes[i % kDashes.size()], x + 32, at, escaped(names[i]));
    x += wide;
  }
  return out;
}

Range across_of(const Figure& figure) {
  Range out;
  for (const auto& panel : figure.panels) {
    for (const auto& line : panel.lines) {
      for (const double x : line.x) out.add(x);
    }
  }
  out.settle();
  return out;
}

// Panels of one measure share their y axis, so that they can be compared.
Range up_of(const Figure& figure, const std::string& y_name) {
  Range out;
  for (const auto& panel : figure.panels) {
    if (panel.y_name != y_name) continue;
    for (const auto& line : panel.lines) {
      for (std::size_t i = 0; i < line.x.size(); ++i) {
        out.add(line.value[i]);
        out.add(line.low[i]);
        out.add(line.high[i]);
      }
    }
  }
  out.settle();
  return out;
}

}  // namespace

std::string figure_svg(const Figure& figure) {
  const std::size_t columns = std::max<std::size_t>(1, std::min(figure.columns, figure.panels.size()));
  const std::size_t rows = (figure.panels.size() + columns - 1) / columns;
  const double width = figure.panel_width * static_cast<double>(columns);
  std::vector<std::string> names;
  for (const auto& panel : figure.panels) {
    for (const auto& line : panel.lines) {
      if (std::find(names.begin(), names.end(), line.name) == names.end()) names.push_back(line.name);
    }
  }
  double legend_height = 0;
  const std::string key = legend(names, kHead, width, legend_height);
  const double top = kHead + legend_height;
  const double height = top + figure.panel_height * static_cast<double>(rows);
  std::string body;
  const Range across = across_of(figure);
  for (std::size_t i = 0; i < figure.panels.size(); ++i) {
    const auto& panel = figure.panels[i];
    const Frame frame{kLeft + figure.panel_width * static_cast<double>(i % columns),
                      top + kTop + figure.panel_height * static_cast<double>(i / columns),
                      figure.panel_width - kLeft - kRight,
                      figure.panel_height - kTop - kBottom,
                      across,
                      up_of(figure, panel.y_name)};
    body += axes(frame, figure, panel);
    for (const auto& line : panel.lines) {
      const auto index = std::find(names.begin(), names.end(), line.name) - names.begin();
      body += draw_line(frame, line, static_cast<std::size_t>(index));
    }
  }
  return fmt::format(
             "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {0:.0f} {1:.0f}' width='{0:.0f}' height='{1:.0f}' "
             "role='img' aria-labelledby='title description'>\n<title id='title'>{2}</title>\n"
             "<desc id='description'>{3}</desc>\n",
             width, height, escaped(figure.title), escaped(figure.description)) +
         "<style>svg{background:#fff}text{font:12px "
         "system-ui,sans-serif;fill:#222}.head{font-size:15px;font-weight:600}"
         ".name{font-weight:600}.end{text-anchor:end}.mid{text-anchor:middle}.axis{stroke:#555;fill:none}"
         ".grid{stroke:#ddd}@media(prefers-color-scheme:dark){svg{background:#181818}text{fill:#ddd}.axis{stroke:#aaa}"
         ".grid{stroke:#3a3a3a}}</style>\n" +
         fmt::format("<text class='head' x='{}' y='22'>{}</text>\n", kLeft, escaped(figure.title)) + key + body +
         "</svg>\n";
}

}  // namespace assay::io
