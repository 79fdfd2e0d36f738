#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "assay/core/label_source.h"

/// The bytes of a .assay file, version 1; docs/formats.md says what each means. Everything is little-endian.
///
///   header | label blocks | item name blocks | worker name blocks | class name block | directory
///
/// Blocks follow each other without gaps in the order of the directory, so that a checksum covers every byte.
namespace assay::blocks {

inline constexpr std::string_view kMagic{
    "\x8A"
    "ASSAY\n\x1A",
    8};
inline constexpr std::uint32_t kVersion = 1;
inline constexpr std::size_t kHeaderBytes = 128;
inline constexpr std::size_t kEntryBytes = 40;
inline constexpr std::size_t kLabelBlockHeaderBytes = 16;
inline constexpr std::size_t kNameBlockHeaderBytes = 8;
/// Names in a block of worker names, all but the last.
inline constexpr std::uint64_t kNamesPerBlock = 1 << 14;

enum Columns : std::uint32_t { kWeights = 1, kTimes = 2, kSeconds = 4 };
enum class BlockKind : std::uint32_t { labels = 0, item_names = 1, worker_names = 2, class_names = 3 };
[[nodiscard]] std::string_view name(BlockKind kind);

/// What reading the labels' first files left to be said.
struct ReadingCounts {
  std::uint64_t row_count = 0;
  std::uint64_t missing_count = 0;
  std::uint64_t rejected_count = 0;
  std::uint64_t repeated_count = 0;
  std::uint64_t contradicting_count = 0;
};

struct Header {
  LabelShape shape;
  std::uint64_t label_block_count = 0;
  std::uint64_t directory_offset = 0;
  std::uint64_t file_bytes = 0;
  ReadingCounts reading;
  std::uint64_t directory_checksum = 0;
};
[[nodiscard]] std::array<char, kHeaderBytes> encode(const Header& header);
/// Throws Error{bad_input} at `where` for anything that no file of this version begins with.
[[nodiscard]] Header decode_header(std::string_view bytes, const std::string& where);

/// One row of the directory.
struct BlockEntry {
  std::uint64_t offset = 0;  ///< of the block's first byte in the file
  std::uint64_t size = 0;    ///< bytes
  std::uint64_t checksum = 0;
  std::uint64_t labels_before = 0;  ///< label blocks: labels in the blocks before; else 0
  std::uint32_t first = 0;          ///< number of the block's first item, worker or class
  BlockKind kind = BlockKind::labels;
};
[[nodiscard]] std::array<char, kEntryBytes> encode(const BlockEntry& entry);
[[nodiscard]] BlockEntry decode_entry(std::string_view bytes);

/// XXH3, 64 bits, seed 0.
[[nodiscard]] std::uint64_t checksum(std::string_view bytes);

/// The fewest bytes that hold `value`: 1, 2 or 4, or with `thirds` also 3.
[[nodiscard]] std::uint8_t width_of(std::uint32_t value, bool thirds);

// Numbers in little-endian order, on any machine.
template <typename T>
void put(char* to, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) to[i] = static_cast<char>(value >> (8 * i) & 0xff);
}
template <typename T>
[[nodiscard]] T get(const char* from) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<T>(value | static_cast<T>(static_cast<unsigned char>(from[i])) << (8 * i));
  }
  return value;
}

}  // namespace assay::blocks
