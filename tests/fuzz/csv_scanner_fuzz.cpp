// The fast scanner against the byte by byte one, with each delimiter, at every alignment of the block.
#include <algorithm>
#include <cstdint>
#include <string>

#include "assay/base/check.h"
#include "assay/io/csv_scanner.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kReadAhead = 63;  // which the fast scanner is allowed
  const std::size_t shift = size > 0 ? data[0] % 64 : 0;
  std::string bytes(shift, 'x');
  bytes.append(reinterpret_cast<const char*>(data), size);
  bytes.append(kReadAhead, '"');
  const std::string_view block(bytes.data() + shift, size);
  for (const char delimiter : {',', '\t', ';'}) {
    assay::io::CsvIndex fast, plain;
    assay::io::scan_csv(block, delimiter, fast);
    assay::io::scan_csv_plain(block, delimiter, plain);
    ASSAY_ASSERT(fast.row_bytes == plain.row_bytes);
    ASSAY_ASSERT(fast.lines == plain.lines);
    ASSAY_ASSERT(fast.open_quote == plain.open_quote);
    ASSAY_ASSERT(std::equal(fast.ends.begin(), fast.ends.end(), plain.ends.begin(), plain.ends.end()));
  }
  return 0;
}
