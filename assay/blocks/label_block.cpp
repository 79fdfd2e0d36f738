#include "assay/blocks/label_block.h"

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "assay/blocks/layout.h"

namespace assay::blocks {
namespace {

// Appends each value in `width` bytes.
template <typename F>
void put_all(std::string& out, std::size_t count, std::size_t width, const F& value) {
  std::size_t at = out.size();
  out.resize(at + count * width);
  char word[4];
  for (std::size_t i = 0; i < count; ++i, at += width) {
    put<std::uint32_t>(word, value(i));
    std::memcpy(&out[at], word, width);
  }
}

template <std::size_t kWidth>
void get_fixed(const char* from, std::size_t count, std::uint32_t* to) {
  for (std::size_t i = 0; i < count; ++i, from += kWidth) {
    std::uint32_t value = 0;
    for (std::size_t b = 0; b < kWidth; ++b) value |= std::uint32_t{static_cast<unsigned char>(from[b])} << (8 * b);
    to[i] = value;
  }
}

void get_all(const char* from, std::size_t count, std::size_t width, std::uint32_t* to) {
  if (width == 1) return get_fixed<1>(from, count, to);
  if (width == 2) return get_fixed<2>(from, count, to);
  if (width == 3) return get_fixed<3>(from, count, to);
  if constexpr (std::endian::native == std::endian::little) {
    if (count > 0) std::memcpy(to, from, count * 4);
  } else {
    get_fixed<4>(from, count, to);
  }
}

// Floating-point columns, by their bits.
template <typename Bits, typename T>
void put_column(std::string& out, std::span<const T> values) {
  std::size_t at = out.size();
  out.resize(at + values.size() * sizeof(T));
  for (const T value : values) {
    put(&out[at], std::bit_cast<Bits>(value));
    at += sizeof(T);
  }
}

template <typename Bits, typename T>
void get_column(const char* from, std::size_t count, std::vector<T>& to) {
  to.resize(count);
  for (std::size_t i = 0; i < count; ++i) to[i] = std::bit_cast<T>(get<Bits>(from + i * sizeof(T)));
}

template <typename T>
std::vector<T> column_or(std::span<const T> column, const LabelChunk& chunk, T otherwise) {
  const std::uint64_t begin = chunk.offset(0);
  const std::uint64_t end = chunk.offset(chunk.size());
  if (column.empty()) return std::vector<T>(end - begin, otherwise);
  return {column.begin() + static_cast<std::ptrdiff_t>(begin), column.begin() + static_cast<std::ptrdiff_t>(end)};
}

bool is_name_width(std::uint64_t width) { return width == 1 || width == 2 || width == 4; }

// What a block of labels says of its own sizes.
struct Sizes {
  std::uint64_t items, labels, count_width, entry_width;

  explicit Sizes(std::string_view header)
      : items(get<std::uint32_t>(&header[0])),
        labels(get<std::uint32_t>(&header[4])),
        count_width(static_cast<unsigned char>(header[8])),
        entry_width(static_cast<unsigned char>(header[9])) {}

  [[nodiscard]] std::uint64_t bytes(const LabelShape& shape) const {
    const std::uint64_t a_label =
        entry_width + (shape.has_weights ? 4U : 0U) + (shape.has_times ? 8U : 0U) + (shape.has_seconds ? 4U : 0U);
    return kLabelBlockHeaderBytes + items * count_width + labels * a_label;
  }
};

std::optional<std::string> find_fault(const LabelColumns& columns, const LabelShape& shape) {
  std::uint32_t largest = 0;
  for (const auto entry : columns.entries) largest = std::max(largest, entry);
  if (!columns.entries.empty() && largest >= shape.worker_count * shape.class_count) {
    return "an entry is " + std::to_string(largest) + ", allowed is less than workers x classes, " +
           std::to_string(shape.worker_count * shape.class_count);
  }
  for (const float weight : columns.weights) {
    if (!(weight > 0) || !std::isfinite(weight)) return "a weight is not a finite number above 0";
  }
  if (std::any_of(columns.times.begin(), columns.times.end(), [](double t) { return std::isinf(t); })) {
    return "a time is infinite";
  }
  if (std::any_of(columns.seconds.begin(), columns.seconds.end(), [](float s) { return std::isinf(s); })) {
    return "a work time is infinite";
  }
  return std::nullopt;
}

}  // namespace

std::string encode_labels(const LabelChunk& chunk, const LabelShape& shape) {
  const std::size_t items = chunk.size();
  const std::uint64_t begin = chunk.offset(0);
  const std::uint64_t labels = chunk.offset(items) - begin;
  const auto entries = chunk.store.entries().subspan(begin, labels);
  std::uint32_t largest_count = 0;
  std::uint32_t largest_entry = 0;
  for (std::size_t i = 0; i < items; ++i) {
    largest_count = std::max(largest_count, static_cast<std::uint32_t>(chunk.rows(i).size()));
  }
  for (const auto entry : entries) largest_entry = std::max(largest_entry, entry);
  std::string out(kLabelBlockHeaderBytes, '\0');
  put<std::uint32_t>(&out[0], static_cast<std::uint32_t>(items));
  put<std::uint32_t>(&out[4], static_cast<std::uint32_t>(labels));
  const std::uint8_t count_width = width_of(largest_count, false);
  const std::uint8_t entry_width = width_of(largest_entry, true);
  out[8] = static_cast<char>(count_width);
  out[9] = static_cast<char>(entry_width);
  put_all(out, items, count_width, [&](std::size_t i) { return static_cast<std::uint32_t>(chunk.rows(i).size()); });
  put_all(out, labels, entry_width, [&](std::size_t i) { return entries[i]; });
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  constexpr float kNoSeconds = std::numeric_limits<float>::quiet_NaN();
  if (shape.has_weights) put_column<std::uint32_t, float>(out, column_or(chunk.store.weights(), chunk, 1.0F));
  if (shape.has_times) put_column<std::uint64_t, double>(out, column_or(chunk.store.times(), chunk, kNaN));
  if (shape.has_seconds) put_column<std::uint32_t, float>(out, column_or(chunk.store.seconds(), chunk, kNoSeconds));
  return out;
}

std::optional<std::string> decode_labels(std::string_view bytes, const LabelShape& shape, LabelStore& room) {
  if (bytes.size() < kLabelBlockHeaderBytes) return "it is shorter than its own header";
  const Sizes sizes(bytes);
  const bool widths_known = (sizes.count_width == 1 || sizes.count_width == 2 || sizes.count_width == 4) &&
                            sizes.entry_width >= 1 && sizes.entry_width <= 4 &&
                            bytes.substr(10, 6) == std::string_view("\0\0\0\0\0\0", 6);
  if (!widths_known) return "its header is not one of this version";
  if (bytes.size() != sizes.bytes(shape)) {
    return "its size does not match its " + std::to_string(sizes.items) + " items and " + std::to_string(sizes.labels) +
           " labels";
  }
  LabelColumns columns = room.release();
  columns.entries.resize(std::max(sizes.labels, sizes.items));
  const char* at = bytes.data() + kLabelBlockHeaderBytes;
  get_all(at, sizes.items, sizes.count_width, columns.entries.data());
  columns.offsets.resize(sizes.items + 1);
  columns.offsets[0] = 0;
  for (std::size_t i = 0; i < sizes.items; ++i) columns.offsets[i + 1] = columns.offsets[i] + columns.entries[i];
  if (columns.offsets[sizes.items] != sizes.labels) return "its items' label counts do not sum to its labels";
  at += sizes.items * sizes.count_width;
  columns.entries.resize(sizes.labels);
  get_all(at, sizes.labels, sizes.entry_width, columns.entries.data());
  at += sizes.labels * sizes.entry_width;
  columns.weights.clear();
  columns.times.clear();
  columns.seconds.clear();
  if (shape.has_weights) {
    get_column<std::uint32_t>(at, sizes.labels, columns.weights);
    at += sizes.labels * 4;
  }
  if (shape.has_times) {
    get_column<std::uint64_t>(at, sizes.labels, columns.times);
    at += sizes.labels * 8;
  }
  if (shape.has_seconds) get_column<std::uint32_t>(at, sizes.labels, columns.seconds);
  if (auto fault = find_fault(columns, shape)) return fault;
  room = LabelStore(shape.worker_count, shape.class_count, std::move(columns));
  return std::nullopt;
}

std::optional<std::uint64_t> labels_size(std::string_view bytes, const LabelShape& shape) {
  if (bytes.size() < kLabelBlockHeaderBytes) return std::nullopt;
  return Sizes(bytes).bytes(shape);
}

std::optional<std::uint64_t> names_size(std::string_view bytes) {
  if (bytes.size() < kNameBlockHeaderBytes) return std::nullopt;
  const std::uint64_t count = get<std::uint32_t>(&bytes[0]);
  const std::uint64_t width = static_cast<unsigned char>(bytes[4]);
  if (!is_name_width(width) || bytes.size() - kNameBlockHeaderBytes < count * width) return std::nullopt;
  std::vector<std::uint32_t> lengths(count);
  get_all(bytes.data() + kNameBlockHeaderBytes, count, width, lengths.data());
  std::uint64_t total = kNameBlockHeaderBytes + count * width;
  for (const auto length : lengths) total += length;
  return total;
}

std::string encode_names(const std::vector<std::string_view>& names) {
  std::size_t longest = 0;
  for (const auto name : names) longest = std::max(longest, name.size());
  std::string out(kNameBlockHeaderBytes, '\0');
  put<std::uint32_t>(&out[0], static_cast<std::uint32_t>(names.size()));
  const std::uint8_t width = width_of(static_cast<std::uint32_t>(longest), false);
  out[4] = static_cast<char>(width);
  put_all(out, names.size(), width, [&](std::size_t i) { return static_cast<std::uint32_t>(names[i].size()); });
  for (const auto name : names) out += name;
  return out;
}

std::optional<std::string> decode_names(std::string_view bytes, std::vector<std::string_view>& names) {
  names.clear();
  if (bytes.size() < kNameBlockHeaderBytes) return "it is shorter than its own header";
  const std::uint64_t count = get<std::uint32_t>(&bytes[0]);
  const std::uint64_t width = static_cast<unsigned char>(bytes[4]);
  if (!is_name_width(width) || bytes.substr(5, 3) != std::string_view("\0\0\0", 3)) {
    return "its header is not one of this version";
  }
  if (bytes.size() - kNameBlockHeaderBytes < count * width)
    return "it is too short for its " + std::to_string(count) + " names";
  std::vector<std::uint32_t> lengths(count);
  get_all(bytes.data() + kNameBlockHeaderBytes, count, width, lengths.data());
  std::string_view characters = bytes.substr(kNameBlockHeaderBytes + count * width);
  if (!simdjson::validate_utf8(characters.data(), characters.size())) return "a name is not UTF-8 text";
  for (const auto length : lengths) {
    if (length > characters.size()) return "its names are longer than it is";
    if (length == 0) return "a name is empty";
    // A name must not begin within a character.
    if ((static_cast<unsigned char>(characters[0]) & 0xC0U) == 0x80U) return "a name is not UTF-8 text";
    names.push_back(characters.substr(0, length));
    characters.remove_prefix(length);
  }
  if (!characters.empty()) return "it is longer than its names";
  return std::nullopt;
}

}  // namespace assay::blocks
