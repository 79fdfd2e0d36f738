#include "assay/blocks/block_writer.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include "assay/base/check.h"
#include "assay/base/error.h"
#include "assay/blocks/label_block.h"

namespace assay::blocks {
namespace {

[[noreturn]] void fail(const std::string& path) {
  throw Error(ErrorCode::unavailable, std::string("can't be written: ") + std::strerror(errno), path);
}

}  // namespace

BlockWriter::BlockWriter(std::string path, const LabelShape& shape)
    : path_(std::move(path)), file_(std::fopen(path_.c_str(), "wb"), &std::fclose), shape_(shape) {
  if (!file_) fail(path_);
  shape_.item_count = shape_.label_count = 0;
  append(std::string(kHeaderBytes, '\0'));
}

void BlockWriter::append(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) fail(path_);
  at_ += bytes.size();
}

void BlockWriter::add_block(BlockKind kind, std::uint32_t first, std::uint64_t labels_before, std::string_view bytes) {
  entries_.push_back({at_, bytes.size(), checksum(bytes), labels_before, first, kind});
  append(bytes);
}

void BlockWriter::add_item(std::span<const std::uint32_t> rows, std::span<const Extras> extras) {
  block_.entries.insert(block_.entries.end(), rows.begin(), rows.end());
  for (const auto& extra : extras) {
    if (shape_.has_weights) block_.weights.push_back(extra.weight);
    if (shape_.has_times) block_.times.push_back(extra.time);
    if (shape_.has_seconds) block_.seconds.push_back(extra.seconds);
  }
  block_.offsets.push_back(block_.entries.size());
  ++shape_.item_count;
  if (block_.entries.size() >= kBlockLabels || block_.offsets.size() > kBlockItems) end_labels();
}

void BlockWriter::end_labels() {
  const std::size_t items = block_.offsets.size() - 1;
  if (items == 0) return;
  const LabelStore store(1, shape_.class_count, std::move(block_));
  const LabelChunk chunk{store, 0, static_cast<ItemIndex>(items), 0};
  add_block(BlockKind::labels, static_cast<std::uint32_t>(first_item_), shape_.label_count,
            encode_labels(chunk, shape_));
  shape_.label_count += store.label_count();
  first_item_ += items;
  ++label_blocks_;
  block_ = {{0}, {}};
}

void BlockWriter::add_item_name(std::string_view name) {
  if (named_items_ == 0) end_labels();
  characters_ += name;
  name_ends_.push_back(characters_.size());
  // Names are cut where the labels are.
  const std::size_t block = entries_.size() - label_blocks_;
  ++named_items_;
  const bool is_last = block + 1 >= label_blocks_;
  if (named_items_ == (is_last ? shape_.item_count : entries_[block + 1].first)) {
    end_names(BlockKind::item_names, entries_[block].first);
  }
}

void BlockWriter::end_names(BlockKind kind, std::uint32_t first) {
  std::vector<std::string_view> names;
  std::size_t begin = 0;
  for (const std::size_t end : name_ends_) {
    names.push_back(std::string_view(characters_).substr(begin, end - begin));
    begin = end;
  }
  add_block(kind, first, 0, encode_names(names));
  characters_.clear();
  name_ends_.clear();
}

void BlockWriter::finish(std::uint64_t worker_count, const std::function<std::string_view(std::uint64_t)>& worker_name,
                         const std::vector<std::string>& class_names, const ReadingCounts& reading) {
  ASSAY_ASSERT(named_items_ == shape_.item_count);
  for (std::uint64_t first = 0; first < worker_count; first += kNamesPerBlock) {
    for (std::uint64_t w = first; w < std::min(worker_count, first + kNamesPerBlock); ++w) {
      characters_ += worker_name(w);
      name_ends_.push_back(characters_.size());
    }
    end_names(BlockKind::worker_names, static_cast<std::uint32_t>(first));
  }
  add_block(BlockKind::class_names, 0, 0, encode_names({class_names.begin(), class_names.end()}));
  Header header;
  header.shape = shape_;
  header.shape.worker_count = worker_count;
  header.shape.class_count = class_names.size();
  header.label_block_count = label_blocks_;
  header.directory_offset = at_;
  header.reading = reading;
  std::string directory;
  for (const auto& entry : entries_) directory.append(encode(entry).data(), kEntryBytes);
  append(directory);
  header.directory_checksum = checksum(directory);
  header.file_bytes = at_;
  const auto bytes = encode(header);
  if (std::fseek(file_.get(), 0, SEEK_SET) != 0 ||
      std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size() || std::fclose(file_.release()) != 0) {
    fail(path_);
  }
}

}  // namespace assay::blocks
