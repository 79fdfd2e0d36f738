#include "assay/blocks/layout.h"

#include <limits>

#include "assay/base/error.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace assay::blocks {
namespace {

constexpr std::uint32_t kAllColumns = kWeights | kTimes | kSeconds;
constexpr std::size_t kChecksumAt = kHeaderBytes - 8;
constexpr std::uint64_t kMostClasses = 65534;
constexpr std::uint64_t kMostNames = std::numeric_limits<std::uint32_t>::max() - 1ULL;

void check_sizes(const Header& header, const std::string& where) {
  const LabelShape& shape = header.shape;
  if (shape.item_count <= kMostNames && shape.worker_count >= 1 && shape.class_count >= 1 &&
      shape.class_count <= kMostClasses &&
      shape.worker_count <= std::numeric_limits<std::uint32_t>::max() / shape.class_count) {
    return;
  }
  throw bad_input("the header says " + std::to_string(shape.item_count) + " items, " +
                      std::to_string(shape.worker_count) + " workers, " + std::to_string(shape.class_count) +
                      " classes; allowed are 4294967294 items, 1 to 65534 classes, and 4294967295 workers x classes",
                  where);
}

}  // namespace

std::string_view name(BlockKind kind) {
  switch (kind) {
    case BlockKind::labels:
      return "labels";
    case BlockKind::item_names:
      return "item names";
    case BlockKind::worker_names:
      return "worker names";
    case BlockKind::class_names:
      return "class names";
  }
  return "";
}

std::array<char, kHeaderBytes> encode(const Header& header) {
  std::array<char, kHeaderBytes> out{};
  kMagic.copy(out.data(), kMagic.size());
  const LabelShape& shape = header.shape;
  put<std::uint32_t>(&out[8], kVersion);
  put<std::uint32_t>(&out[12], (shape.has_weights ? kWeights : 0U) | (shape.has_times ? kTimes : 0U) |
                                   (shape.has_seconds ? kSeconds : 0U));
  const std::array<std::uint64_t, 13> numbers = {shape.item_count,
                                                 shape.worker_count,
                                                 shape.class_count,
                                                 shape.label_count,
                                                 header.label_block_count,
                                                 header.directory_offset,
                                                 header.file_bytes,
                                                 header.reading.row_count,
                                                 header.reading.missing_count,
                                                 header.reading.rejected_count,
                                                 header.reading.repeated_count,
                                                 header.reading.contradicting_count,
                                                 header.directory_checksum};
  for (std::size_t i = 0; i < numbers.size(); ++i) put(&out[16 + 8 * i], numbers[i]);
  put(&out[kChecksumAt], checksum({out.data(), kChecksumAt}));
  return out;
}

Header decode_header(std::string_view bytes, const std::string& where) {
  if (bytes.size() < kHeaderBytes || !bytes.starts_with(kMagic)) {
    throw bad_input("found " + std::to_string(bytes.size()) +
                        " bytes that are no labels in blocks, or cut short; a file written by assay convert is needed",
                    where);
  }
  const auto version = get<std::uint32_t>(&bytes[8]);
  if (version != kVersion) {
    throw bad_input("found version " + std::to_string(version) + " of the block format, this program reads version " +
                        std::to_string(kVersion),
                    where);
  }
  if (get<std::uint64_t>(&bytes[kChecksumAt]) != checksum(bytes.substr(0, kChecksumAt))) {
    throw bad_input("the header is damaged: its checksum differs", where);
  }
  const auto columns = get<std::uint32_t>(&bytes[12]);
  if ((columns & ~kAllColumns) != 0) {
    throw bad_input("the header names unknown columns (flags " + std::to_string(columns) + "), allowed are 0 to 7",
                    where);
  }
  const auto number = [&](std::size_t i) { return get<std::uint64_t>(&bytes[16 + 8 * i]); };
  Header out;
  out.shape = {number(0),
               number(1),
               number(2),
               number(3),
               (columns & kWeights) != 0,
               (columns & kTimes) != 0,
               (columns & kSeconds) != 0};
  out.label_block_count = number(4);
  out.directory_offset = number(5);
  out.file_bytes = number(6);
  out.reading = {number(7), number(8), number(9), number(10), number(11)};
  out.directory_checksum = number(12);
  check_sizes(out, where);
  return out;
}

std::array<char, kEntryBytes> encode(const BlockEntry& entry) {
  std::array<char, kEntryBytes> out{};
  put(&out[0], entry.offset);
  put(&out[8], entry.size);
  put(&out[16], entry.checksum);
  put(&out[24], entry.labels_before);
  put(&out[32], entry.first);
  put(&out[36], static_cast<std::uint32_t>(entry.kind));
  return out;
}

BlockEntry decode_entry(std::string_view bytes) {
  BlockEntry out;
  out.offset = get<std::uint64_t>(&bytes[0]);
  out.size = get<std::uint64_t>(&bytes[8]);
  out.checksum = get<std::uint64_t>(&bytes[16]);
  out.labels_before = get<std::uint64_t>(&bytes[24]);
  out.first = get<std::uint32_t>(&bytes[32]);
  out.kind = static_cast<BlockKind>(get<std::uint32_t>(&bytes[36]));
  return out;
}

std::uint64_t checksum(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

std::uint8_t width_of(std::uint32_t value, bool thirds) {
  if (value <= 0xff) return 1;
  if (value <= 0xffff) return 2;
  return thirds && value <= 0xffffff ? 3 : 4;
}

}  // namespace assay::blocks
