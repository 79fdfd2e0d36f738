#include "assay/io/csv_scanner.h"

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace assay::io {
namespace {

constexpr std::size_t kWord = 64;

// One bit a byte of a 64-byte word.
struct Masks {
  std::uint64_t quotes;
  std::uint64_t delimiters;
  std::uint64_t line_feeds;
};

struct PlainMasks {
  static Masks of(const char* word, char delimiter) {
    Masks masks{};
    for (std::size_t i = 0; i < kWord; ++i) {
      masks.quotes |= std::uint64_t{word[i] == '"'} << i;
      masks.delimiters |= std::uint64_t{word[i] == delimiter} << i;
      masks.line_feeds |= std::uint64_t{word[i] == '\n'} << i;
    }
    return masks;
  }
};

#if defined(__x86_64__)
// SSE2 is part of every x86-64; wider registers gain nothing here, since the dictionaries cost far more.
struct SseMasks {
  static std::uint64_t equal(const __m128i* bytes, char wanted) {
    const __m128i pattern = _mm_set1_epi8(wanted);
    std::uint64_t mask = 0;
    for (int i = 0; i < 4; ++i) {
      const auto part = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes[i], pattern)));
      mask |= std::uint64_t{part} << (16 * i);
    }
    return mask;
  }
  static Masks of(const char* word, char delimiter) {
    __m128i bytes[4];
    for (int i = 0; i < 4; ++i) bytes[i] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(word) + i);
    return {equal(bytes, '"'), equal(bytes, delimiter), equal(bytes, '\n')};
  }
};
using WordMasks = SseMasks;
#else
using WordMasks = PlainMasks;
#endif

// Bit i becomes the parity of bits 0 to i.
std::uint64_t prefix_parity(std::uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

// One behind the last offset written.
std::uint32_t* append_bits(std::uint64_t bits, std::size_t base, std::uint32_t* out) {
  while (bits != 0) {
    *out++ = static_cast<std::uint32_t>(base + static_cast<std::size_t>(std::countr_zero(bits)));
    bits &= bits - 1;
  }
  return out;
}

// Where whole rows end, from the ends found; `lines` counts every line feed before that.
void finish(std::string_view block, std::uint64_t line_feeds, CsvIndex& index) {
  std::size_t last = index.ends.size();
  while (last > 0 && block[index.ends[last - 1]] != '\n') --last;
  index.row_bytes = last == 0 ? 0 : index.ends[last - 1] + std::size_t{1};
  const auto rest = block.substr(index.row_bytes);
  index.lines = line_feeds - static_cast<std::uint64_t>(std::count(rest.begin(), rest.end(), '\n'));
}

// False when a quote stands where only the plain scan knows what it means.
bool scan_words(std::string_view block, char delimiter, CsvIndex& index) {
  std::size_t count = 0;
  std::uint64_t inside = 0;          // all ones while a word begins inside quotes
  std::uint64_t may_open_carry = 1;  // the byte before the word lets a quote open a field
  std::uint64_t line_feeds = 0;
  std::uint64_t quotes = 0;
  for (std::size_t base = 0; base < block.size(); base += kWord) {
    Masks masks = WordMasks::of(block.data() + base, delimiter);
    if (block.size() - base < kWord) {
      const std::uint64_t valid = (std::uint64_t{1} << (block.size() - base)) - 1;
      masks = {masks.quotes & valid, masks.delimiters & valid, masks.line_feeds & valid};
    }
    const std::uint64_t ends = masks.delimiters | masks.line_feeds;
    line_feeds += static_cast<std::uint64_t>(std::popcount(masks.line_feeds));
    quotes |= masks.quotes;
    const std::uint64_t quoted = masks.quotes == 0 ? inside : prefix_parity(masks.quotes) ^ inside;
    const std::uint64_t may_open = (ends | masks.quotes) << 1 | may_open_carry;
    if ((masks.quotes & quoted & ~may_open) != 0) return false;
    if (index.storage.size() < count + kWord) index.storage.resize(2 * (count + kWord));
    std::uint32_t* const out = append_bits(ends & ~quoted, base, index.storage.data() + count);
    count = static_cast<std::size_t>(out - index.storage.data());
    inside = 0 - (quoted >> 63);
    may_open_carry = (ends | masks.quotes) >> 63;
  }
  index.ends = {index.storage.data(), count};
  index.open_quote = inside != 0;
  index.has_quotes = quotes != 0;
  finish(block, line_feeds, index);
  return true;
}

}  // namespace

void scan_csv(std::string_view block, char delimiter, CsvIndex& index) {
  if (!scan_words(block, delimiter, index)) scan_csv_plain(block, delimiter, index);
}

void scan_csv_plain(std::string_view block, char delimiter, CsvIndex& index) {
  index.storage.clear();
  bool at_field_start = true;
  bool quoted = false;
  for (std::size_t i = 0; i < block.size(); ++i) {
    const char c = block[i];
    if (quoted) {
      if (c != '"') continue;
      const bool is_escape = i + 1 < block.size() && block[i + 1] == '"';
      if (is_escape) {
        ++i;
      } else {
        quoted = false;
      }
      continue;
    }
    if (c == '"' && at_field_start) {
      quoted = true;
      at_field_start = false;
      continue;
    }
    at_field_start = c == delimiter || c == '\n';
    if (at_field_start) index.storage.push_back(static_cast<std::uint32_t>(i));
  }
  index.ends = index.storage;
  index.open_quote = quoted;
  index.has_quotes = block.find('"') != std::string_view::npos;
  finish(block, static_cast<std::uint64_t>(std::count(block.begin(), block.end(), '\n')), index);
}

std::string_view unquote(char* text, std::size_t size) {
  if (size == 0 || text[0] != '"') return {text, size};
  char* const end = text + size;
  char* const first = text + 1;
  char* stop = static_cast<char*>(std::memchr(first, '"', size - 1));
  if (stop == nullptr) return {first, size - 1};
  char* out = stop;
  for (char* in = stop; in != end;) {
    const bool is_escape = in + 1 != end && in[0] == '"' && in[1] == '"';
    if (is_escape) {
      *out++ = '"';
      in += 2;
    } else if (*in == '"') {
      // The closing quote: what follows it belongs to the field as it stands.
      out = std::copy(in + 1, end, out);
      break;
    } else {
      *out++ = *in++;
    }
  }
  std::fill(out, end, ' ');
  return {first, static_cast<std::size_t>(out - first)};
}

}  // namespace assay::io
