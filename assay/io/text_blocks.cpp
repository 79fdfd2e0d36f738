#include "assay/io/text_blocks.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <string_view>
#include <utility>

#include "assay/base/error.h"

namespace assay::io {
namespace {

constexpr std::size_t kBlockBytes = 1 << 20;

// Length of the well-formed UTF-8 sequence at the start of `text`, 0 when there is none.
std::size_t sequence_length(std::string_view text) {
  const std::size_t limit = std::min<std::size_t>(4, text.size());
  for (std::size_t n = 1; n <= limit; ++n) {
    if (simdjson::validate_utf8(text.data(), n)) return n;
  }
  return 0;
}

std::uint64_t line_ends(std::string_view text) {
  std::uint64_t count = 0;
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) ++count;
  return count;
}

}  // namespace

TextBlocks::TextBlocks(std::unique_ptr<ByteSource> source, std::string name, std::size_t max_record_bytes)
    : source_(std::move(source)), name_(std::move(name)), max_record_bytes_(max_record_bytes) {
  fill();
  drop_mark();
}

void TextBlocks::drop_mark() {
  const std::string_view text(buffer_.data(), end_);
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
    throw bad_input("the text is UTF-16, allowed is UTF-8 (save the file as UTF-8)", name_);
  }
  if (text.starts_with("PK\x03\x04")) {
    throw bad_input("found a zip archive or an Excel workbook, allowed is text (save the sheet as CSV)", name_);
  }
  if (text.starts_with("\xef\xbb\xbf")) begin_ = 3;
}

std::size_t TextBlocks::block_bytes() const {
  return std::min(kBlockBytes, std::max<std::size_t>(max_record_bytes_, 1024));
}

bool TextBlocks::fill() {
  if (at_end_) return false;
  const std::size_t left = end_ - begin_;
  if (left > max_record_bytes_) {
    throw Error(ErrorCode::limit_exceeded,
                "one row is longer than " + std::to_string(max_record_bytes_) +
                    " bytes (an unclosed quote?); --max-row-bytes sets the limit",
                line_place(line_));
  }
  if (left > 0) std::memmove(buffer_.data(), buffer_.data() + begin_, left);
  begin_ = 0;
  end_ = left;
  // A record longer than a block doubles the buffer, so that reading it stays linear.
  const std::size_t wanted = left + std::max(block_bytes(), left);
  buffer_.resize(std::max(buffer_.size(), wanted + kPadding));
  while (end_ < wanted) {
    const std::size_t got = source_->read(buffer_.data() + end_, wanted - end_);
    if (got == 0) {
      at_end_ = true;
      if (end_ > 0 && buffer_[end_ - 1] != '\n') buffer_[end_++] = '\n';
      break;
    }
    end_ += got;
  }
  return end_ > left;
}

void TextBlocks::consume(std::size_t size, std::uint64_t lines) {
  begin_ += size;
  line_ += lines;
}

std::vector<TextPart> TextBlocks::line_parts(std::size_t size) {
  std::vector<TextPart> parts;
  std::span<char> rest = bytes();
  std::uint64_t line = line_;
  while (!rest.empty()) {
    const std::size_t from = std::min(size, rest.size() - 1);
    const auto* end = static_cast<const char*>(std::memchr(rest.data() + from, '\n', rest.size() - from));
    // Behind the last line end there may be the beginning of a line.
    if (end == nullptr) {
      end = static_cast<const char*>(memrchr(rest.data(), '\n', rest.size()));
      if (end == nullptr) break;
    }
    const auto length = static_cast<std::size_t>(end - rest.data()) + 1;
    parts.push_back({name_, rest.first(length), line, line_ends({rest.data(), length})});
    line += parts.back().lines;
    rest = rest.subspan(length);
  }
  return parts;
}

void TextBlocks::consume(const std::vector<TextPart>& parts) {
  for (const auto& part : parts) consume(part.bytes.size(), part.lines);
}

std::string TextBlocks::line_place(std::uint64_t line) const { return name_ + ":" + std::to_string(line); }

std::string TextPart::place(const char* at) const {
  const char* start = bytes.data();
  const bool is_elsewhere = std::less<>()(at, start) || std::less<>()(start + bytes.size(), at);
  if (is_elsewhere) return name + ":" + std::to_string(line);
  const auto at_line = line + static_cast<std::uint64_t>(std::count(start, at, '\n'));
  const char* line_start = at;
  while (line_start > start && line_start[-1] != '\n') --line_start;
  return name + ":" + std::to_string(at_line) + ":" + std::to_string(at - line_start + 1);
}

void TextPart::check_utf8() const {
  const std::string_view text(bytes.data(), bytes.size());
  const auto zero = text.find('\0');
  if (zero != std::string_view::npos) {
    throw bad_input("found the byte 0x00, which is not text; is this a binary file?", place(text.data() + zero));
  }
  if (simdjson::validate_utf8(text.data(), text.size())) return;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = sequence_length(text.substr(at));
    if (length == 0) break;
    at += length;
  }
  char found[8];
  std::snprintf(found, sizeof found, "0x%02x", static_cast<unsigned char>(text[std::min(at, text.size() - 1)]));
  throw bad_input(std::string("found the byte ") + found + ", which is not UTF-8 text", place(text.data() + at));
}

}  // namespace assay::io
