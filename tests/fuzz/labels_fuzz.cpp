// Labels in every text format: the first byte picks the format, the rest is the file. Whatever it holds, reading ends
// with labels that are consistent or with an assay::Error.
#include <cstdint>
#include <string>

#include "assay/base/check.h"
#include "assay/base/error.h"
#include "assay/io/read_labels.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr const char* kFormats[] = {"auto",        "csv", "tsv", "jsonl", "mturk_batch", "toloka", "get_another_label",
                                    "label_studio"};

void check(const assay::io::LabelsWithGold& read) {
  const auto& table = read.table;
  const auto& labels = table.labels;
  ASSAY_ASSERT(labels.item_count() == table.items.size());
  ASSAY_ASSERT(labels.worker_count() == table.workers.size());
  ASSAY_ASSERT(labels.class_count() == table.classes.size());
  ASSAY_ASSERT(read.gold.empty() || read.gold.size() == table.items.size());
  for (const std::uint32_t row : labels.entries()) ASSAY_ASSERT(labels.worker_of(row) < labels.worker_count());
  for (const auto truth : read.gold) ASSAY_ASSERT(truth == assay::kNoClass || truth < labels.class_count());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  assay::io::ReadingOptions options;
  options.input_format = kFormats[data[0] % std::size(kFormats)];
  options.max_row_bytes = 1024;  // small blocks too, so that rows cross their borders
  const std::string bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  static assay::ThreadPool threads(2);
  try {
    check(assay::io::read_labels_text(bytes, "fuzz", options, threads));
  } catch (const assay::Error&) {
  }
  return 0;
}
