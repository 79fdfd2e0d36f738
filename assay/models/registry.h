#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "assay/base/options.h"
#include "assay/models/aggregator.h"

namespace assay::models {

/// One row of the table of models: help, docs, Python names and the property tests are made from it.
struct ModelInfo {
  std::string name;      ///< "dawid_skene"
  std::string meaning;   ///< one line
  std::string citation;  ///< author year, title, venue
  bool iterative;        ///< has an objective per iteration that never falls
  bool confusion;        ///< estimates full confusion matrices (else they are read off its posteriors)
  std::vector<OptionInfo> options;
  std::function<std::unique_ptr<Aggregator>(const OptionValues&)> make;
  bool streams = false;  ///< can be fitted to labels on disk (Aggregator::fit_blocks)
  bool resumes = false;  ///< leaves its state in Context::checkpoint after each pass and goes on from there
};

/// Every model, in the order in which tables show them. The first row is the default.
[[nodiscard]] const std::vector<ModelInfo>& registry();

/// The names of those that can be fitted to labels on disk, and of those that can be resumed.
[[nodiscard]] std::vector<std::string> streaming_models();
[[nodiscard]] std::vector<std::string> resuming_models();

/// The row of `name`; throws Error{bad_input} that names the nearest model when there is none.
[[nodiscard]] const ModelInfo& find_model(std::string_view name);

}  // namespace assay::models
