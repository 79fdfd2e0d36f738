#pragma once

#include <optional>
#include <string>
#include <vector>

#include "assay/core/class_set.h"
#include "assay/core/cost_matrix.h"
#include "assay/io/text_table.h"

namespace assay::io {

/// The truth of one item as a file states it.
struct StatedLabel {
  std::string item;
  std::string label;
  std::string place;  ///< "file:line"
};

/// Reads gold or truth, columns `item,label` (synonyms understood), or two tab-separated columns without names. Rows
/// with an empty label are left out and added to `unstated`, which may be null. Throws Error{bad_input} with file:line.
[[nodiscard]] std::vector<StatedLabel> read_gold(const std::string& path, std::uint64_t* unstated = nullptr);
[[nodiscard]] std::vector<StatedLabel> gold_of(const TextTable& table, std::uint64_t* unstated = nullptr);

/// "a,b,c", or a file with one class a line (or a column `class`, or Get-Another-Label's categories). Empty gives none.
[[nodiscard]] std::vector<std::string> read_classes(const std::string& given);
[[nodiscard]] std::vector<std::string> classes_of(const TextTable& table);

/// Costs `true,decided,cost` (assigned, given, from, to are understood), or three columns without names. Pairs that the
/// file lacks cost 0 or 1. Throws Error{bad_input} for a cost that is negative or no number, a second cost of a pair,
/// or a class not in the set.
[[nodiscard]] CostMatrix costs_of(const TextTable& table, const ClassSet& classes);

/// Priors `class,prior`, or two columns without names: one for every class, from 0 to 1, sum 1 within 1e-6 (then made
/// 1).
[[nodiscard]] std::vector<double> read_priors(const std::string& path, const ClassSet& classes);
[[nodiscard]] std::vector<double> priors_of(const TextTable& table, const ClassSet& classes);

/// How files of costs and priors look without column names.
[[nodiscard]] Headerless headerless_gold();
[[nodiscard]] Headerless headerless_costs();
[[nodiscard]] Headerless headerless_priors();

}  // namespace assay::io
