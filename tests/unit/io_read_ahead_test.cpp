// Reading ahead gives the bytes of the source, whatever sizes are asked for, and its error where the error stands.
#include "assay/io/read_ahead.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "assay/base/error.h"
#include "assay/base/random.h"

namespace assay::io {
namespace {

// Gives bytes in pieces of any size, then ends or fails.
class Pieces final : public ByteSource {
 public:
  Pieces(std::string bytes, bool fails) : bytes_(std::move(bytes)), fails_(fails) {}
  std::size_t read(char* to, std::size_t size) override {
    if (at_ == bytes_.size() && fails_) throw bad_input("broken here");
    const std::size_t n = std::min({size, bytes_.size() - at_, std::size_t{1} + random_.below(100'000)});
    std::copy_n(bytes_.data() + at_, n, to);
    at_ += n;
    return n;
  }

 private:
  std::string bytes_;
  bool fails_;
  std::size_t at_ = 0;
  Random random_{7};
};

std::string bytes_of(std::size_t size) {
  Random random(size);
  std::string bytes(size, ' ');
  for (char& c : bytes) c = static_cast<char>(random.below(256));
  return bytes;
}

std::string read_all(ByteSource& source, Random& random) {
  std::string out;
  std::string room(1 << 20, ' ');
  for (;;) {
    const std::size_t got = source.read(room.data(), 1 + random.below(room.size()));
    if (got == 0) return out;
    out.append(room, 0, got);
  }
}

TEST(ReadAhead, GivesTheBytesOfItsSource) {
  Random random(3);
  for (const std::size_t size : {0, 1, 524'287, 524'288, 524'289, 5'000'000}) {
    const std::string bytes = bytes_of(size);
    ReadAhead ahead(std::make_unique<Pieces>(bytes, false));
    EXPECT_EQ(read_all(ahead, random), bytes);
    char one;
    EXPECT_EQ(ahead.read(&one, 1), 0U);
  }
}

TEST(ReadAhead, FailsBehindTheBytesThatCameBefore) {
  for (const std::size_t size : {0, 100, 524'288, 3'000'000}) {
    const std::string bytes = bytes_of(size);
    ReadAhead ahead(std::make_unique<Pieces>(bytes, true));
    std::string got;
    std::string room(70'000, ' ');
    while (got.size() < size) got.append(room, 0, ahead.read(room.data(), room.size()));
    EXPECT_EQ(got, bytes);
    EXPECT_THROW((void)ahead.read(room.data(), room.size()), Error);
  }
}

TEST(ReadAhead, MayBeGivenUpAtAnyTime) {
  for (const std::size_t read : {0, 1, 600'000}) {
    ReadAhead ahead(std::make_unique<Pieces>(bytes_of(5'000'000), false));
    std::string room(std::max<std::size_t>(read, 1), ' ');
    if (read > 0) {
      EXPECT_GT(ahead.read(room.data(), read), 0U);
    }
  }
}

}  // namespace
}  // namespace assay::io
