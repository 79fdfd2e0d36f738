#include "assay/io/report.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "assay/base/error.h"
#include "assay/core/label_store_builder.h"
#include "assay/io/report_stored.h"
#include "assay/io/results.h"

namespace assay::io {
namespace {

using Json = nlohmann::json;

// `worker_count` workers label one item each and item 0 as well; two classes with hostile names.
LabelTable labels_of(std::size_t worker_count, const char* second_class = "b") {
  LabelTable table;
  LabelStoreBuilder builder;
  for (std::size_t w = 0; w < worker_count; ++w) {
    const auto worker = table.workers.intern("</script><!--" + std::to_string(w));
    builder.add(table.items.intern("item 0"), worker, static_cast<ClassIndex>(w % 2));
    builder.add(table.items.intern("item " + std::to_string(w + 1)), worker, static_cast<ClassIndex>(w % 2));
  }
  table.classes = ClassSet({"<b>", second_class});
  const std::vector<ClassIndex> order{0, 1};
  table.labels = builder.finish(table.items.size(), table.workers.size(), 2, order);
  return table;
}

engine::EstimateResult result_of(const LabelTable& table) {
  engine::EstimateResult result;
  const std::size_t item_count = table.items.size();
  const std::size_t worker_count = table.workers.size();
  result.estimate.posterior = Matrix<double>(item_count, 2, 0.5);
  result.estimate.prior = {0.6, 0.4};
  result.estimate.confusion = Confusions(worker_count, 2, 0.5);
  result.estimate.counts = Confusions(worker_count, 2, 1);
  result.estimate.summary.model = "majority_vote";
  result.items.resize(item_count);
  for (std::size_t o = 0; o < item_count; ++o) {
    const double p = 0.5 + 0.5 * static_cast<double>(o) / static_cast<double>(item_count);
    result.estimate.posterior(o, 0) = p;
    result.estimate.posterior(o, 1) = 1 - p;
    result.items[o].minimum_cost = 1 - p;
    result.items[o].label_count = static_cast<std::uint32_t>(table.labels.rows(static_cast<ItemIndex>(o)).size());
  }
  result.workers.workers.resize(worker_count);
  for (std::size_t w = 0; w < worker_count; ++w) {
    auto& worker = result.workers.workers[w];
    worker.rank = static_cast<std::uint32_t>(worker_count - w);
    worker.label_count = 2;
    worker.quality_expected = {0.1 + 0.2, 0.1, std::numeric_limits<double>::quiet_NaN()};
  }
  result.costs = CostMatrix(2);
  return result;
}

TEST(Report, NamesCannotLeaveTheDataBlock) {
  const LabelTable table = labels_of(3, "\xff");
  const engine::EstimateResult result = result_of(table);
  const std::string json = report_json({.table = table, .result = result, .title = "</script>"});
  const std::string page = report_page(json);
  EXPECT_EQ(page.find("<!--0"), std::string::npos);
  EXPECT_EQ(page.find("</script>&"), std::string::npos);
  const auto begin = page.find("{\"format\"");
  ASSERT_NE(begin, std::string::npos);
  const auto end = page.find("</script>", begin);
  const Json shown = Json::parse(page.substr(begin, end - begin));
  EXPECT_EQ(shown["title"], "</script>");
  EXPECT_EQ(shown["workers"]["worker"][0], "</script><!--2") << "rank 1 comes first";
  EXPECT_EQ(shown["classes"]["class"][1], "\xEF\xBF\xBD") << "bytes that are no UTF-8 are replaced";
}

TEST(Report, NumbersAreShortestAndMissingOnesNull) {
  const LabelTable table = labels_of(2);
  const engine::EstimateResult result = result_of(table);
  const std::string json = report_json({.table = table, .result = result});
  const Json shown = Json::parse(json);
  EXPECT_EQ(shown["workers"]["quality_expected"][0], 0.1 + 0.2);
  EXPECT_NE(json.find("0.30000000000000004"), std::string::npos);
  EXPECT_TRUE(shown["workers"]["quality_expected_high"][0].is_null());
  EXPECT_EQ(json.find("nan"), std::string::npos);
  EXPECT_TRUE(shown["worker_points"].is_null());
  EXPECT_TRUE(shown["zero_one_costs"]);
  EXPECT_EQ(shown["doubtful"]["minimum_cost"], 0.25);
  EXPECT_EQ(shown["data"]["labels_per_item"], Json::parse(R"({"label_count":[1,2],"item_count":[2,1]})"));
}

TEST(Report, LimitsKeepTheBestTheWorstAndTheFlagged) {
  const LabelTable table = labels_of(100);
  engine::EstimateResult result = result_of(table);
  result.workers.workers[50].flags.set(quality::WorkerFlag::biased);
  ReportRequest request{.table = table, .result = result};
  request.limits.worker_count = 10;
  request.limits.confusion_cell_count = 16;
  request.limits.item_count = 5;
  request.limits.vote_item_count = 2;
  request.limits.vote_count = 3;
  request.limits.point_count = 40;
  const Json shown = Json::parse(report_json(request));
  EXPECT_EQ(shown["workers"]["rank"], Json::parse("[1,2,3,4,50,97,98,99,100]"));
  EXPECT_EQ(shown["workers"]["flags"][4], Json::parse(R"(["biased"])"));
  EXPECT_EQ(shown["worker_points"]["step"], 3);
  EXPECT_EQ(shown["worker_points"]["label_count"].size(), 34);
  EXPECT_EQ(shown["confusions"]["worker_index"], Json::parse("[0,1,7,8]"));
  EXPECT_EQ(shown["items"]["item"].size(), 5);
  EXPECT_EQ(shown["items"]["item"][0], "item 0");
  EXPECT_EQ(shown["items"]["votes"].size(), 2);
  EXPECT_EQ(shown["items"]["votes"][0].size(), 3);
  EXPECT_EQ(shown["items"]["label_count"][0], 100);
}

TEST(Report, PseudonymsFollowTheRankAndHideNames) {
  const LabelTable table = labels_of(12);
  const engine::EstimateResult result = result_of(table);
  const std::string json = report_json({.table = table, .result = result, .pseudonyms = true});
  EXPECT_EQ(json.find("script"), std::string::npos);
  EXPECT_EQ(Json::parse(json)["workers"]["worker"][0], "worker 01");
}

TEST(Report, HoldsTheEstimateAgainstTruth) {
  const LabelTable table = labels_of(3);
  const engine::EstimateResult result = result_of(table);
  ReportRequest request{.table = table, .result = result};
  EXPECT_TRUE(Json::parse(report_json(request))["evaluation"].is_null());
  request.truth = {0, 0, 1, kNoClass};
  const Json evaluation = Json::parse(report_json(request))["evaluation"];
  EXPECT_EQ(evaluation["source"], "truth");
  EXPECT_EQ(evaluation["item_count"], 3);
  EXPECT_EQ(evaluation["accuracy"], 2.0 / 3) << "every item is decided as class 0";
  EXPECT_EQ(evaluation["confusion"], Json::parse("[[2,0],[1,0]]"));
  EXPECT_EQ(evaluation["workers"]["label_count"].size(), 3);
}

TEST(Report, GoldIsJudgedAsIfItHadNotBeenTold) {
  const LabelTable table = labels_of(3);
  engine::EstimateResult result = result_of(table);
  // Worker w always says class w % 2; with these rates such a label makes its class certain.
  for (std::size_t w = 0; w < 3; ++w) {
    for (std::size_t t = 0; t < 2; ++t) {
      for (std::size_t g = 0; g < 2; ++g) result.estimate.confusion.at(w, t, g) = t == g ? 1 : 0;
    }
  }
  ReportRequest request{.table = table, .result = result};
  request.gold = {kNoClass, 1, 1, kNoClass};
  result.estimate.posterior(1, 0) = 0;  // told: class 1
  result.estimate.posterior(1, 1) = 1;
  const Json evaluation = Json::parse(report_json(request))["evaluation"];
  EXPECT_EQ(evaluation["source"], "gold");
  EXPECT_EQ(evaluation["confusion"], Json::parse("[[0,0],[1,1]]")) << "the only label on item 1 says class 0";
}

TEST(Report, AStoredEstimateGivesTheSamePage) {
  const LabelTable table = labels_of(5);
  engine::EstimateResult result = result_of(table);
  for (auto& worker : result.workers.workers) worker.quality_expected.high = 0.9;
  result.workers.confusion = result.workers.low = result.workers.high = Confusions(5, 2, 0.5);
  const auto folder = std::filesystem::temp_directory_path() / "assay_stored_report_test";
  ThreadPool threads(1);
  OutputFolder out(folder.string());
  write_results(out, TableFormat::csv, table, {}, result, RunFacts{}, threads);
  out.commit();
  StoredEstimate stored = stored_estimate(read_results(folder.string()));
  EXPECT_EQ(add_labels(stored, table), 0);
  const Json direct = Json::parse(report_json({.table = table, .result = result}));
  const Json again = Json::parse(report_json({.table = stored.table, .result = stored.result}));
  for (const char* part : {"data", "workers", "items", "item_cost", "confusions", "flags", "agreement"}) {
    EXPECT_EQ(direct[part], again[part]) << part;
  }
  std::filesystem::remove_all(folder);
}

TEST(Report, IsWrittenByRename) {
  const auto folder = std::filesystem::temp_directory_path() / "assay_report_test";
  std::filesystem::create_directories(folder);
  const auto path = (folder / "report.html").string();
  write_report(path, "{}");
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  EXPECT_EQ(text.str(), report_page("{}"));
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  EXPECT_THROW(write_report(path + "/report.html", "{}"), Error);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace assay::io
