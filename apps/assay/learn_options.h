#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "assay/planning/guided.h"
#include "assay/planning/labeller_curves.h"
#include "command.h"

namespace assay::app {

/// What `assay learn` is asked to do.
enum class LearnMode { train, advise, curve, guided, predict, beat };

/// The options of `assay learn` that no other table has.
struct LearnFlags {
  std::string features;
  std::string feature_item_column;
  std::string class_column;
  std::string text_columns;
  std::string category_columns;
  std::string ignored_columns;
  std::uint64_t max_categories = 100;
  std::uint64_t words_together = 2;
  std::uint64_t hash_bits = 18;
  std::string truth;
  std::string gold;
  std::string priors = "estimate";
  std::string model = "auto";
  std::string save;
  bool join = false;
  bool advise = false;
  bool curve = false;
  bool guided = false;
  std::string predict;
  std::string beat;
  std::string reward = "1";
  std::string rare_class;
  std::string figure;
  std::string out;
  std::string format = "text";
  double interval = 0.9;
  std::uint64_t threads = 0;
  std::uint64_t seed = 1;
  bool quiet = false;
};

[[nodiscard]] const OptionTable<LearnFlags>& learn_flag_table();
/// Every option of the command.
[[nodiscard]] std::vector<OptionInfo> learn_options();
/// Throws Error{bad_input} for two modes at once, an option that counts in another mode only, an option of another
/// classifier, or arguments where there should be none, or none where there should be.
[[nodiscard]] LearnMode learn_mode(const Invocation& invocation);

}  // namespace assay::app
