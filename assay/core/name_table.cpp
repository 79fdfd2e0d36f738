#include "assay/core/name_table.h"

#include <algorithm>

#include "assay/base/error.h"

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

std::size_t NameTable::slot_of(std::string_view text, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t s = hash & mask;
  for (; slots_[s].index_plus_one != 0; s = (s + 1) & mask) {
    if (slots_[s].hash == hash && same_name(name(slots_[s].index_plus_one - 1), text)) break;
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
  Slot& slot = slots_[slot_of(text, hash)];
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

// Two passes, so that the cache misses of a batch overlap: slots, then the candidates' entries.
void NameTable::prepare(std::span<const std::string_view> names, std::array<std::uint32_t, kBatch>& hashes) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = 0; i < names.size(); ++i) {
    hashes[i] = hash_of(names[i]);
    __builtin_prefetch(&slots_[hashes[i] & mask]);
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Index after = slots_[hashes[i] & mask].index_plus_one;
    if (after != 0) __builtin_prefetch(&entries_[after - 1]);
  }
}

void NameTable::intern(std::span<const std::string_view> names, Index* indices) {
  std::array<std::uint32_t, kBatch> hashes;
  for (std::size_t begin = 0; begin < names.size(); begin += kBatch) {
    const auto batch = names.subspan(begin, std::min(kBatch, names.size() - begin));
    while (is_full(size() + batch.size())) grow();
    prepare(batch, hashes);
    for (std::size_t i = 0; i < batch.size(); ++i) indices[begin + i] = intern_hashed(batch[i], hashes[i]);
  }
}

void NameTable::find(std::span<const std::string_view> names, Index* indices) const {
  if (slots_.empty()) {
    std::fill_n(indices, names.size(), kUnknown);
    return;
  }
  std::array<std::uint32_t, kBatch> hashes;
  for (std::size_t begin = 0; begin < names.size(); begin += kBatch) {
    const auto batch = names.subspan(begin, std::min(kBatch, names.size() - begin));
    prepare(batch, hashes);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      // kUnknown is 0 - 1: what an empty slot gives.
      indices[begin + i] = slots_[slot_of(batch[i], hashes[i])].index_plus_one - 1;
    }
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
