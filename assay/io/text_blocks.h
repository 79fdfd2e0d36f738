#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "assay/io/byte_source.h"

namespace assay::io {

/// A part of a text that begins at a line's start, with what messages need to say where a byte of it stands.
struct TextPart {
  const std::string& name;
  std::span<char> bytes;
  std::uint64_t line = 1;   ///< number of the line on which it begins
  std::uint64_t lines = 0;  ///< line ends in it, where TextBlocks::line_parts made it

  /// "file:line:column" of a byte of the part, both from 1, columns in bytes. Line ends inside the part must not have
  /// been changed in place before it. A byte that lies elsewhere is placed at the part's first line.
  [[nodiscard]] std::string place(const char* at) const;
  /// Throws Error{bad_input} with the place of the first byte that is not UTF-8.
  void check_utf8() const;
};

/// A text read block by block: what a reader did not consume of one block comes first in the next. A byte-order mark is
/// taken off, UTF-16 is refused, and the last line gets a line feed when it has none.
class TextBlocks {
 public:
  /// Bytes that may be read (not used) beyond a block's end.
  static constexpr std::size_t kPadding = 64;

  TextBlocks(std::unique_ptr<ByteSource> source, std::string name, std::size_t max_record_bytes);

  /// Adds the next block behind what is left; false at the end of the text. Throws Error{limit_exceeded} when what is
  /// left is already longer than one record may be.
  bool fill();
  /// What was read and not yet consumed. Readers may change it in place.
  [[nodiscard]] std::span<char> bytes() { return {buffer_.data() + begin_, end_ - begin_}; }
  /// No byte follows what `bytes` holds.
  [[nodiscard]] bool at_end() const { return at_end_; }
  /// Drops the first `size` bytes, which hold `lines` line ends.
  void consume(std::size_t size, std::uint64_t lines);

  /// How many bytes `fill` adds at most while records are short.
  [[nodiscard]] std::size_t block_bytes() const;

  /// Number of the line on which `bytes` begins, from 1.
  [[nodiscard]] std::uint64_t line() const { return line_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  /// The first `size` bytes of `bytes`.
  [[nodiscard]] TextPart part(std::size_t size) { return {name_, bytes().first(size), line_}; }
  /// The whole lines of `bytes`, in parts of about `size` bytes that end with a line; none when there is no line end.
  [[nodiscard]] std::vector<TextPart> line_parts(std::size_t size);
  /// Drops the parts that `line_parts` gave.
  void consume(const std::vector<TextPart>& parts);
  /// TextPart::place in all of `bytes`.
  [[nodiscard]] std::string place(const char* at) { return part(end_ - begin_).place(at); }
  /// "file:line".
  [[nodiscard]] std::string line_place(std::uint64_t line) const;

  /// TextPart::check_utf8 of the first `size` bytes.
  void check_utf8(std::size_t size) { part(size).check_utf8(); }

 private:
  void drop_mark();
  std::unique_ptr<ByteSource> source_;
  std::string name_;
  std::size_t max_record_bytes_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t line_ = 1;
  bool at_start_ = true;
  bool at_end_ = false;
};

}  // namespace assay::io
