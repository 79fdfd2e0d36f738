#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
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
/// addressing over 8-byte slots with a hash tag, names of up to 15 bytes kept in their 16-byte entries, look-ups in
/// batches that hide memory latency.
class NameTable {
 public:
  using Index = std::uint32_t;
  static constexpr Index kUnknown = std::numeric_limits<Index>::max();

  /// The number of `name`, which is added when new.
  Index intern(std::string_view name);
  /// The same for many names: `indices[i]` becomes the number of `names[i]`; both have the same size.
  void intern(std::span<const std::string_view> names, Index* indices);

  /// A name that was not there when it was looked up: its place among the names asked for, and its hash.
  struct Unknown {
    std::uint32_t place;
    std::uint32_t hash;
  };
  /// The same for those of `names` that an earlier `find` did not find: indices[place] becomes the number of
  /// names[place].
  void intern(std::span<const std::string_view> names, std::span<const Unknown> unknown, Index* indices);
  [[nodiscard]] std::optional<Index> find(std::string_view name) const;
  /// The same for many names: `indices[i]` is the number of `names[i]`, or kUnknown and an entry is added to `unknown`.
  /// Many threads may ask at once.
  void find(std::span<const std::string_view> names, Index* indices, std::vector<Unknown>& unknown) const;
  /// The name numbered `index`; valid until the next `intern`.
  [[nodiscard]] std::string_view name(Index index) const { return view(entries_[index]); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  static constexpr std::size_t kBatch = 32;
  static constexpr std::size_t kMostShort = 15;

  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t index_plus_one = 0;  // 0: empty
  };
  // The name itself, or where it begins among the characters (8 bytes) and how long it is (4).
  struct Entry {
    std::array<char, kMostShort> text;
    std::uint8_t size;  // more than kMostShort: a long name
  };

  [[nodiscard]] std::string_view view(const Entry& entry) const {
    if (entry.size <= kMostShort) return {entry.text.data(), entry.size};
    std::uint64_t start = 0;
    std::uint32_t size = 0;
    std::memcpy(&start, entry.text.data(), sizeof start);
    std::memcpy(&size, entry.text.data() + sizeof start, sizeof size);
    return {characters_.data() + start, size};
  }
  [[nodiscard]] Entry make_entry(std::string_view name);
  [[nodiscard]] bool is_full(std::size_t names) const { return 8 * names > 5 * slots_.size(); }
  void grow();
  // The slot of the name, or the empty one where it would be; the search begins at slot `s`.
  [[nodiscard]] std::size_t slot_of(std::string_view name, std::uint32_t hash, std::size_t s) const;
  // The first slot from `s` on that is empty or has that hash: without a look at a name.
  [[nodiscard]] std::size_t candidate(std::uint32_t hash, std::size_t s) const;
  [[nodiscard]] std::size_t mask() const { return slots_.size() - 1; }
  Index intern_hashed(std::string_view name, std::uint32_t hash);

  std::vector<Slot> slots_;
  std::vector<Entry> entries_;
  std::vector<char> characters_;  // of long names
};

}  // namespace assay
