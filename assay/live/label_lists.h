#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "assay/core/ids.h"

namespace assay::live {

/// A short list of 32-bit numbers an item, all in one block: insert and erase move the rest of one list, a list that
/// outgrows its place moves to one of twice the size, and places given up are used again. 16 bytes an item and 4 to 8 a
/// number.
class LabelLists {
 public:
  [[nodiscard]] std::size_t item_count() const { return lists_.size(); }
  void grow(std::size_t item_count) { lists_.resize(item_count); }
  [[nodiscard]] std::span<const std::uint32_t> rows(ItemIndex item) const {
    return {entries_.data() + lists_[item].begin, lists_[item].size};
  }
  void set(ItemIndex item, std::size_t place, std::uint32_t row) { entries_[lists_[item].begin + place] = row; }
  void insert(ItemIndex item, std::size_t place, std::uint32_t row);
  void erase(ItemIndex item, std::size_t place);

 private:
  struct List {
    std::uint64_t begin = 0;
    std::uint32_t size = 0;
    std::uint32_t capacity = 0;
  };
  void enlarge(List& list);
  [[nodiscard]] std::uint64_t take_place(std::uint32_t capacity);

  std::vector<List> lists_;
  std::vector<std::uint32_t> entries_;
  std::array<std::vector<std::uint64_t>, 33> free_;  // begins of unused places, by log2 of their capacity
};

}  // namespace assay::live
