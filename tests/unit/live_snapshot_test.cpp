#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "assay/base/error.h"
#include "assay/live/named_estimator.h"

namespace assay::live {
namespace {

using ::testing::HasSubstr;

NamedEstimator small() {
  NamedEstimator estimator(ClassSet({"no", "yes"}), {.model_options = {{"pseudo_count", "0.5"}}});
  for (const char* item : {"a", "b", "c"}) {
    estimator.observe("ann", item, "yes");
    estimator.observe("bob", item, item[0] == 'a' ? "no" : "yes");
  }
  estimator.add_gold("b", "yes");
  ThreadPool threads(1);
  (void)estimator.settle({.threads = threads});
  estimator.observe("cyd", "d", "no");
  return estimator;
}

std::string error_of(std::string_view bytes) {
  try {
    (void)NamedEstimator::restore(bytes);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(LiveSnapshot, RestoresNamesAndOptions) {
  const NamedEstimator estimator = small();
  const NamedEstimator restored = NamedEstimator::restore(estimator.snapshot());
  EXPECT_EQ(restored.snapshot(), estimator.snapshot());
  EXPECT_EQ(restored.posterior("d"), estimator.posterior("d"));
  EXPECT_EQ(restored.quality("bob", CostMatrix(2)).quality.expected,
            estimator.quality("bob", CostMatrix(2)).quality.expected);
  EXPECT_EQ(restored.classes().names(), estimator.classes().names());
  EXPECT_EQ(restored.estimator().options().model_options, estimator.estimator().options().model_options);
}

TEST(LiveSnapshot, EveryCutAndEveryFlippedByteIsAnError) {
  const std::string bytes = small().snapshot();
  for (std::size_t length = 0; length < bytes.size(); ++length) EXPECT_NE(error_of(bytes.substr(0, length)), "");
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x41);
    EXPECT_NE(error_of(damaged), "") << i;
  }
}

TEST(LiveSnapshot, SaysWhatIsWrong) {
  std::string bytes = small().snapshot();
  EXPECT_THAT(error_of("worker,item,label\n"), HasSubstr("no snapshot"));
  EXPECT_THAT(error_of(bytes.substr(0, bytes.size() / 2)), HasSubstr("checksum"));
  EXPECT_THAT(error_of(bytes + "x"), HasSubstr("checksum"));
  bytes[9] = 7;
  EXPECT_THAT(error_of(bytes), HasSubstr("version 7"));
}

// A whole, rightly sealed snapshot that no program would write.
TEST(LiveSnapshot, RefusesWhatNoWriterWrites) {
  SnapshotWriter too_many;
  too_many.u32(2);
  EXPECT_THAT(error_of(too_many.finish()), HasSubstr("ends within"));
  SnapshotWriter no_class;
  no_class.u32(0);
  EXPECT_THAT(error_of(no_class.finish()), HasSubstr("number of classes"));
  SnapshotWriter huge;
  huge.u32(60000);
  huge.text("dawid_skene");
  huge.u32(0);
  huge.u8(0);
  huge.f64(4);
  huge.u64(~0ULL);
  huge.u64(~0ULL);
  EXPECT_THAT(error_of(huge.finish()), HasSubstr("ends within"));
  EXPECT_THAT(error_of(LiveEstimator(2).snapshot()), HasSubstr("ends within"));
  EXPECT_THROW((void)LiveEstimator::restore(small().snapshot()), Error);
}

}  // namespace
}  // namespace assay::live
