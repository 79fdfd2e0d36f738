#include "assay/io/results.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "assay/io/duckdb_library.h"
#include "assay/models/registry.h"
#include "tests/support/io_texts.h"

namespace assay::io::test {
namespace {

namespace fs = std::filesystem;

// A folder of the test's own that vanishes with it.
class ResultsTest : public testing::Test {
 protected:
  ResultsTest() : folder_(fs::temp_directory_path() / ("assay_results_" + std::to_string(::getpid()))) {}
  ~ResultsTest() override { fs::remove_all(folder_); }

  [[nodiscard]] static std::string text_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  fs::path folder_;
  ThreadPool threads_{2};
};

bool has_duckdb() {
  try {
    (void)duckdb_library();
    return true;
  } catch (const Error&) {
    return false;
  }
}

const std::string kLabels =
    "worker,item,label\nw1,\"i,1\",a\nw2,\"i,1\",a\nw3,\"i,1\",b\nw1,i2,b\nw2,i2,b\nw3,i2,b\nw1,i3,a\nw2,i3,b\nw3,i3,"
    "a\n";

engine::EstimateResult estimate_of(const LabelTable& table, ThreadPool& threads) {
  engine::EstimateRequest request{table};
  request.costs = CostMatrix(table.classes.size());
  request.model = "dawid_skene";
  return engine::estimate(request, models::Context{threads});
}

TEST_F(ResultsTest, AreReadBackAsWrittenInEveryFormat) {
  const auto input = read(kLabels);
  const auto result = estimate_of(input.table, threads_);
  for (const auto format : {TableFormat::csv, TableFormat::jsonl, TableFormat::parquet}) {
    if (format == TableFormat::parquet && !has_duckdb()) continue;
    fs::remove_all(folder_);
    OutputFolder out((folder_ / "deep").string());
    write_results(out, format, input.table, input.gold, result, {"estimate", {{"model", "dawid_skene"}}, 2, 0.5},
                  threads_);
    EXPECT_FALSE(fs::exists(folder_ / "deep" / "summary.json"));
    out.commit();
    const Results back = read_results((folder_ / "deep").string());
    ASSERT_EQ(back.format, format);
    ASSERT_EQ(back.classes.names(), input.table.classes.names());
    EXPECT_EQ(back.prior, result.estimate.prior);
    EXPECT_EQ(back.posterior, result.estimate.posterior);
    ASSERT_EQ(back.items.size(), 3U);
    EXPECT_EQ(back.items.name(0), "i,1");
    EXPECT_EQ(back.item_rows[2].label_count, 3U);
    EXPECT_EQ(back.item_rows[1].expected_cost, result.items[1].expected_cost);
    ASSERT_EQ(back.workers.size(), 3U);
    for (NameTable::Index w = 0; w < 3; ++w) {
      const auto original = *input.table.workers.find(back.workers.name(w));
      EXPECT_EQ(back.worker_rows[w].rank, w + 1);
      EXPECT_EQ(back.worker_rows[w].quality_expected.low, result.workers.workers[original].quality_expected.low);
      EXPECT_EQ(back.confusion.at(w, 0, 1), result.workers.confusion.at(original, 0, 1));
      EXPECT_EQ(back.counts.at(w, 1, 1), result.estimate.counts.at(original, 1, 1));
    }
    EXPECT_THAT(back.summary, testing::HasSubstr("\"model\""));
  }
}

TEST_F(ResultsTest, EarlierCountsBecomeWorkerPriors) {
  const auto input = read(kLabels);
  const auto result = estimate_of(input.table, threads_);
  OutputFolder out(folder_.string());
  write_results(out, TableFormat::csv, input.table, input.gold, result, {}, threads_);
  out.commit();
  NameTable workers;
  workers.intern("new");
  workers.intern("w2");
  std::vector<std::string> warnings;
  const Confusions priors = read_worker_priors(folder_.string(), workers, ClassSet({"b", "c", "a"}), warnings);
  EXPECT_EQ(priors.at(1, 2, 0), result.estimate.counts.at(1, 0, 1));
  EXPECT_EQ(priors.at(1, 1, 1), 0.0);
  EXPECT_EQ(priors.at(0, 0, 0), 0.0);
}

TEST_F(ResultsTest, NothingIsLeftWithoutCommit) {
  {
    OutputFolder out(folder_.string());
    out.write_text("a.txt", "x");
  }
  EXPECT_FALSE(fs::exists(folder_));
  write_file((folder_ / "b.txt").string(), "old");
  write_file((folder_ / "b.txt").string(), "new");
  EXPECT_EQ(text_of(folder_ / "b.txt"), "new");
  EXPECT_THROW(OutputFolder((folder_ / "b.txt").string()), Error);
  EXPECT_THROW((void)read_results(folder_.string()), Error);
}

TEST_F(ResultsTest, ColumnsHaveTheirAgreedNames) {
  const auto input = read(kLabels);
  const auto result = estimate_of(input.table, threads_);
  OutputFolder out(folder_.string());
  write_results(out, TableFormat::csv, input.table, input.gold, result, {}, threads_);
  out.commit();
  const auto header = [&](const char* name) {
    const auto text = text_of(folder_ / name);
    return text.substr(0, text.find('\n'));
  };
  EXPECT_EQ(header("items.csv"), "item,label,most_likely_label,p_a,p_b,expected_cost,minimum_cost,entropy,label_count");
  EXPECT_EQ(
      header("workers.csv"),
      "worker,rank,label_count,gold_count,quality_expected,quality_expected_low,quality_expected_high,quality_minimum,"
      "quality_minimum_low,quality_minimum_high,expected_cost,minimum_cost,accuracy,accuracy_low,accuracy_high,flags");
  EXPECT_EQ(header("confusions.csv"), "worker,true,given,probability,low,high,count");
  EXPECT_EQ(header("soft_labels.csv"), "worker,given,true,probability,share");
  EXPECT_EQ(header("classes.csv"), "class,prior,share");
}

}  // namespace
}  // namespace assay::io::test
