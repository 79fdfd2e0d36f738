#include "assay/base/byte_record.h"

#include <bit>
#include <cmath>
#include <utility>

#include "assay/base/error.h"
#include "assay/base/hash.h"

namespace assay {
namespace {

constexpr std::size_t kChecksumBytes = 8;

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) value |= std::uint64_t{static_cast<std::uint8_t>(bytes[i])} << (8 * i);
  return value;
}

}  // namespace

ByteWriter::ByteWriter(std::string_view first_bytes, std::uint32_t version) : bytes_(first_bytes) { u32(version); }

void ByteWriter::f32(float value) { u32(std::bit_cast<std::uint32_t>(value)); }
void ByteWriter::f64(double value) { u64(std::bit_cast<std::uint64_t>(value)); }

void ByteWriter::text(std::string_view value) {
  u32(static_cast<std::uint32_t>(value.size()));
  bytes_ += value;
}

void ByteWriter::numbers(std::span<const double> values) {
  u64(values.size());
  for (const double v : values) f64(v);
}

std::string ByteWriter::finish() {
  u64(hash_of(bytes_));
  return std::move(bytes_);
}

ByteReader::ByteReader(std::string_view bytes, std::string_view first_bytes, std::uint32_t version, std::string where,
                       const std::string& what)
    : bytes_(bytes), where_(std::move(where)) {
  if (!bytes.starts_with(first_bytes)) throw bad_input("is not " + what, where_);
  at_ = first_bytes.size();
  const auto found = u32();
  if (found != version) {
    throw bad_input("is " + what + " of version " + std::to_string(found) + ", this program reads version " +
                        std::to_string(version),
                    where_);
  }
  expect_left(1, kChecksumBytes, "the checksum");
  bytes_ = bytes.substr(0, bytes.size() - kChecksumBytes);
  if (hash_of(bytes_) != little_endian(bytes.substr(bytes_.size()))) {
    throw bad_input("the checksum differs: " + what + " is damaged or incomplete", where_);
  }
}

float ByteReader::f32(std::string_view what) {
  const auto value = std::bit_cast<float>(u32());
  if (!std::isfinite(value)) fail("found no finite number for " + std::string(what));
  return value;
}

double ByteReader::f64(std::string_view what) {
  const auto value = std::bit_cast<double>(u64());
  if (!std::isfinite(value)) fail("found no finite number for " + std::string(what));
  return value;
}

double ByteReader::f64(double least, double most, std::string_view what) {
  const auto value = std::bit_cast<double>(u64());
  if (!(value >= least && value <= most))
    throw_outside(std::to_string(value), std::to_string(least), std::to_string(most), what);
  return value;
}

std::vector<double> ByteReader::numbers(double least, double most, std::string_view what) {
  const auto count = u64();
  expect_left(count, sizeof(double), what);
  std::vector<double> out(count);
  for (double& v : out) v = f64(least, most, what);
  return out;
}

void ByteReader::numbers(std::span<double> to, double least, double most, std::string_view what) {
  const auto count = u64();
  if (count != to.size())
    throw_outside(std::to_string(count) + " numbers", std::to_string(to.size()), std::to_string(to.size()), what);
  expect_left(count, sizeof(double), what);
  for (double& v : to) v = f64(least, most, what);
}

std::string_view ByteReader::text() {
  const std::size_t size = u32();
  expect_left(size, 1, "a text");
  const auto out = bytes_.substr(at_, size);
  at_ += size;
  return out;
}

void ByteReader::expect_left(std::uint64_t count, std::uint64_t size, std::string_view what) const {
  if (size > 0 && count > (bytes_.size() - at_) / size) fail("it ends within " + std::string(what));
}

void ByteReader::expect_end() const {
  if (at_ != bytes_.size()) fail("found " + std::to_string(bytes_.size() - at_) + " bytes after the end");
}

void ByteReader::fail(const std::string& message) const {
  throw bad_input(message, where_ + ":byte " + std::to_string(at_));
}

void ByteReader::throw_outside(const std::string& found, const std::string& least, const std::string& most,
                               std::string_view what) const {
  fail("found " + found + " for " + std::string(what) + ", allowed is " + least + " to " + most);
}

}  // namespace assay
