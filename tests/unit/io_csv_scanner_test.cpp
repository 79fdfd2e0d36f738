#include "assay/io/csv_scanner.h"

#include <gtest/gtest.h>

#include <string>

#include "assay/base/random.h"

namespace assay::io {
namespace {

// The bytes beyond the text must be readable.
std::string padded(std::string text) {
  text.reserve(text.size() + 64);
  return text;
}

void expect_alike(const std::string& text, char delimiter) {
  CsvIndex fast;
  CsvIndex plain;
  scan_csv(text, delimiter, fast);
  scan_csv_plain(text, delimiter, plain);
  ASSERT_EQ(std::vector<std::uint32_t>(fast.ends.begin(), fast.ends.end()),
            std::vector<std::uint32_t>(plain.ends.begin(), plain.ends.end()))
      << text;
  ASSERT_EQ(fast.lines, plain.lines) << text;
  ASSERT_EQ(fast.row_bytes, plain.row_bytes) << text;
  ASSERT_EQ(fast.open_quote, plain.open_quote) << text;
}

TEST(CsvScanner, BothScansAgreeOnRandomText) {
  Random random(7);
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    const auto length = random.below(200);
    // Few quotes in some rounds, many in others.
    const std::string alphabet = round % 2 == 0 ? "ab,\"\n" : "abcdefgh,,\n\n\"";
    for (std::uint64_t i = 0; i < length; ++i) text += alphabet[random.below(alphabet.size())];
    expect_alike(padded(text), ',');
  }
}

TEST(CsvScanner, CountsOnlyTheLinesOfWholeRows) {
  CsvIndex index;
  scan_csv(padded("a,b\n\"x\ny\",c\nrest,\"open\n"), ',', index);
  EXPECT_EQ(index.row_bytes, 12U);
  EXPECT_EQ(index.lines, 3U);
  EXPECT_TRUE(index.open_quote);
}

TEST(CsvScanner, TakesQuotesOffInPlace) {
  const auto unquoted = [](std::string text) { return std::string(unquote(text.data(), text.size())); };
  EXPECT_EQ(unquoted("plain"), "plain");
  EXPECT_EQ(unquoted("\"a,b\""), "a,b");
  EXPECT_EQ(unquoted("\"say \"\"hi\"\"\""), "say \"hi\"");
  EXPECT_EQ(unquoted("\"\""), "");
  EXPECT_EQ(unquoted("\"a\"b"), "ab");
  EXPECT_EQ(unquoted("5\" disk"), "5\" disk");
}

}  // namespace
}  // namespace assay::io
