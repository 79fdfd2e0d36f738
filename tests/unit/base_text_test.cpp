#include "assay/base/text.h"

#include <gtest/gtest.h>

#include <cmath>

namespace assay {
namespace {

TEST(Text, ShortestReadsBackAsTheSameNumber) {
  EXPECT_EQ(shortest(0.1), "0.1");
  EXPECT_EQ(shortest(1), "1");
  EXPECT_EQ(shortest(-0.0), "0");
  EXPECT_EQ(shortest(std::nan("")), "");
  EXPECT_EQ(std::stod(shortest(1.0 / 3)), 1.0 / 3);
}

TEST(Text, EditDistanceCountsSwapsOnce) {
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("worker", "worker"), 0u);
  EXPECT_EQ(edit_distance("wroker", "worker"), 1u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

TEST(Text, NearestIsSilentWhenNothingIsNear) {
  const std::vector<std::string> models{"dawid_skene", "majority_vote", "one_coin"};
  EXPECT_EQ(nearest("david_skene", models), "dawid_skene");
  EXPECT_EQ(nearest("xgboost", models), "");
  EXPECT_EQ(nearest("acc", {"auc", "accuracy"}), "accuracy") << "the beginning of one, though a letter off the other";
  EXPECT_EQ(did_you_mean("onecoin", models), " (did you mean one_coin?)");
  EXPECT_EQ(did_you_mean("q", models), "");
}

}  // namespace
}  // namespace assay
