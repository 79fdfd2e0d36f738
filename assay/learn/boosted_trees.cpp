#include "assay/learn/boosted_trees.h"

#include <xgboost/c_api.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "assay/base/check.h"
#include "assay/base/error.h"
#include "assay/base/numerics.h"
#include "assay/base/text.h"

namespace assay::learn {
namespace {

constexpr double kLeastCurvature = 1e-16;

void check(int status) {
  if (status != 0) throw Error(ErrorCode::unavailable, std::string("XGBoost failed: ") + XGBGetLastError());
}

// Items with targets, columns renumbered so that trees cost what the data hold and not the hash space.
class Data {
 public:
  explicit Data(const Features& features) {
    std::vector<std::uint32_t> place(features.column_count(), 0);
    for (const auto c : features.columns()) place[c] = 1;
    for (std::uint32_t c = 0; c < place.size(); ++c) {
      if (place[c] == 0) continue;
      place[c] = static_cast<std::uint32_t>(columns_.size());
      columns_.push_back(c);
    }
    std::vector<unsigned> places;
    for (const auto c : features.columns()) places.push_back(place[c]);
    check(XGDMatrixCreateFromCSREx(features.offsets().data(), places.data(), features.values().data(),
                                   features.offsets().size(), places.size(), columns_.size(), &handle_));
  }
  ~Data() { XGDMatrixFree(handle_); }
  Data(const Data&) = delete;
  Data& operator=(const Data&) = delete;

  [[nodiscard]] DMatrixHandle handle() const { return handle_; }
  [[nodiscard]] const std::vector<std::uint32_t>& columns() const { return columns_; }

 private:
  std::vector<std::uint32_t> columns_;
  DMatrixHandle handle_ = nullptr;
};

class Booster {
 public:
  Booster(const Data& data, const BoostedTreesOptions& options, std::size_t groups) : data_(data) {
    const std::array<DMatrixHandle, 1> known = {data.handle()};
    check(XGBoosterCreate(known.data(), known.size(), &handle_));
    // One thread and no sampling: the same trees on every machine with as many cores as it likes.
    set("verbosity", "0");
    set("nthread", "1");
    set("tree_method", "hist");
    set("objective", groups == 1 ? "binary:logistic" : "multi:softprob");
    if (groups > 1) set("num_class", std::to_string(groups));
    set("base_score", "0.5");
    set("eta", shortest(options.learning_rate));
    set("max_depth", std::to_string(options.max_depth));
    set("min_child_weight", shortest(options.min_leaf_weight));
    set("lambda", shortest(options.leaf_penalty));
  }
  ~Booster() { XGBoosterFree(handle_); }
  Booster(const Booster&) = delete;
  Booster& operator=(const Booster&) = delete;

  // N x groups, kept up to date by XGBoost itself.
  [[nodiscard]] std::span<const float> scores() {
    bst_ulong count = 0;
    const float* out = nullptr;
    check(XGBoosterPredict(handle_, data_.handle(), 1, 0, 1, &count, &out));
    return {out, count};
  }

  void boost(std::vector<float>& gradient, std::vector<float>& curvature) {
    check(XGBoosterBoostOneIter(handle_, data_.handle(), gradient.data(), curvature.data(), gradient.size()));
  }

  // The trees, with the columns of the features.
  [[nodiscard]] std::vector<Tree> trees() {
    bst_ulong size = 0;
    const char* text = nullptr;
    check(XGBoosterSaveModelToBuffer(handle_, R"({"format":"json"})", &size, &text));
    const auto model = nlohmann::json::parse(text, text + size);
    std::vector<Tree> out;
    for (const auto& tree : model.at("learner").at("gradient_booster").at("model").at("trees")) {
      out.push_back(tree_of(tree));
    }
    return out;
  }

 private:
  void set(const char* name, const std::string& value) { check(XGBoosterSetParam(handle_, name, value.c_str())); }

  [[nodiscard]] Tree tree_of(const nlohmann::json& tree) const {
    const auto left = tree.at("left_children").get<std::vector<std::int64_t>>();
    const auto right = tree.at("right_children").get<std::vector<std::int64_t>>();
    const auto column = tree.at("split_indices").get<std::vector<std::uint32_t>>();
    const auto value = tree.at("split_conditions").get<std::vector<float>>();
    const auto missing_left = tree.at("default_left").get<std::vector<int>>();
    Tree out(left.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i].value = value[i];
      if (left[i] < 0) continue;
      ASSAY_ASSERT(static_cast<std::size_t>(left[i]) > i && static_cast<std::size_t>(right[i]) > i);
      out[i].left = static_cast<std::uint32_t>(left[i]);
      out[i].right = static_cast<std::uint32_t>(right[i]);
      out[i].column = data_.columns()[column[i]];
      out[i].missing_left = missing_left[i] != 0;
    }
    return out;
  }

  const Data& data_;
  BoosterHandle handle_ = nullptr;
};

// Log-odds or logs of the class shares: XGBoost's own start would be one number for all groups.
std::vector<float> base_scores(const Targets& targets) {
  std::vector<double> share(targets.columns(), 1e-3);
  for (std::size_t i = 0; i < targets.rows(); ++i) {
    for (std::size_t k = 0; k < share.size(); ++k) share[k] += targets(i, k);
  }
  normalize(share);
  if (share.size() == 2) return {static_cast<float>(std::log(share[1] / share[0]))};
  std::vector<float> out;
  for (const double s : share) out.push_back(static_cast<float>(std::log(s)));
  return out;
}

void derive(const Targets& targets, std::span<const float> scores, const std::vector<float>& base,
            std::vector<float>& gradient, std::vector<float>& curvature) {
  const std::size_t groups = base.size(), K = targets.columns();
  std::vector<double> p(K);
  std::vector<float> score(groups);
  for (std::size_t i = 0; i < targets.rows(); ++i) {
    const auto q = targets.row(i);
    const double weight = std::accumulate(q.begin(), q.end(), 0.0);
    for (std::size_t g = 0; g < groups; ++g) score[g] = base[g] + scores[i * groups + g];
    probabilities(score, p);
    for (std::size_t g = 0; g < groups; ++g) {
      const std::size_t k = groups == 1 ? 1 : g;
      gradient[i * groups + g] = static_cast<float>(weight * p[k] - q[k]);
      const double bend = (groups == 1 ? 1 : 2) * weight * p[k] * (1 - p[k]);
      curvature[i * groups + g] = static_cast<float>(std::max(bend, kLeastCurvature));
    }
  }
}

const OptionTable<BoostedTreesOptions>& option_table() {
  using Options = BoostedTreesOptions;
  static const auto table = [] {
    OptionTable<Options> t;
    t.integer("rounds", &Options::rounds, 1, 100'000, "rounds", "of boosted_trees: each adds a tree a class");
    t.number("learning_rate", &Options::learning_rate, 1e-4, 1, "", "of boosted_trees: how much of each tree counts");
    t.integer("max_depth", &Options::max_depth, 1, 20, "splits", "of boosted_trees: from root to leaf at most");
    t.number("min_leaf_weight", &Options::min_leaf_weight, 0, 1e9, "",
             "of boosted_trees: the least sum of curvature in a leaf");
    t.number("leaf_penalty", &Options::leaf_penalty, 0, 1e9, "",
             "of boosted_trees: weight of squared leaf scores (L2)");
    return t;
  }();
  return table;
}

class BoostedTrees final : public Classifier {
 public:
  explicit BoostedTrees(const BoostedTreesOptions& options) : options_(options) {}
  [[nodiscard]] OptionValues options() const override { return option_table().values(options_); }

  [[nodiscard]] std::unique_ptr<Predictor> fit(const Features& features, const Targets& targets) const override {
    const auto base = base_scores(targets);
    std::vector<Tree> trees;
    if (!features.columns().empty()) trees = grow(features, targets, base);
    return std::make_unique<TreeEnsemble>(targets.columns(), base, std::move(trees));
  }

 private:
  [[nodiscard]] std::vector<Tree> grow(const Features& features, const Targets& targets,
                                       const std::vector<float>& base) const {
    const Data data(features);
    Booster booster(data, options_, base.size());
    std::vector<float> gradient(targets.rows() * base.size()), curvature(gradient.size());
    for (std::uint64_t round = 0; round < options_.rounds; ++round) {
      derive(targets, booster.scores(), base, gradient, curvature);
      booster.boost(gradient, curvature);
    }
    return booster.trees();
  }

  BoostedTreesOptions options_;
};

}  // namespace

std::unique_ptr<Classifier> make_boosted_trees(const BoostedTreesOptions& options) {
  return std::make_unique<BoostedTrees>(options);
}

ClassifierInfo boosted_trees_info() {
  ClassifierInfo info;
  info.name = "boosted_trees";
  info.meaning = "gradient-boosted decision trees, grown by XGBoost";
  info.citation = "Chen and Guestrin 2016, XGBoost: a scalable tree boosting system, KDD";
  info.options = option_table().infos();
  info.make = [](const OptionValues& values) {
    return make_boosted_trees(make_options(option_table(), values, "boosted_trees"));
  };
  info.read = TreeEnsemble::read;
  return info;
}

}  // namespace assay::learn
