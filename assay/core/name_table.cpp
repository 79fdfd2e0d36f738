#include "assay/core/name_table.h"

#include <algorithm>

#include "assay/base/error.h"
#include "assay/base/huge_pages.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace assay {
namespace {

constexpr std::size_t kFirstSlots = 64;
constexpr std::size_t kMostNames = (1ULL << 32) - 2;

// Its low bits say where a slot is, all of it whether the slot is worth a look: so a table grows without the names.
std::uint32_t hash_of(std::string_view name) {
  return static_cast<std::uint32_t>(XXH3_64bits(name.data(), name.size()));
}

}  // namespace

std::size_t NameTable::candidate(std::uint32_t hash, std::size_t s) const {
  while (slots_[s].index_plus_one != 0 && slots_[s].hash != hash) s = (s + 1) & mask();
  return s;
}

std::size_t NameTable::slot_of(std::string_view text, std::uint32_t hash, std::size_t s) const {
  s = candidate(hash, s);
  while (slots_[s].index_plus_one != 0 && !same_name(name(slots_[s].index_plus_one - 1), text)) {
    s = candidate(hash, (s + 1) & mask());
  }
  return s;
}

NameTable::Entry NameTable::make_entry(std::string_view text) {
  Entry entry{};
  if (text.size() <= kMostShort) {
    std::copy(text.begin(), text.end(), entry.text.begin());
    entry.size = static_cast<std::uint8_t>(text.size());
    return entry;
  }
  const std::uint64_t start = characters_.size();
  const auto size = static_cast<std::uint32_t>(text.size());
  std::memcpy(entry.text.data(), &start, sizeof start);
  std::memcpy(entry.text.data() + sizeof start, &size, sizeof size);
  entry.size = kMostShort + 1;
  characters_.insert(characters_.end(), text.begin(), text.end());
  return entry;
}

NameTable::Index NameTable::intern_hashed(std::string_view text, std::uint32_t hash) {
  Slot& slot = slots_[slot_of(text, hash, hash & mask())];
  if (slot.index_plus_one == 0) {
    if (size() == kMostNames) throw Error(ErrorCode::limit_exceeded, "found more than 4294967294 different names");
    if (text.size() > std::numeric_limits<std::uint32_t>::max())
      throw Error(ErrorCode::limit_exceeded, "found a name longer than 4294967295 bytes");
    entries_.push_back(make_entry(text));
    slot = {hash, static_cast<std::uint32_t>(size())};
  }
  return slot.index_plus_one - 1;
}

NameTable::Index NameTable::intern(std::string_view text) {
  if (is_full(size() + 1)) grow();
  return intern_hashed(text, hash_of(text));
}

void NameTable::intern(std::span<const std::string_view> names, Index* indices) {
  std::vector<Unknown> unknown;
  find(names, indices, unknown);
  intern(names, unknown, indices);
}

void NameTable::intern(std::span<const std::string_view> names, std::span<const Unknown> unknown, Index* indices) {
  while (is_full(size() + unknown.size())) grow();
  grow_huge(entries_, unknown.size());
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    if (i + kBatch < unknown.size()) __builtin_prefetch(&slots_[unknown[i + kBatch].hash & mask()], 1);
    const auto [place, hash] = unknown[i];
    indices[place] = intern_hashed(names[place], hash);
  }
}

// Three passes, so that the cache misses of a batch overlap: slots, then the candidates' entries, then their names.
void NameTable::find(std::span<const std::string_view> names, Index* indices, std::vector<Unknown>& unknown) const {
  std::array<std::uint32_t, kBatch> hashes;
  std::array<Index, kBatch> candidates;
  for (std::size_t begin = 0; begin < names.size(); begin += kBatch) {
    const auto batch = names.subspan(begin, std::min(kBatch, names.size() - begin));
    for (std::size_t i = 0; i < batch.size(); ++i) {
      hashes[i] = hash_of(batch[i]);
      if (!slots_.empty()) __builtin_prefetch(&slots_[hashes[i] & mask()]);
    }
    for (std::size_t i = 0; i < batch.size() && !slots_.empty(); ++i) {
      // kUnknown is 0 - 1: what an empty slot gives.
      candidates[i] = slots_[candidate(hashes[i], hashes[i] & mask())].index_plus_one - 1;
      if (candidates[i] != kUnknown) __builtin_prefetch(&entries_[candidates[i]]);
    }
    for (std::size_t i = 0; i < batch.size(); ++i) {
      Index index = slots_.empty() ? kUnknown : candidates[i];
      // Another name may have the same hash.
      if (index != kUnknown && !same_name(name(index), batch[i])) {
        index = slots_[slot_of(batch[i], hashes[i], hashes[i] & mask())].index_plus_one - 1;
      }
      indices[begin + i] = index;
      if (index == kUnknown) unknown.push_back({static_cast<std::uint32_t>(begin + i), hashes[i]});
    }
  }
}

std::optional<NameTable::Index> NameTable::find(std::string_view text) const {
  if (slots_.empty()) return std::nullopt;
  const std::uint32_t hash = hash_of(text);
  const Slot& slot = slots_[slot_of(text, hash, hash & mask())];
  if (slot.index_plus_one == 0) return std::nullopt;
  return slot.index_plus_one - 1;
}

void NameTable::grow() {
  const std::size_t slot_count = slots_.empty() ? kFirstSlots : 2 * slots_.size();
  std::vector<Slot> bigger;
  reserve_huge(bigger, slot_count);
  bigger.resize(slot_count);
  const std::size_t mask = slot_count - 1;
  for (const Slot& slot : slots_) {
    if (slot.index_plus_one == 0) continue;
    std::size_t s = slot.hash & mask;
    while (bigger[s].index_plus_one != 0) s = (s + 1) & mask;
    bigger[s] = slot;
  }
  slots_ = std::move(bigger);
}

}  // namespace assay
