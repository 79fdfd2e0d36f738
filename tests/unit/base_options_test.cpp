#include "assay/base/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "assay/base/error.h"

namespace assay {
namespace {

struct FitOptions {
  std::uint32_t max_iterations = 100;
  double pseudo_count = 0.5;
  bool accelerate = true;
  std::string start = "vote";
};

const OptionTable<FitOptions>& table() {
  static const OptionTable<FitOptions> fields = [] {
    OptionTable<FitOptions> made;
    made.integer("max_iterations", &FitOptions::max_iterations, 1, 1000, "passes", "when to stop");
    made.number("pseudo_count", &FitOptions::pseudo_count, 0, 1e6, "labels", "what every cell starts with");
    made.flag("accelerate", &FitOptions::accelerate, "take longer steps");
    made.choice("start", &FitOptions::start, {"vote", "uniform"}, "where the fit starts");
    return made;
  }();
  return fields;
}

std::string message_of(const OptionValues& values) {
  try {
    (void)make_options(table(), values, "dawid_skene");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_input);
    return error.what();
  }
  return "no error";
}

TEST(Options, DefaultsAreTheInitialisersOfTheStruct) {
  const auto infos = table().infos();
  EXPECT_EQ(infos[0].default_value, "100");
  EXPECT_EQ(infos[1].default_value, "0.5");
  EXPECT_EQ(infos[2].default_value, "true");
  EXPECT_EQ(infos[3].default_value, "vote");
}

TEST(Options, ValuesRoundTripThroughText) {
  const FitOptions options = make_options(
      table(), {{"max_iterations", "7"}, {"pseudo_count", "0"}, {"accelerate", "false"}, {"start", "uniform"}}, "x");
  EXPECT_EQ(options.max_iterations, 7u);
  EXPECT_EQ(options.pseudo_count, 0);
  EXPECT_FALSE(options.accelerate);
  const OptionValues values = table().values(options);
  EXPECT_EQ(table().values(make_options(table(), values, "x")), values);
}

TEST(Options, BoundsAreAllowedAndBeyondIsNamed) {
  EXPECT_EQ(message_of({{"max_iterations", "1"}}), "no error");
  EXPECT_EQ(message_of({{"max_iterations", "1000"}}), "no error");
  for (const char* bad : {"0", "1001", "-1", "seven", "", "7.5", "99999999999999999999"}) {
    EXPECT_THAT(message_of({{"max_iterations", bad}}), testing::HasSubstr("--max-iterations")) << bad;
  }
  for (const char* bad : {"-0.1", "nan", "inf", "1e7", "0.5x"}) {
    EXPECT_THAT(message_of({{"pseudo_count", bad}}), testing::HasSubstr("--pseudo-count")) << bad;
  }
}

TEST(Options, UnknownNamesGetTheNearestOne) {
  EXPECT_THAT(message_of({{"max_iteration", "5"}}), testing::HasSubstr("max"));
  EXPECT_THAT(message_of({{"start", "votes"}}), testing::HasSubstr("vote"));
  EXPECT_THAT(message_of({{"accelerate", "maybe"}}), testing::HasSubstr("true or false"));
}

}  // namespace
}  // namespace assay
