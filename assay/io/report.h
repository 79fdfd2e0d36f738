#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "assay/core/label_table.h"
#include "assay/engine/estimate.h"

namespace assay::io {

/// How much of a result the page holds, so that it stays quick to open for any number of workers, items and classes.
/// What is left out is said in the page.
struct ReportLimits {
  std::size_t worker_count = 2000;             ///< rows of the workers table: the best, the worst, and flagged ones
  std::size_t point_count = 100'000;           ///< workers in the figures of all workers
  std::size_t confusion_cell_count = 100'000;  ///< cells of all confusion matrices together
  std::size_t class_count = 25;                ///< classes of a heat map, the most common ones
  std::size_t item_count = 1000;               ///< rows of the items table, the most doubtful ones
  std::size_t vote_item_count = 200;           ///< items whose votes are shown
  std::size_t vote_count = 60;                 ///< votes of one such item
};

/// Everything that a report shows. O items, W workers, K classes.
struct ReportRequest {
  const LabelTable& table;
  const engine::EstimateResult& result;
  std::string title{};                                         ///< headline, e.g. the name of the file of labels
  GoldLabels gold{};                                           ///< as the estimate was told; size O or empty
  GoldLabels truth{};                                          ///< for evaluation only; size O or empty
  std::string requested_model{};                               ///< what the user asked for: "auto"
  std::vector<std::pair<std::string, std::string>> options{};  ///< every option of the command with its value
  std::uint64_t gold_count = 0;                                ///< of an estimate whose gold itself is not at hand
  std::string created{};                                       ///< UTC date and time, or empty
  bool pseudonyms = false;                                     ///< name workers by rank: "worker 001"
  ReportLimits limits{};
};

/// The data of a report as JSON (docs/report.md): shortest round-trip numbers, null where not defined. Same request,
/// same bytes.
[[nodiscard]] std::string report_json(const ReportRequest& request);

/// The page that shows `json`: one file that makes no request. Any text in `json` is safe in it.
[[nodiscard]] std::string report_page(std::string_view json);

/// Writes the page to `path` under a temporary name and renames it; throws Error{unavailable} when that fails.
void write_report(const std::string& path, std::string_view json);

/// "worker 001", ...: names by rank with as many digits as W needs, in table order.
[[nodiscard]] std::vector<std::string> pseudonyms(const quality::WorkerAssessment& workers);

}  // namespace assay::io
