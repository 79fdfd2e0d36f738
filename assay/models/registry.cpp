#include "assay/models/registry.h"

#include "assay/base/error.h"
#include "assay/base/text.h"
#include "assay/models/auto.h"
#include "assay/models/bayes_dawid_skene.h"
#include "assay/models/dawid_skene.h"
#include "assay/models/glad.h"
#include "assay/models/mace.h"
#include "assay/models/majority_vote.h"
#include "assay/models/one_coin.h"
#include "assay/models/shrunken_dawid_skene.h"
#include "assay/models/weighted_majority.h"

namespace assay::models {

const std::vector<ModelInfo>& registry() {
  // clang-format off
  static const std::vector<ModelInfo> rows = {
      auto_info(),
      shrunken_dawid_skene_info(),
      dawid_skene_info(),
      bayes_dawid_skene_info(),
      mace_info(),
      glad_info(),
      one_coin_info(),
      weighted_majority_info(),
      majority_vote_info(),
  };
  // clang-format on
  return rows;
}

std::vector<std::string> streaming_models() {
  std::vector<std::string> out;
  for (const auto& row : registry()) {
    if (row.streams) out.push_back(row.name);
  }
  return out;
}

std::vector<std::string> resuming_models() {
  std::vector<std::string> out;
  for (const auto& row : registry()) {
    if (row.resumes) out.push_back(row.name);
  }
  return out;
}

const ModelInfo& find_model(std::string_view name) {
  std::vector<std::string> names;
  for (const auto& row : registry()) {
    if (row.name == name) return row;
    names.push_back(row.name);
  }
  throw bad_input("unknown model \"" + std::string(name) + "\"" + did_you_mean(name, names) + ", allowed is " +
                      option_parsing::choices_in_words(names),
                  "--model");
}

}  // namespace assay::models
