#include "assay/live/snapshot_bytes.h"

#include <bit>
#include <utility>

#include "assay/base/error.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace assay::live {
namespace {

constexpr std::string_view kFirstBytes = "assaylive";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kChecksumBytes = 8;
constexpr std::string_view kWhere = "snapshot";

}  // namespace

SnapshotWriter::SnapshotWriter() : bytes_(kFirstBytes) { u32(kVersion); }

void SnapshotWriter::number(double value) { u64(std::bit_cast<std::uint64_t>(value)); }

void SnapshotWriter::text(std::string_view value) {
  u32(static_cast<std::uint32_t>(value.size()));
  bytes_ += value;
}

std::string SnapshotWriter::finish() {
  u64(XXH3_64bits(bytes_.data(), bytes_.size()));
  return std::move(bytes_);
}

SnapshotReader::SnapshotReader(std::string_view bytes) : bytes_(bytes) {
  if (!bytes.starts_with(kFirstBytes)) {
    throw bad_input("found no snapshot: it starts with \"" + std::string(kFirstBytes) + "\"", std::string(kWhere));
  }
  at_ = kFirstBytes.size();
  const auto version = u32();
  if (version != kVersion) {
    fail("found version " + std::to_string(version) + ", this program reads version " + std::to_string(kVersion));
  }
  expect_left(1, kChecksumBytes, "the checksum");
  const std::size_t body_end = bytes.size() - kChecksumBytes;
  const std::size_t body_begin = std::exchange(at_, body_end);
  const auto checksum = u64();
  at_ = body_begin;
  bytes_ = bytes.substr(0, body_end);
  if (checksum != XXH3_64bits(bytes_.data(), bytes_.size())) {
    throw bad_input("the checksum differs: the snapshot is damaged or incomplete", std::string(kWhere));
  }
}

double SnapshotReader::number(double least, double most, std::string_view what) {
  const auto value = std::bit_cast<double>(u64());
  if (!(value >= least && value <= most)) {
    fail("found " + std::to_string(value) + " for " + std::string(what) + ", allowed is " + std::to_string(least) +
         " to " + std::to_string(most));
  }
  return value;
}

std::string_view SnapshotReader::text() {
  const std::size_t size = u32();
  expect_left(size, 1, "a text");
  const auto out = bytes_.substr(at_, size);
  at_ += size;
  return out;
}

void SnapshotReader::expect_left(std::uint64_t count, std::uint64_t size, std::string_view what) const {
  const std::uint64_t left = bytes_.size() - at_;
  if (size > 0 && count > left / size) fail("the snapshot ends within " + std::string(what));
}

void SnapshotReader::expect_end() const {
  if (at_ != bytes_.size()) fail("found " + std::to_string(bytes_.size() - at_) + " bytes after the end");
}

void SnapshotReader::fail(const std::string& message) const {
  throw bad_input(message, std::string(kWhere) + ":byte " + std::to_string(at_));
}

void SnapshotReader::throw_outside(const std::string& found, std::uint64_t least, std::uint64_t most,
                                   std::string_view what) const {
  fail("found " + found + " for " + std::string(what) + ", allowed is " + std::to_string(least) + " to " +
       std::to_string(most));
}

}  // namespace assay::live
