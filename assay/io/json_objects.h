#pragma once

#include <simdjson.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/io/text_blocks.h"

namespace assay::io {

/// Goes through the fields of the objects of a part of JSONL text. One part at a time; each thread has its own.
class JsonObjects {
 public:
  using Value = simdjson::ondemand::value;
  /// One field of the object at hand.
  using Field = std::function<void(std::string_view key, Value value)>;
  /// The object at hand is done; it began on `line`, at `start`.
  using Done = std::function<void(std::uint64_t line, const char* start)>;

  /// Parses a part that ends with a line; TextBlocks::kPadding bytes behind it can be read. Throws Error{bad_input}
  /// with the place of a line that is not an object.
  void each(const TextPart& part, const Field& field, const Done& done);

  /// Text of a value: strings as they are, numbers, true and false as written, null empty. Lives until `release`, and
  /// no longer than the part. Throws Error{bad_input} for an object or a list in the field `key`.
  std::string_view text_of(Value value, std::string_view key);
  /// Forgets the texts given out.
  void release() { characters_.clear(); }

 private:
  void each_field(std::string_view line, const Field& field);
  [[noreturn]] void refuse(std::string_view line, std::string found) const;

  const TextPart* part_ = nullptr;  // while it is gone through
  simdjson::ondemand::parser parser_;
  std::vector<std::string> characters_;
  std::string_view line_;
};

}  // namespace assay::io
