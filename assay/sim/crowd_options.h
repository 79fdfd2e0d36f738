#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "assay/base/options.h"

namespace assay::sim {

/// What a simulated worker is like. K classes, "chance" is 1 / K.
enum class WorkerKind {
  good,         ///< right most of the time
  mediocre,     ///< a quarter to a half of the way from chance to perfect
  biased,       ///< often one class too high, otherwise careful
  spammer,      ///< always the same class, mostly the most common one
  random,       ///< labels without looking
  adversarial,  ///< mostly wrong on purpose
  colluding,    ///< groups of three that copy from their first member
  drifting,     ///< starts good, ends random
  learning,     ///< starts random, ends good
};
inline constexpr std::size_t kWorkerKindCount = 9;
[[nodiscard]] std::string_view name(WorkerKind kind);

/// What crowd to simulate.
struct CrowdOptions {
  std::uint64_t items = 1000;
  std::uint64_t workers = 50;
  std::string classes = "4";  ///< a count, or names "G,P,R,X"
  double labels_per_item = 5;
  std::string priors = "uniform";
  std::string mix = "good:0.6,biased:0.15,random:0.15,spammer:0.1";
  double hard_items = 0;
  double activity_skew = 1;
  double gold_share = 0;
  bool times = true;
  std::uint64_t seed = 1;
};

/// The field table of CrowdOptions.
[[nodiscard]] const OptionTable<CrowdOptions>& crowd_option_table();

/// Names of the classes; "3" stands for c1, c2, c3 (with leading zeros from ten on). Throws Error for fewer than 1 or
/// more than 1,000 classes, or a repeated name.
[[nodiscard]] std::vector<std::string> parse_classes(const std::string& text);
/// "uniform" or K comma-separated numbers that sum to 1 (within 1e-6; they are then scaled to sum to 1 exactly).
[[nodiscard]] std::vector<double> parse_priors(const std::string& text, std::size_t class_count);
/// "good:0.6,spammer:0.4" as a share per kind; the shares are scaled to sum to 1.
[[nodiscard]] std::array<double, kWorkerKindCount> parse_mix(const std::string& text);

}  // namespace assay::sim
