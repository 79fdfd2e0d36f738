// However a text is cut into blocks and pieces, and whoever reads them, the labels and the faults are the same.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "assay/base/random.h"
#include "tests/support/io_texts.h"

namespace assay::io {
namespace {

struct Traits {
  bool quotes = false;  // quoted fields with delimiters, quotes and line feeds inside
  bool blanks = false;  // blank rows, blanks around fields, missing labels
  bool short_rows = false;
  bool times = false;
  bool shuffled = false;
  bool crlf = false;
  bool fault = false;  // an empty worker, or a row without a label column, somewhere
};

std::string field(const std::string& name, const Traits& traits, Random& random) {
  if (traits.quotes && random.below(4) == 0) {
    const char* inside[] = {",", "\"\"", "\n", " ", "\r\n", ""};
    return "\"" + name + inside[random.below(6)] + "\"";
  }
  if (traits.blanks && random.below(8) == 0) return "  " + name + " ";
  return name;
}

std::string random_text(const Traits& traits, Random& random) {
  const std::string line_end = traits.crlf ? "\r\n" : "\n";
  std::string text = traits.times ? "note,worker,time,item,label,weight" : "note,worker,item,label";
  text += line_end;
  const std::uint64_t rows = 200 + random.below(400);
  const std::uint64_t faulty = traits.fault ? random.below(rows) : rows;
  for (std::uint64_t row = 0; row < rows; ++row) {
    if (traits.blanks && random.below(20) == 0) text += line_end;
    const std::uint64_t item = traits.shuffled ? random.below(120) : row / 5;
    const std::string worker = row == faulty ? "" : field("w" + std::to_string(random.below(30)), traits, random);
    text += field(std::string(random.below(12), 'n'), traits, random) + "," + worker + ",";
    if (traits.times) text += (random.below(50) == 0 ? "then" : std::to_string(1000 + row)) + ",";
    text += field("item number " + std::to_string(item), traits, random) + ",";
    text += traits.blanks && random.below(10) == 0 ? "" : field(std::string(1, "abc"[random.below(3)]), traits, random);
    const bool is_short = traits.short_rows && random.below(10) == 0;
    if (traits.times && !is_short) text += "," + std::to_string(1 + random.below(3));
    if (traits.short_rows && random.below(10) == 0) text += ",more";
    text += line_end;
  }
  return text;
}

struct Result {
  std::vector<std::string> labels;
  std::vector<float> weights;
  std::vector<double> times;
  std::uint64_t missing = 0;
  std::vector<std::string> warnings;  // of times that could not be read
  std::string fault;
  bool operator==(const Result&) const = default;
};

Result read_with(const std::string& text, std::uint64_t max_row_bytes, std::size_t thread_count) {
  ThreadPool threads(thread_count);
  ReadingOptions options;
  options.max_row_bytes = max_row_bytes;
  Result out;
  try {
    const auto read = read_labels_text(text, "f", options, threads);
    out.labels = test::triples(read.table);
    out.weights.assign(read.table.labels.weights().begin(), read.table.labels.weights().end());
    for (const double time : read.table.labels.times()) out.times.push_back(std::isnan(time) ? -1 : time);
    out.missing = read.table.reading.missing_count;
    out.warnings = read.table.reading.warnings;
  } catch (const Error& error) {
    out.fault = error.what();
  }
  return out;
}

TEST(Blocks, CutsAndThreadsDoNotMatter) {
  Random random(7);
  std::size_t faults = 0;
  for (int round = 0; round < 300; ++round) {
    const auto coin = [&] { return random.below(2) == 0; };
    const Traits traits{coin(), coin(), coin(), coin(), coin(), coin(), random.below(5) == 0};
    const std::string text = random_text(traits, random);
    const Result whole = read_with(text, 1 << 26, 1);
    faults += whole.fault.empty() ? 0 : 1;
    ASSERT_EQ(whole, read_with(text, 1024, 1)) << "round " << round << "\n" << whole.fault;
    ASSERT_EQ(whole, read_with(text, 1024, 3)) << "round " << round << "\n" << whole.fault;
    ASSERT_EQ(whole, read_with(text, 3000, 2)) << "round " << round << "\n" << whole.fault;
  }
  EXPECT_GT(faults, 20U);
  EXPECT_LT(faults, 150U);
}

// JSONL: escapes, blank lines, fields that some lines lack, numbers and null.
std::string random_json(bool has_fault, Random& random) {
  const std::uint64_t rows = 200 + random.below(400);
  const std::uint64_t faulty = has_fault ? random.below(rows) : rows;
  std::string text;
  for (std::uint64_t row = 0; row < rows; ++row) {
    if (random.below(20) == 0) text += random.below(2) == 0 ? "\n" : " \r\n";
    const char* names[] = {"", " \\u00e9", " \\\"q\\\"", " é"};
    text += R"({"item": "item )" + std::to_string(random.below(120)) + names[random.below(4)] + R"(", "worker":")" +
            (row == faulty ? "" : "w" + std::to_string(random.below(30))) + R"(", "label": )";
    const char* labels[] = {"\"a\"", "\"b\" ", "3", "true", "null"};
    text += labels[random.below(5)];
    if (row == 0 || random.below(2) == 0) text += R"(, "weight": )" + std::to_string(1 + random.below(3));
    if (random.below(3) == 0) text += R"(, "note": [1, {"x": "}"}])";
    text += random.below(5) == 0 ? "}  \n" : "}\n";
  }
  return text;
}

TEST(Blocks, JsonLinesToo) {
  Random random(8);
  std::size_t faults = 0;
  for (int round = 0; round < 100; ++round) {
    const std::string text = random_json(random.below(5) == 0, random);
    const Result whole = read_with(text, 1 << 26, 1);
    faults += whole.fault.empty() ? 0 : 1;
    ASSERT_EQ(whole, read_with(text, 1024, 1)) << "round " << round << "\n" << whole.fault;
    ASSERT_EQ(whole, read_with(text, 1024, 3)) << "round " << round << "\n" << whole.fault;
    ASSERT_EQ(whole, read_with(text, 3000, 2)) << "round " << round << "\n" << whole.fault;
  }
  EXPECT_GT(faults, 5U);
  EXPECT_LT(faults, 50U);
}

// A row longer than a block, and quotes that hold many lines.
TEST(Blocks, LongRowsAndQuotedLines) {
  std::string text = "worker,item,label,note\n";
  for (int i = 0; i < 50; ++i) {
    std::string note(static_cast<std::size_t>(i) * 40, 'x');
    for (std::size_t at = 7; at < note.size(); at += 13) note[at] = '\n';
    text += "w" + std::to_string(i % 7) + ",i" + std::to_string(i / 5) + ",a,\"" + note + "\"\n";
  }
  const Result whole = read_with(text, 1 << 26, 1);
  EXPECT_EQ(whole.labels.size(), 50U);
  EXPECT_EQ(whole, read_with(text, 2100, 3));
}

// Rows are taken before it is known whether they are inside quotes: those that are must leave nothing behind.
TEST(Blocks, QuotedLinesThatLookLikeRows) {
  std::string text = "worker,item,label,time,note\n";
  for (int i = 0; i < 40; ++i) {
    std::string note;
    for (int line = 0; line < i; ++line) note += "nobody,nothing,none,never,\n";
    text += "w" + std::to_string(i % 7) + ",i" + std::to_string(i / 5) + ",a,1000,\"" + note + "\"\n";
  }
  text += "w0,i0,b,never,\n";
  for (const std::size_t thread_count : {1, 3}) {
    const Result read = read_with(text, 1200, thread_count);
    EXPECT_EQ(read.fault, "");
    EXPECT_EQ(read.labels.size(), 41U);
    EXPECT_EQ(read.warnings, std::vector<std::string>{"f: 1 times could not be read"});
    EXPECT_EQ(read, read_with(text, 1 << 26, 1));
  }
}

}  // namespace
}  // namespace assay::io
