#include "assay/core/name_table.h"

#include <algorithm>
#include <array>

#include "assay/base/error.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace assay {
namespace {

constexpr std::size_t kFirstSlots = 64;
constexpr std::size_t kMostNames = (1ULL << 32) - 2;
constexpr std::size_t kBatch = 32;

// Its low bits say where a slot is, all of it whether the slot is worth a look: so a table grows without the names.
std::uint32_t hash_of(std::string_view name) {
  return static_cast<std::uint32_t>(XXH3_64bits(name.data(), name.size()));
}

}  // namespace

std::size_t NameTable::slot_of(std::string_view text, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t s = hash & mask;
  for (; slots_[s].index_plus_one != 0; s = (s + 1) & mask) {
    if (slots_[s].hash == hash && same_name(name(slots_[s].index_plus_one - 1), text)) break;
  }
  return s;
}

NameTable::Index NameTable::intern_hashed(std::string_view text, std::uint32_t hash) {
  Slot& slot = slots_[slot_of(text, hash)];
  if (slot.index_plus_one == 0) {
    if (size() == kMostNames) throw Error(ErrorCode::limit_exceeded, "found more than 4294967294 different names");
    characters_.insert(characters_.end(), text.begin(), text.end());
    starts_.push_back(characters_.size());
    slot = {hash, static_cast<std::uint32_t>(size())};
  }
  return slot.index_plus_one - 1;
}

NameTable::Index NameTable::intern(std::string_view text) {
  if (2 * (size() + 1) > slots_.size()) grow();
  return intern_hashed(text, hash_of(text));
}

// Three passes over a batch, so that the cache misses of its names overlap: slots, then where the candidate's
// characters lie, then the characters themselves.
void NameTable::intern(std::span<const std::string_view> names, Index* indices) {
  std::array<std::uint32_t, kBatch> hashes;
  for (std::size_t begin = 0; begin < names.size(); begin += kBatch) {
    const std::size_t n = std::min(kBatch, names.size() - begin);
    const std::string_view* batch = names.data() + begin;
    while (2 * (size() + n) > slots_.size()) grow();
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t i = 0; i < n; ++i) {
      hashes[i] = hash_of(batch[i]);
      __builtin_prefetch(&slots_[hashes[i] & mask]);
    }
    for (std::size_t i = 0; i < n; ++i) __builtin_prefetch(&starts_[slots_[hashes[i] & mask].index_plus_one]);
    for (std::size_t i = 0; i < n; ++i) {
      const Index after = slots_[hashes[i] & mask].index_plus_one;
      if (after != 0) __builtin_prefetch(characters_.data() + starts_[after - 1]);
    }
    for (std::size_t i = 0; i < n; ++i) indices[begin + i] = intern_hashed(batch[i], hashes[i]);
  }
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
  for (const Slot& slot : slots_) {
    if (slot.index_plus_one == 0) continue;
    std::size_t s = slot.hash & mask;
    while (bigger[s].index_plus_one != 0) s = (s + 1) & mask;
    bigger[s] = slot;
  }
  slots_ = std::move(bigger);
}

}  // namespace assay
