#include "assay/io/times.h"

#include <gtest/gtest.h>

#include <cmath>

namespace assay::io {
namespace {

// Expected values: date -u -d TEXT +%s.
TEST(Times, UnderstandsTheCommonForms) {
  EXPECT_EQ(parse_time("1271275275"), 1271275275.0);
  EXPECT_EQ(parse_time("12.5"), 12.5);
  EXPECT_EQ(parse_time("-7"), -7.0);
  EXPECT_EQ(parse_time("0123"), 123.0);
  EXPECT_EQ(parse_time("9007199254740993"), 9007199254740992.0);
  EXPECT_EQ(parse_time("Wed Apr 14 20:01:15 GMT 2010"), 1271275275.0);
  EXPECT_EQ(parse_time("Sat Feb 22 05:53:21 PST 2020"), 1582379601.0);
  EXPECT_EQ(parse_time("2018-04-07 17:27:37 UTC"), 1523122057.0);
  EXPECT_EQ(parse_time("2018-04-07T17:27:37.5Z"), 1523122057.5);
  EXPECT_EQ(parse_time("2018-04-07T19:27:37+02:00"), 1523122057.0);
  EXPECT_EQ(parse_time("2018-04-07T12:27:37-0500"), 1523122057.0);
  EXPECT_EQ(parse_time("2018-04-07"), 1523059200.0);
  EXPECT_EQ(parse_time("3/24/2016 17:57:02"), 1458842222.0);
}

TEST(Times, AnythingElseIsNotKnown) {
  for (const auto* text :
       {"", "soon", "2018-13-01", "2018-02-30", "25:00", "Wed Apr 14", "2018-04-07T17:27:37X", "1/2", "nan"}) {
    EXPECT_TRUE(std::isnan(parse_time(text))) << text;
  }
}

}  // namespace
}  // namespace assay::io
