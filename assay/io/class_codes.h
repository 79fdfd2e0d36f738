#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/core/ids.h"
#include "assay/core/name_table.h"

namespace assay::io {

/// Numbers label texts while reading: classes in order of appearance, and kNoClass for missing values.
class ClassCodes {
 public:
  /// `given`: the only classes allowed, in their order; empty: every new text is a class, up to `max_classes`.
  ClassCodes(const std::vector<std::string>& given, const std::vector<std::string>& missing, std::size_t max_classes);

  using Place = std::function<std::string()>;
  /// The class of a text. Throws Error at `place()` for an unknown class or one too many.
  ClassIndex code(std::string_view text, const Place& place) {
    if (text.size() >= kShort) return slow_code(text, place);
    const std::uint64_t key = short_key(text);
    Cached& cached = cache_[place_of(key)];
    if (cached.key != key) cached = {key, slow_code(text, place)};
    return cached.code;
  }

  /// Whether the text was met before; `code` becomes its class. Many threads may ask at once.
  bool find(std::string_view text, ClassIndex& code) const {
    if (text.size() < kShort) {
      const std::uint64_t key = short_key(text);
      const Cached& cached = cache_[place_of(key)];
      code = cached.code;
      if (cached.key == key) return true;
    }
    const auto known = texts_.find(text);
    if (known) code = code_of_text_[*known];
    return known.has_value();
  }

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] bool is_fixed() const { return is_fixed_; }
  /// Final class order: as given, else sorted, as numbers when every class is one. `order[code]` is the final index.
  [[nodiscard]] std::vector<std::string> ordered_names(std::vector<ClassIndex>& order) const;

 private:
  static constexpr std::size_t kShort = 8;
  // The bytes and the length in one word; never 0, so that an empty cache entry matches nothing.
  static std::uint64_t short_key(std::string_view text) {
    std::uint64_t key = text.size() + 1;
    for (const char c : text) key = key << 8 | static_cast<unsigned char>(c);
    return key;
  }
  static std::size_t place_of(std::uint64_t key) { return (key * 0x9e3779b97f4a7c15U) >> 58; }
  ClassIndex slow_code(std::string_view text, const Place& place);

  struct Cached {
    std::uint64_t key = 0;
    ClassIndex code = 0;
  };
  std::array<Cached, 64> cache_{};
  NameTable texts_;
  std::vector<ClassIndex> code_of_text_;
  std::vector<std::string> names_;
  std::size_t max_classes_;
  bool is_fixed_;
};

}  // namespace assay::io
