#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay {

/// Writes a sealed record: first bytes, version, body, checksum (XXH3, 64 bits, of all before). Whole numbers are
/// little-endian, doubles and floats their bits.
class ByteWriter {
 public:
  ByteWriter(std::string_view first_bytes, std::uint32_t version);
  void u8(std::uint8_t value) { put(value); }
  void u16(std::uint16_t value) { put(value); }
  void u32(std::uint32_t value) { put(value); }
  void u64(std::uint64_t value) { put(value); }
  void f32(float value);
  void f64(double value);
  /// Its length, then its bytes.
  void text(std::string_view value);
  /// How many there are (u64), then each.
  void numbers(std::span<const double> values);
  /// Its bytes alone.
  void bytes(std::string_view value) { bytes_ += value; }
  /// Adds the checksum; the writer is empty after it.
  [[nodiscard]] std::string finish();

 private:
  template <std::unsigned_integral T>
  void put(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) bytes_.push_back(static_cast<char>(value >> (8 * i) & 0xff));
  }
  std::string bytes_;
};

/// Reads what ByteWriter wrote. Every function throws Error{bad_input} at `where`, naming the byte, where the record
/// ends too early or holds what no writer writes. `bytes` outlives the reader.
class ByteReader {
 public:
  /// Checks the first bytes, the version and the checksum; `what` names such a record: "a saved classifier".
  ByteReader(std::string_view bytes, std::string_view first_bytes, std::uint32_t version, std::string where,
             const std::string& what);
  std::uint8_t u8() { return take<std::uint8_t>(); }
  std::uint16_t u16() { return take<std::uint16_t>(); }
  std::uint32_t u32() { return take<std::uint32_t>(); }
  std::uint64_t u64() { return take<std::uint64_t>(); }
  /// A whole number from `least` to `most`; `what` names it in the error, here and below.
  template <std::unsigned_integral T>
  T integer(std::uint64_t least, std::uint64_t most, std::string_view what) {
    const T value = take<T>();
    if (value < least || value > most)
      throw_outside(std::to_string(value), std::to_string(least), std::to_string(most), what);
    return value;
  }
  /// Finite numbers only.
  float f32(std::string_view what);
  double f64(std::string_view what);
  /// A number from `least` to `most`, which may be infinite; never NaN.
  double f64(double least, double most, std::string_view what);
  /// As many numbers as were written, within the same bounds.
  std::vector<double> numbers(double least, double most, std::string_view what);
  /// The same where their count is known, and an error where another was written.
  void numbers(std::span<double> to, double least, double most, std::string_view what);
  std::string_view text();
  /// All bytes that are left.
  std::string_view rest() { return bytes_.substr(std::exchange(at_, bytes_.size())); }
  /// That `count` things of `size` bytes each can still follow: before memory is taken for them.
  void expect_left(std::uint64_t count, std::uint64_t size, std::string_view what) const;
  /// That nothing is left.
  void expect_end() const;
  [[noreturn]] void fail(const std::string& message) const;

 private:
  template <std::unsigned_integral T>
  T take() {
    expect_left(1, sizeof(T), "a number");
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      value = static_cast<T>(value | static_cast<T>(T{static_cast<std::uint8_t>(bytes_[at_ + i])} << (8 * i)));
    }
    at_ += sizeof(T);
    return value;
  }
  [[noreturn]] void throw_outside(const std::string& found, const std::string& least, const std::string& most,
                                  std::string_view what) const;

  std::string_view bytes_;  // without the checksum
  std::string where_;
  std::size_t at_ = 0;
};

}  // namespace assay
