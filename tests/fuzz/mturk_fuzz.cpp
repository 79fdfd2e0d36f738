// MTurk batch results whose label is a field of a crowd form.
#include <cstdint>
#include <string>

#include "assay/base/error.h"
#include "assay/io/read_labels.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  assay::io::ReadingOptions options;
  options.input_format = "mturk_batch";
  options.label_column = "emotion";
  options.max_row_bytes = 4096;
  static assay::ThreadPool threads(1);
  try {
    (void)assay::io::read_labels_text({reinterpret_cast<const char*>(data), size}, "fuzz", options, threads);
  } catch (const assay::Error&) {
  }
  return 0;
}
