#include "assay/core/name_table.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace assay {
namespace {

constexpr std::size_t kFirstSlots = 64;

std::uint64_t hash_of(std::string_view name) { return XXH3_64bits(name.data(), name.size()); }

}  // namespace

std::size_t NameTable::slot_of(std::string_view text, std::uint64_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  const auto tag = static_cast<std::uint32_t>(hash >> 32);
  std::size_t s = hash & mask;
  for (; slots_[s].index_plus_one != 0; s = (s + 1) & mask) {
    if (slots_[s].tag == tag && name(slots_[s].index_plus_one - 1) == text) break;
  }
  return s;
}

NameTable::Index NameTable::intern(std::string_view text) {
  if (2 * (size() + 1) > slots_.size()) grow();
  const std::uint64_t hash = hash_of(text);
  Slot& slot = slots_[slot_of(text, hash)];
  if (slot.index_plus_one == 0) {
    characters_.insert(characters_.end(), text.begin(), text.end());
    starts_.push_back(characters_.size());
    slot = {static_cast<std::uint32_t>(hash >> 32), static_cast<std::uint32_t>(size())};
  }
  return slot.index_plus_one - 1;
}

std::optional<NameTable::Index> NameTable::find(std::string_view text) const {
  if (slots_.empty()) return std::nullopt;
  const Slot& slot = slots_[slot_of(text, hash_of(text))];
  if (slot.index_plus_one == 0) return std::nullopt;
  return slot.index_plus_one - 1;
}

void NameTable::grow() {
  std::vector<Slot> bigger(slots_.empty() ? kFirstSlots : 2 * slots_.size());
  const std::size_t mask = bigger.size() - 1;
  for (Index i = 0; i < size(); ++i) {
    const std::uint64_t hash = hash_of(name(i));
    std::size_t s = hash & mask;
    while (bigger[s].index_plus_one != 0) s = (s + 1) & mask;
    bigger[s] = {static_cast<std::uint32_t>(hash >> 32), i + 1};
  }
  slots_ = std::move(bigger);
}

}  // namespace assay
