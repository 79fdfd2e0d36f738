// Accuracy on real crowd data against published figures, where the data are present: $ASSAY_DATA, or ../shared/data.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "assay/io/read_input.h"
#include "assay/io/read_labels.h"
#include "assay/models/registry.h"

namespace assay::models {
namespace {

std::filesystem::path data_folder() {
  if (const char* given = std::getenv("ASSAY_DATA")) return given;
  return "../shared/data";
}

struct RealSet {
  LabelTable table;
  std::map<std::string, std::string> gold;
};

RealSet read_set(const std::string& name) {
  ThreadPool pool(1);
  RealSet set;
  set.table = io::read_labels({data_folder() / name / "labels.csv"}, {}, pool);
  for (const auto& row : io::read_gold(data_folder() / name / "gold.csv")) set.gold[row.item] = row.label;
  return set;
}

// Over items with gold and labels; classes that share the highest posterior get an even share.
double accuracy(const RealSet& set, const Matrix<double>& posterior) {
  double right = 0;
  double count = 0;
  for (ItemIndex o = 0; o < set.table.items.size(); ++o) {
    const auto gold = set.gold.find(std::string(set.table.items.name(o)));
    if (gold == set.gold.end() || set.table.labels.rows(o).empty()) continue;
    const auto p = posterior.row(o);
    const double top = *std::max_element(p.begin(), p.end()) - 1e-9;
    const auto truth = set.table.classes.find(gold->second);
    if (truth && p[*truth] >= top)
      right += 1.0 / static_cast<double>(std::count_if(p.begin(), p.end(), [&](double v) { return v >= top; }));
    ++count;
  }
  return right / count;
}

struct Expected {
  const char* set;
  const char* model;
  OptionValues options;
  double accuracy;
  double tolerance;
};

class RealData : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(data_folder())) {
      GTEST_SKIP() << "no real data sets in " << data_folder() << " (set ASSAY_DATA)";
    }
  }
  static void check(const std::vector<Expected>& rows) {
    std::map<std::string, RealSet> sets;
    ThreadPool pool(1);
    for (const auto& row : rows) {
      if (!sets.contains(row.set)) sets[row.set] = read_set(row.set);
      const RealSet& set = sets[row.set];
      const Estimate e = find_model(row.model).make(row.options)->fit(Problem{set.table.labels}, Context{pool});
      EXPECT_NEAR(accuracy(set, e.posterior), row.accuracy, row.tolerance) << row.model << " on " << row.set;
    }
  }
};

TEST_F(RealData, MajorityVoteIsExact) {
  const std::map<std::string, double> table = {
      {"product", 0.8966},     {"possent", 0.9335},  {"bluebirds", 0.7593},      {"dog", 0.8222},
      {"face", 0.6367},        {"rte", 0.8969},      {"temp", 0.9361},           {"wsd", 0.9944},
      {"weather_cf", 0.8822},  {"polarity", 0.8859}, {"weather_amt", 0.8533},    {"polarity_amt", 0.9430},
      {"music_genre", 0.7042}, {"labelme", 0.7660},  {"adult2", 0.7598},         {"mozafari", 0.6960},
      {"hitspam_cf", 0.6600},  {"vuurens", 0.7827},  {"trec_relevance", 0.5411}, {"fact_eval", 0.9019}};
  std::vector<Expected> rows;
  for (const auto& [set, value] : table) rows.push_back({set.c_str(), "majority_vote", {}, value, 0.00005001});
  check(rows);
}

// The published runs of "worker agreement with aggregate" and of GLAD, one-coin EM with a uniform prior, and MACE by
// the authors' program (variational, 50 iterations). MACE on product is let off a little: it stops there before its
// optimum.
TEST_F(RealData, OtherModelsAreNearTheirReferences) {
  const OptionValues wawa = {{"shrinkage", "0"}};
  const OptionValues free_coin = {{"pseudo_count", "0"}};
  const OptionValues authors = {{"method", "variational"}};
  check({{"possent", "weighted_majority", wawa, 0.951, 0.005},
         {"rte", "weighted_majority", wawa, 0.9213, 0.005},
         {"temp", "weighted_majority", wawa, 0.9459, 0.005},
         {"polarity", "weighted_majority", wawa, 0.8950, 0.005},
         {"dog", "weighted_majority", wawa, 0.8290, 0.005},
         {"bluebirds", "one_coin", free_coin, 0.722, 0.001},
         {"product", "one_coin", free_coin, 0.9280, 0.001},
         {"rte", "one_coin", free_coin, 0.9250, 0.005},
         {"music_genre", "one_coin", free_coin, 0.7971, 0.01},
         {"bluebirds", "glad", {}, 0.7222, 0.01},
         {"product", "glad", {}, 0.9283, 0.01},
         {"possent", "glad", {}, 0.9480, 0.01},
         {"rte", "glad", {}, 0.9263, 0.01},
         {"polarity", "glad", {}, 0.9166, 0.01},
         {"dog", "glad", {}, 0.8340, 0.01},
         {"weather_amt", "glad", {}, 0.8533, 0.01},
         {"adult2", "glad", {}, 0.7598, 0.01},
         {"bluebirds", "mace", authors, 0.861, 0.001},
         {"rte", "mace", authors, 0.926, 0.001},
         {"product", "mace", authors, 0.827, 0.02}});
}

TEST_F(RealData, BayesDawidSkeneHoldsItsGround) {
  check({{"product", "bayes_dawid_skene", {}, 0.940, 0.005},
         {"bluebirds", "bayes_dawid_skene", {}, 0.898, 0.01},
         {"possent", "bayes_dawid_skene", {}, 0.960, 0.003},
         {"rte", "bayes_dawid_skene", {}, 0.9275, 0.005},
         {"labelme", "bayes_dawid_skene", {}, 0.80, 0.02}});
}

// The promise of docs/accuracy.md: without truth at least .838 on average, and never far under the vote.
TEST_F(RealData, AutoBeatsTheVoteOnAverageAndIsNeverFarUnderIt) {
  const auto names = {"product",      "possent",     "bluebirds", "rte",    "temp",           "polarity",
                      "polarity_amt", "mozafari",    "vuurens",   "dog",    "face",           "weather_cf",
                      "weather_amt",  "music_genre", "labelme",   "adult2", "trec_relevance", "fact_eval"};
  ThreadPool pool(1);
  double mean = 0;
  for (const auto* name : names) {
    if (!std::filesystem::exists(data_folder() / name)) GTEST_SKIP() << name << " is missing";
    const RealSet set = read_set(name);
    const Problem problem{set.table.labels};
    const double found = accuracy(set, find_model("auto").make({})->fit(problem, Context{pool}).posterior);
    const double vote = accuracy(set, find_model("majority_vote").make({})->fit(problem, Context{pool}).posterior);
    EXPECT_GT(found, vote - 0.02) << name;
    mean += found / static_cast<double>(names.size());
  }
  EXPECT_GT(mean, 0.838);
}

}  // namespace
}  // namespace assay::models
