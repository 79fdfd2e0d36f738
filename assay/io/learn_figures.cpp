#include "assay/io/learn_figures.h"

#include <algorithm>
#include <limits>

#include "assay/base/text.h"

namespace assay::io {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

FigureLine& line_of(FigurePanel& panel, const std::string& name) {
  for (auto& line : panel.lines) {
    if (line.name == name) return line;
  }
  panel.lines.push_back({name, {}, {}, {}, {}});
  return panel.lines.back();
}

void add_point(FigureLine& line, double x, const learn::Interval& y) {
  line.x.push_back(x);
  line.value.push_back(y.value);
  line.low.push_back(y.low);
  line.high.push_back(y.high);
}

}  // namespace

Figure curves_figure(const std::vector<planning::CurvePoint>& points, const std::string& title) {
  Figure out;
  out.title = title;
  out.description =
      "Learning curves: scores on held-out items by the number of training items, for labellers of "
      "several accuracies and several labels an item.";
  out.x_name = "training items";
  std::vector<std::uint64_t> redundancies;
  for (const auto& point : points) {
    if (std::find(redundancies.begin(), redundancies.end(), point.labels_per_item) == redundancies.end())
      redundancies.push_back(point.labels_per_item);
  }
  out.columns = redundancies.size();
  for (const bool is_auc : {true, false}) {
    for (const auto redundancy : redundancies) {
      FigurePanel panel;
      panel.title = std::to_string(redundancy) + (redundancy == 1 ? " label an item" : " labels an item");
      panel.y_name = is_auc ? "AUC" : "accuracy";
      for (const auto& point : points) {
        if (point.labels_per_item != redundancy) continue;
        add_point(line_of(panel, "labellers right " + shortest(100 * point.labeller_accuracy) + " %"),
                  static_cast<double>(point.items), is_auc ? point.auc : point.accuracy);
      }
      out.panels.push_back(std::move(panel));
    }
  }
  return out;
}

Figure gathering_figure(const std::vector<planning::GuidedPoint>& points, const std::string& title) {
  Figure out;
  out.title = title;
  out.description = "AUC on held-out items and examples of the rare class by money spent, for four ways of gathering.";
  out.x_name = "money spent";
  FigurePanel auc{"", "AUC", {}}, examples{"", "examples of the rare class", {}};
  for (const auto& point : points) {
    const std::string name(planning::name(point.gathering));
    add_point(line_of(auc, name), point.spent, point.auc);
    add_point(line_of(examples, name), point.spent, {point.examples, kNone, kNone});
  }
  out.panels = {std::move(auc), std::move(examples)};
  return out;
}

}  // namespace assay::io
