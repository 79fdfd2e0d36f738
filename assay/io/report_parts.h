#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "assay/io/report.h"

/// The parts of a report's JSON, one function each (docs/report.md has the fields). Internal to report_*.cpp.
namespace assay::io::report {

using Json = nlohmann::ordered_json;

/// The rows that the page holds, chosen once: positions in the table of labels.
struct Shown {
  std::vector<WorkerIndex> ranked;         ///< all workers, the best first
  std::vector<WorkerIndex> workers;        ///< rows of the workers table, in rank order
  std::vector<std::size_t> with_matrix;    ///< positions in `workers` whose confusion matrix is shown
  std::vector<ItemIndex> items;            ///< rows of the items table, the most doubtful first
  std::vector<ClassIndex> matrix_classes;  ///< classes of heat maps, in class order
  std::vector<std::string> names;          ///< of all workers
};
[[nodiscard]] Shown choose(const ReportRequest& request);

[[nodiscard]] Json data_counts(const ReportRequest& request);
[[nodiscard]] Json model(const ReportRequest& request);
[[nodiscard]] Json fit(const ReportRequest& request);
[[nodiscard]] Json costs(const ReportRequest& request);
[[nodiscard]] Json data_quality(const ReportRequest& request);
[[nodiscard]] Json classes(const ReportRequest& request);
[[nodiscard]] Json flags(const ReportRequest& request);
[[nodiscard]] Json workers(const ReportRequest& request, const Shown& shown);
[[nodiscard]] Json worker_points(const ReportRequest& request, const Shown& shown);
[[nodiscard]] Json confusions(const ReportRequest& request, const Shown& shown);
[[nodiscard]] Json items(const ReportRequest& request, const Shown& shown);
[[nodiscard]] Json item_cost(const ReportRequest& request);
[[nodiscard]] Json doubtful(const ReportRequest& request);
[[nodiscard]] Json evaluation(const ReportRequest& request, const Shown& shown);
[[nodiscard]] Json agreement(const ReportRequest& request);

/// The classes as the page names them: long names and line feeds would wreck its figures. All are distinct.
[[nodiscard]] std::vector<std::string> class_names(const ReportRequest& request);

/// Rounded to `digits` decimals: for the large tables that only figures use.
[[nodiscard]] double rounded(double value, int digits);

}  // namespace assay::io::report
