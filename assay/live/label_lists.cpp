#include "assay/live/label_lists.h"

#include <algorithm>
#include <bit>

namespace assay::live {
namespace {

constexpr std::uint32_t kFirstCapacity = 4;

auto iterator_at(std::vector<std::uint32_t>& entries, std::uint64_t place) {
  return entries.begin() + static_cast<std::ptrdiff_t>(place);
}

}  // namespace

void LabelLists::insert(ItemIndex item, std::size_t place, std::uint32_t row) {
  List& list = lists_[item];
  if (list.size == list.capacity) enlarge(list);
  const auto at = iterator_at(entries_, list.begin + place);
  const auto end = iterator_at(entries_, list.begin + list.size);
  std::copy_backward(at, end, end + 1);
  *at = row;
  ++list.size;
}

void LabelLists::erase(ItemIndex item, std::size_t place) {
  List& list = lists_[item];
  const auto at = iterator_at(entries_, list.begin + place);
  std::copy(at + 1, iterator_at(entries_, list.begin + list.size), at);
  --list.size;
}

void LabelLists::enlarge(List& list) {
  const std::uint32_t capacity = std::max(kFirstCapacity, 2 * list.capacity);
  const std::uint64_t begin = take_place(capacity);
  std::copy_n(iterator_at(entries_, list.begin), list.size, iterator_at(entries_, begin));
  if (list.capacity > 0) free_[static_cast<std::size_t>(std::countr_zero(list.capacity))].push_back(list.begin);
  list.begin = begin;
  list.capacity = capacity;
}

std::uint64_t LabelLists::take_place(std::uint32_t capacity) {
  auto& unused = free_[static_cast<std::size_t>(std::countr_zero(capacity))];
  if (unused.empty()) {
    const std::uint64_t begin = entries_.size();
    entries_.resize(begin + capacity);
    return begin;
  }
  const std::uint64_t begin = unused.back();
  unused.pop_back();
  return begin;
}

}  // namespace assay::live
