#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace assay::io {

/// Where the fields and rows of a block of delimited text end. A pure function of the block, so that blocks can be
/// scanned in any order by any thread.
struct CsvIndex {
  /// Offsets of the delimiters and line feeds that are not inside quotes, ascending. Lies in `storage`.
  std::span<const std::uint32_t> ends;
  /// Line feeds in the part of the block that whole rows cover (quoted ones too).
  std::uint64_t lines = 0;
  /// Bytes covered by whole rows: just behind the last line feed that ends a row, 0 when there is none.
  std::size_t row_bytes = 0;
  /// The block ends inside a quoted field.
  bool open_quote = false;
  /// A quote stands somewhere in the block.
  bool has_quotes = false;
  std::vector<std::uint32_t> storage;
};

/// Quotes count where a field begins with one: "..." with "" for a quote inside; anywhere else they are plain
/// characters. `block` begins at the start of a row and is shorter than 4 GiB; up to 63 bytes beyond it may be read.
void scan_csv(std::string_view block, char delimiter, CsvIndex& index);

/// The same byte by byte: what the fast one is tested against, and its way through rows with irregular quotes.
void scan_csv_plain(std::string_view block, char delimiter, CsvIndex& index);

/// The text of a field: the quotes taken off and "" made ", in place (bytes that this
/// frees become spaces).
[[nodiscard]] std::string_view unquote(char* text, std::size_t size);

}  // namespace assay::io
