#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Every column, field and file name that Assay reads or writes, with the synonyms that it understands.
namespace assay::io::records {

/// What a column of an input file means.
enum class Role {
  worker,
  item,
  label,
  weight,
  time,
  seconds,
  status,  ///< whether an assignment was approved or rejected
  golden,  ///< the known truth of the item, beside a label
  gold,    ///< the class in a gold or truth file
  true_class,
  decided_class,
  cost,
  class_name,
  prior,
};

/// Our own name of the column: "worker", "true", ...
[[nodiscard]] std::string_view name(Role role);
/// Names understood, normalised (see `normalized`), best first; our own name comes first.
[[nodiscard]] std::span<const std::string_view> synonyms(Role role);
/// Lower case, without spaces, '_' and '-': "Worker ID" and "worker_id" are the same name.
[[nodiscard]] std::string normalized(std::string_view column);
/// The column of `header` that has this role by name; the best synonym wins, then the first column.
[[nodiscard]] std::optional<std::size_t> find(Role role, std::span<const std::string> header);
/// "worker, worker_id, annotator, ...": the first few names understood.
[[nodiscard]] std::string names_in_words(Role role);

// Input formats (`--input-format`).
inline constexpr std::string_view kAuto = "auto";
inline constexpr std::string_view kCsv = "csv";
inline constexpr std::string_view kTsv = "tsv";
inline constexpr std::string_view kJsonl = "jsonl";
inline constexpr std::string_view kParquet = "parquet";
inline constexpr std::string_view kMturkBatch = "mturk_batch";
inline constexpr std::string_view kToloka = "toloka";
inline constexpr std::string_view kLabelStudio = "label_studio";
inline constexpr std::string_view kGetAnotherLabel = "get_another_label";

// MTurk batch results.
inline constexpr std::string_view kMturkItem = "HITId";
inline constexpr std::string_view kMturkWorker = "WorkerId";
inline constexpr std::string_view kMturkInput = "Input.";
inline constexpr std::string_view kMturkAnswer = "Answer.";
inline constexpr std::string_view kMturkTaskAnswers = "Answer.taskAnswers";
inline constexpr std::string_view kRejected = "rejected";  ///< of Role::status, any case; Toloka's too

// Toloka assignments.
inline constexpr std::string_view kTolokaInput = "INPUT:";
inline constexpr std::string_view kTolokaOutput = "OUTPUT:";
inline constexpr std::string_view kTolokaGolden = "GOLDEN:";
inline constexpr std::string_view kTolokaWorker = "ASSIGNMENT:worker_id";
inline constexpr std::string_view kTolokaTask = "ASSIGNMENT:task_id";

}  // namespace assay::io::records
