// Compressed input: gzip, zstd and plain bytes, several members in a row, cut short or broken anywhere.
#include <cstdint>
#include <string>

#include "assay/base/error.h"
#include "assay/io/byte_source.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kEnough = 1 << 22;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  char buffer[4096];
  try {
    const auto source = assay::io::open_memory(bytes, "fuzz");
    std::size_t total = 0, got = 0;
    while (total < kEnough && (got = source->read(buffer, sizeof buffer)) > 0) total += got;
  } catch (const assay::Error&) {
  }
  return 0;
}
