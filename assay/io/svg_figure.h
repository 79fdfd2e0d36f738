#pragma once

#include <string>
#include <vector>

namespace assay::io {

/// A line with its band: x, value, low and high of each point, x ascending. NaN values are left out.
struct FigureLine {
  std::string name;
  std::vector<double> x, value, low, high;
};

/// One plot; all panels of a figure share the x axis.
struct FigurePanel {
  std::string title;
  std::string y_name;
  std::vector<FigureLine> lines;
};

/// Small multiples: panels left to right, then down.
struct Figure {
  std::string title;
  std::string description;  ///< one sentence for those who don't see it
  std::string x_name;
  std::vector<FigurePanel> panels;
  std::size_t columns = 2;
  double panel_width = 330, panel_height = 240;
};

/// An SVG picture of its own, without scripts or anything from elsewhere; dark where the reader prefers that. Lines of
/// the same place in their panels have one colour and dash, which the legend names once.
[[nodiscard]] std::string figure_svg(const Figure& figure);

}  // namespace assay::io
