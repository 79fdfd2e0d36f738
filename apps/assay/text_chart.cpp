#include "text_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace assay::app {
namespace {

constexpr int kColumns = 66;
constexpr int kRows = 17;

class Canvas {
 public:
  explicit Canvas(const io::LineChart& chart)
      : chart_(chart), x_(io::x_axis(chart, 8)), y_(io::y_axis(chart, 6)), cells_(kRows, std::string(kColumns, ' ')) {
    for (std::size_t i = chart.lines.size(); i-- > 0;) draw(chart.lines[i], static_cast<char>('a' + i % 26));
  }

  [[nodiscard]] std::string text() const {
    std::string out = "  " + chart_.y_label + "\n";
    for (int row = 0; row < kRows; ++row) {
      std::string label(8, ' ');
      for (const double tick : y_.ticks) {
        if (row_of(tick) == row) label = fmt::format("{:>8.4g}", std::abs(tick) < 1e-12 ? 0.0 : tick);
      }
      std::string line = label + " |" + cells_[static_cast<std::size_t>(row)];
      line.erase(line.find_last_not_of(' ') + 1);
      out += line + "\n";
    }
    out += std::string(9, ' ') + '+' + std::string(kColumns, '-') + "\n" + ticks() + "\n";
    out += fmt::format("{:>{}}\n", chart_.x_label, 10 + kColumns);
    for (std::size_t i = 0; i < chart_.lines.size(); ++i)
      out += fmt::format("  {}  {}\n", static_cast<char>('a' + i % 26), chart_.lines[i].name);
    return out;
  }

 private:
  [[nodiscard]] int column_of(double x) const {
    return static_cast<int>(std::lround((x - x_.low) / (x_.high - x_.low) * (kColumns - 1)));
  }
  [[nodiscard]] int row_of(double y) const {
    return static_cast<int>(std::lround((y_.high - y) / (y_.high - y_.low) * (kRows - 1)));
  }
  void put(int column, int row, char c) {
    if (column >= 0 && column < kColumns && row >= 0 && row < kRows)
      cells_[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)] = c;
  }

  void draw(const io::ChartLine& line, char letter) {
    for (std::size_t i = 1; i < line.x.size(); ++i) {
      if (!std::isfinite(line.y[i - 1]) || !std::isfinite(line.y[i])) continue;
      const int first = column_of(line.x[i - 1]), last = column_of(line.x[i]);
      for (int c = first; c <= last; ++c) {
        const double part = last > first ? double(c - first) / (last - first) : 0;
        put(c, row_of(line.y[i - 1] + part * (line.y[i] - line.y[i - 1])), '.');
      }
    }
    for (std::size_t i = 0; i < line.low.size(); ++i) {
      if (!std::isfinite(line.low[i]) || !std::isfinite(line.high[i])) continue;
      for (int row = row_of(line.high[i]); row <= row_of(line.low[i]); ++row) put(column_of(line.x[i]), row, ':');
    }
    for (std::size_t i = 0; i < line.x.size(); ++i) {
      if (std::isfinite(line.y[i])) put(column_of(line.x[i]), row_of(line.y[i]), letter);
    }
  }

  [[nodiscard]] std::string ticks() const {
    std::string out(10 + kColumns + 8, ' ');
    for (const double tick : x_.ticks) {
      const auto text = fmt::format("{:.4g}", std::abs(tick) < 1e-12 ? 0.0 : tick);
      const auto at = std::max(0, 10 + column_of(tick) - static_cast<int>(text.size()) / 2);
      out.replace(static_cast<std::size_t>(at), text.size(), text);
    }
    out.erase(out.find_last_not_of(' ') + 1);
    return out;
  }

  const io::LineChart& chart_;
  io::ChartAxis x_, y_;
  std::vector<std::string> cells_;
};

}  // namespace

std::string text_chart(const io::LineChart& chart) { return "\n  " + chart.title + "\n\n" + Canvas(chart).text(); }

}  // namespace assay::app
