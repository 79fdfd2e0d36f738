// Labels in blocks: any bytes as a file, and any bytes as the content of one block, past the checksums.
#include <cstdint>
#include <string>
#include <vector>

#include "assay/base/error.h"
#include "assay/blocks/block_file.h"
#include "assay/blocks/label_block.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  try {
    assay::ThreadPool threads(1);
    (void)assay::blocks::read_table(*assay::blocks::BlockFile::from_bytes(bytes, "fuzz"), threads);
  } catch (const assay::Error&) {
  }
  if (size == 0) return 0;
  const std::uint8_t columns = data[0];
  const assay::LabelShape shape{0, 3, 5, 0, (columns & 1) != 0, (columns & 2) != 0, (columns & 4) != 0};
  const std::string_view block = std::string_view(bytes).substr(1);
  assay::LabelStore room;
  if (!assay::blocks::decode_labels(block, shape, room)) {
    const assay::LabelChunk chunk{room, 0, static_cast<assay::ItemIndex>(room.item_count()), 0};
    assay::LabelStore again;
    if (assay::blocks::decode_labels(assay::blocks::encode_labels(chunk, shape), shape, again)) __builtin_trap();
  }
  std::vector<std::string_view> names;
  (void)assay::blocks::decode_names(block, names);
  (void)assay::blocks::labels_size(block, shape);
  (void)assay::blocks::names_size(block);
  return 0;
}
