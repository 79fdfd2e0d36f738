#include "assay/io/read_input.h"

#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <filesystem>

#include "assay/io/output_folder.h"
#include "tests/support/io_texts.h"

namespace assay::io::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class InputTest : public testing::Test {
 protected:
  InputTest() : folder_(fs::temp_directory_path() / ("assay_input_" + std::to_string(::getpid()))) {}
  ~InputTest() override { fs::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& text) {
    write_file((folder_ / name).string(), text);
    return (folder_ / name).string();
  }
  std::string fault(const InputFiles& files, const OptionValues& values = {}) {
    try {
      (void)read_input(files, options(values), threads_);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  fs::path folder_;
  ThreadPool threads_{1};
};

std::string gzipped(const std::string& text) {
  std::string out(text.size() + 100, '\0');
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstandard(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 1));
  return out;
}

TEST_F(InputTest, SeveralFilesOfSeveralFormatsAreOne) {
  const auto table =
      read_labels({file("a.csv", "worker,item,label\nw1,i1,x\n"),
                   file("b.data", gzipped("label\titem\tworker\nno\ti1\tw2\n") + gzipped("yes\ti3\tw2\n")),
                   file("c", zstandard("{\"worker\":\"w1\",\"item\":\"i2\",\"label\":\"yes\",\"weight\":2}\n"))},
                  options(), threads_);
  EXPECT_THAT(triples(table), ElementsAre("w1 i1 x", "w2 i1 no", "w2 i3 yes", "w1 i2 yes"));
  EXPECT_THAT(table.labels.weights(), ElementsAre(1.0F, 1.0F, 1.0F, 2.0F));
  EXPECT_EQ(table.reading.sources.size(), 3U);
}

TEST_F(InputTest, BrokenCompressionIsRefused) {
  const std::string text = "worker,item,label\n" + std::string(5000, 'x');
  EXPECT_THAT(fault({.labels = {file("a.gz", gzipped(text).substr(0, 40))}}), HasSubstr("the gzip data end too early"));
  EXPECT_THAT(fault({.labels = {file("a.zst", zstandard(text).substr(0, 20))}}),
              HasSubstr("the zstd data end too early"));
  EXPECT_THAT(fault({.labels = {(folder_ / "none.csv").string()}}), HasSubstr("none.csv: can't be read: No such file"));
  EXPECT_THAT(fault({.labels = {folder_.string()}}), HasSubstr("is a folder, a file is needed"));
  EXPECT_THAT(fault({.labels = {file("empty", "")}}), HasSubstr("the file is empty"));
}

TEST_F(InputTest, GoldCostsAndPriorsShareTheClasses) {
  const std::string labels = file("l.csv", "worker,item,label\nw1,i1,b\nw2,i1,a\n");
  const auto input = read_input({.labels = {labels},
                                 .gold = file("g.csv", "item,label\ni1,a\nunseen,c\n"),
                                 .costs = file("c.csv", "true,decided,cost\na,b,3\n"),
                                 .priors = file("p.csv", "class,prior\na,0.5\nb,0.25\nc,0.25\n")},
                                options(), threads_);
  EXPECT_THAT(input.table.classes.names(), ElementsAre("a", "b", "c"));
  EXPECT_THAT(input.gold, ElementsAre(ClassIndex{0}, ClassIndex{2}));
  EXPECT_EQ(input.table.items.size(), 2U);
  EXPECT_TRUE(input.table.labels.rows(1).empty());
  EXPECT_EQ(input.costs(0, 1), 3.0);
  EXPECT_THAT(input.prior, ElementsAre(0.5, 0.25, 0.25));
  EXPECT_THAT(input.table.reading.warnings, ElementsAre(HasSubstr("1 of 2 gold items have no label")));
}

TEST_F(InputTest, FixedClassesHoldForGoldToo) {
  const std::string labels = file("l.csv", "worker,item,label\nw1,i1,b\nw2,i1,a\n");
  EXPECT_THAT(fault({.labels = {labels}, .gold = file("g.csv", "item,label\ni1,a\ni2,c\n")}, {{"classes", "a,b"}}),
              HasSubstr("g.csv:3: found the unknown class \"c\""));
  EXPECT_THAT(fault({.labels = {labels}, .gold = file("h.csv", "item,label\ni1,a\ni1,b\n")}),
              HasSubstr("h.csv:3: the item \"i1\""));
  EXPECT_THAT(fault({.labels = {labels}, .priors = file("p.csv", "class,prior\na,0.5\nb,0.6\n")}),
              HasSubstr("sum to 1.1"));
}

TEST_F(InputTest, AnEmptyGoldTableIsAWarning) {
  const std::string labels = file("l.csv", "worker,item,label\nw1,i1,b\nw2,i1,a\n");
  const auto input = read_input({.labels = {labels}, .gold = file("g.csv", "item,label\n")}, options(), threads_);
  EXPECT_TRUE(input.gold.empty());
  EXPECT_THAT(input.table.reading.warnings, ElementsAre(HasSubstr("holds no gold label")));
  EXPECT_THAT(fault({.labels = {labels}, .gold = file("e.csv", "")}), HasSubstr("the file is empty"));
}

TEST_F(InputTest, PriorsAndCostsHaveWords) {
  const std::string labels = file("l.csv", "worker,item,label\nw1,i1,1\nw2,i1,2\nw3,i1,3\n");
  const auto input = read_input({.labels = {labels}, .costs = "ordinal", .priors = "uniform"}, options(), threads_);
  EXPECT_EQ(input.costs(0, 2), 2.0);
  EXPECT_EQ(input.prior[1], 1.0 / 3);
  EXPECT_TRUE(read_input({.labels = {labels}, .priors = "estimate"}, options(), threads_).prior.empty());
}

}  // namespace
}  // namespace assay::io::test
