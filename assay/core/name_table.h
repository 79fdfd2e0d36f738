#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace assay {

/// a == b, for short texts without a call: two overlapping loads cover 4 to 16 bytes.
[[nodiscard]] inline bool same_name(std::string_view a, std::string_view b) {
  const std::size_t n = a.size();
  if (n != b.size()) return false;
  const auto differ = [&](auto word, std::size_t at) {
    auto other = word;
    std::memcpy(&word, a.data() + at, sizeof word);
    std::memcpy(&other, b.data() + at, sizeof other);
    return word ^ other;
  };
  if (n >= 8 && n <= 16) return (differ(std::uint64_t{}, 0) | differ(std::uint64_t{}, n - 8)) == 0;
  if (n >= 4 && n < 8) return (differ(std::uint32_t{}, 0) | differ(std::uint32_t{}, n - 4)) == 0;
  return a == b;
}

/// Names numbered 0, 1, 2, ... in order of first appearance. Built for reading hundreds of millions of rows: open
/// addressing over 8-byte slots with a hash tag, the characters in one growing block, look-ups in batches that hide
/// memory latency.
class NameTable {
 public:
  using Index = std::uint32_t;

  /// The number of `name`, which is added when new.
  Index intern(std::string_view name);
  /// The same for many names: `indices[i]` is the number of `names[i]`; both have the same size.
  void intern(std::span<const std::string_view> names, Index* indices);
  [[nodiscard]] std::optional<Index> find(std::string_view name) const;
  /// The name numbered `index`; valid until the next `intern`.
  [[nodiscard]] std::string_view name(Index index) const {
    return {characters_.data() + starts_[index], starts_[index + 1] - starts_[index]};
  }
  [[nodiscard]] std::size_t size() const { return starts_.size() - 1; }

 private:
  void grow();
  [[nodiscard]] std::size_t slot_of(std::string_view name, std::uint32_t hash) const;
  Index intern_hashed(std::string_view name, std::uint32_t hash);

  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t index_plus_one = 0;  // 0: empty
  };
  std::vector<Slot> slots_;
  std::vector<char> characters_;
  std::vector<std::uint64_t> starts_{0};
};

}  // namespace assay
