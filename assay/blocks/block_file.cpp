#include "assay/blocks/block_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "assay/base/error.h"
#include "assay/blocks/label_block.h"

namespace assay::blocks {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kMappedAround = 2U << 20U;
// Blocks are asked for ahead of their use in runs of so many.
constexpr std::size_t kReadAhead = 32;

}  // namespace

// The file's bytes, mapped or held.
struct BlockFile::Mapping {
  void* address = nullptr;
  std::size_t size = 0;
  std::string held;

  Mapping() = default;
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() {
    if (address != nullptr) ::munmap(address, size);
  }
  [[nodiscard]] std::string_view bytes() const {
    return address != nullptr ? std::string_view(static_cast<const char*>(address), size) : std::string_view(held);
  }

  static std::unique_ptr<Mapping> of(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status{};
    if (file < 0 || ::fstat(file, &status) != 0) {
      const std::string why = std::strerror(errno);
      if (file >= 0) ::close(file);
      throw Error(ErrorCode::unavailable, "can't be read: " + why, path);
    }
    auto out = std::make_unique<Mapping>();
    out->size = static_cast<std::size_t>(status.st_size);
    void* address = out->size > 0 ? ::mmap(nullptr, out->size, PROT_READ, MAP_SHARED, file, 0) : MAP_FAILED;
    const std::string why = std::strerror(errno);
    ::close(file);
    if (out->size > 0 && address == MAP_FAILED) {
      throw Error(ErrorCode::unavailable, "can't be mapped into memory: " + why, path);
    }
    if (out->size > 0) out->address = address;
    return out;
  }
};

bool is_block_file(const std::string& path) {
  std::error_code failed;
  if (path == "-" || !std::filesystem::is_regular_file(path, failed)) return false;
  std::ifstream file(path, std::ios::binary);
  char magic[8] = {};
  file.read(magic, sizeof magic);
  return std::string_view(magic, sizeof magic) == kMagic;
}

BlockFile::BlockFile(const std::string& path) : BlockFile(Mapping::of(path), path) {}

std::unique_ptr<BlockFile> BlockFile::from_bytes(std::string bytes, std::string name) {
  auto mapping = std::make_unique<Mapping>();
  mapping->held = std::move(bytes);
  return std::unique_ptr<BlockFile>(new BlockFile(std::move(mapping), std::move(name)));
}

BlockFile::BlockFile(std::unique_ptr<Mapping> mapping, std::string name)
    : mapping_(std::move(mapping)), name_(std::move(name)), bytes_(mapping_->bytes()) {
  header_ = decode_header(bytes_, name_);
  worker_blocks_ = (header_.shape.worker_count + kNamesPerBlock - 1) / kNamesPerBlock;
  check_directory();
  checked_ = std::make_unique<std::atomic<bool>[]>(entry_count());
}

BlockFile::~BlockFile() = default;

std::size_t BlockFile::entry_count() const { return 2 * header_.label_block_count + worker_blocks_ + 1; }

BlockEntry BlockFile::entry(std::size_t index) const {
  return decode_entry(bytes_.substr(header_.directory_offset + index * kEntryBytes, kEntryBytes));
}

void BlockFile::check_directory() const {
  const std::uint64_t at = header_.directory_offset;
  if (header_.file_bytes != bytes_.size()) {
    throw bad_input(
        "found " + std::to_string(bytes_.size()) + " bytes, the header says " + std::to_string(header_.file_bytes) +
            ": the file is " +
            (bytes_.size() < header_.file_bytes ? "cut short in " + place_of_cut() : "longer than it should be"),
        name_);
  }
  if (header_.label_block_count > bytes_.size() / kEntryBytes || at < kHeaderBytes || at > bytes_.size() ||
      bytes_.size() - at != entry_count() * kEntryBytes) {
    throw bad_input("the directory of blocks is not where the header says", name_);
  }
  if (checksum(bytes_.substr(at)) != header_.directory_checksum) {
    throw bad_input("the directory of blocks is damaged: its checksum differs", name_);
  }
  std::uint64_t next = kHeaderBytes;
  for (std::size_t i = 0; i < entry_count(); ++i) {
    const BlockEntry e = entry(i);
    const std::size_t labels = header_.label_block_count;
    const auto kind = i < labels                        ? BlockKind::labels
                      : i < 2 * labels                  ? BlockKind::item_names
                      : i < 2 * labels + worker_blocks_ ? BlockKind::worker_names
                                                        : BlockKind::class_names;
    if (e.kind != kind || e.offset != next || e.size > at - next) refuse(i, "the directory misplaces it");
    next += e.size;
    const bool has_order = kind == BlockKind::labels || kind == BlockKind::item_names;
    const auto end = [&] {
      return i + 1 == labels || i + 1 == 2 * labels ? header_.shape.item_count : entry(i + 1).first;
    };
    if (has_order && (e.first >= end() || (kind == BlockKind::item_names && e.first != entry(i - labels).first))) {
      refuse(i, "the directory counts its items wrongly");
    }
    if ((i == 0 || i == labels) && labels > 0 && e.first != 0) refuse(i, "the directory leaves out items before it");
    if (kind != BlockKind::labels) continue;
    // An item takes a byte at least, and so does a label.
    const bool holds_them = end() - e.first <= e.size && labels_before(i + 1) - e.labels_before <= e.size;
    if (labels_before(i + 1) < e.labels_before || (i == 0 && e.labels_before != 0) || !holds_them) {
      refuse(i, "the directory counts its labels wrongly");
    }
  }
  if (next != at) throw bad_input("the directory leaves a gap before itself", name_);
  if (header_.label_block_count == 0 && (header_.shape.item_count > 0 || header_.shape.label_count > 0)) {
    throw bad_input("the header counts labels that no block holds", name_);
  }
}

// The directory is gone with the end of the file, but blocks say how long they are.
std::string BlockFile::place_of_cut() const {
  std::uint64_t next = kHeaderBytes;
  for (std::size_t i = 0; i < entry_count(); ++i) {
    const std::string_view rest = bytes_.substr(next);
    const auto size = i < header_.label_block_count ? labels_size(rest, header_.shape) : names_size(rest);
    if (!size || *size > rest.size()) return "block " + std::to_string(i) + " of " + std::to_string(entry_count());
    next += *size;
  }
  return "the directory behind its " + std::to_string(entry_count()) + " blocks";
}

ItemIndex BlockFile::first_item(std::size_t block) const {
  return block == block_count() ? static_cast<ItemIndex>(header_.shape.item_count) : entry(block).first;
}

std::uint64_t BlockFile::labels_before(std::size_t block) const {
  return block == block_count() ? header_.shape.label_count : entry(block).labels_before;
}

std::uint64_t BlockFile::label_bytes() const {
  if (block_count() == 0) return 0;
  const BlockEntry last = entry(block_count() - 1);
  return last.offset + last.size - entry(0).offset;
}

void BlockFile::refuse(std::size_t index, const std::string& fault) const {
  const BlockEntry e = entry(index);
  const std::size_t labels = header_.label_block_count;
  const std::size_t number = index < labels ? index : index < 2 * labels ? index - labels : index - 2 * labels;
  throw bad_input("block " + std::to_string(index) + " (" + std::string(blocks::name(e.kind)) + " " +
                      std::to_string(number) + ", bytes " + std::to_string(e.offset) + " to " +
                      std::to_string(e.offset + e.size) + ") is damaged: " + fault,
                  name_);
}

std::string_view BlockFile::block(std::size_t index) const {
  const BlockEntry e = entry(index);
  const std::string_view out = bytes_.substr(e.offset, e.size);
  if (!checked_[index].load(std::memory_order_relaxed)) {
    if (checksum(out) != e.checksum) refuse(index, "its checksum differs");
    checked_[index].store(true, std::memory_order_relaxed);
  }
  return out;
}

LabelChunk BlockFile::chunk(std::size_t block_index, LabelStore& room) const {
  if (drops_pages_) read_ahead(block_index);
  const std::string_view bytes = block(block_index);
  if (const auto fault = decode_labels(bytes, header_.shape, room)) refuse(block_index, *fault);
  if (drops_pages_) drop_pages(bytes);
  const std::uint64_t items = first_item(block_index + 1) - first_item(block_index);
  const std::uint64_t labels = labels_before(block_index + 1) - labels_before(block_index);
  if (room.item_count() != items || room.label_count() != labels) {
    refuse(block_index, "the directory counts other items or labels than it holds");
  }
  return {room, 0, static_cast<ItemIndex>(items), first_item(block_index)};
}

void BlockFile::item_names(std::size_t block_index, std::vector<std::string_view>& names) const {
  check_names(header_.label_block_count + block_index, first_item(block_index + 1) - first_item(block_index), names);
}

void BlockFile::release_item_names(std::size_t block_index) const {
  if (drops_pages_) drop_pages(block(header_.label_block_count + block_index));
}

void BlockFile::check_names(std::size_t index, std::size_t expected, std::vector<std::string_view>& names) const {
  if (const auto fault = decode_names(block(index), names)) refuse(index, *fault);
  if (names.size() != expected) {
    refuse(index, "it holds " + std::to_string(names.size()) + " names, expected are " + std::to_string(expected));
  }
}

NameTable BlockFile::worker_names() const {
  NameTable out;
  std::vector<std::string_view> names;
  for (std::size_t b = 0; b < worker_blocks_; ++b) {
    const std::size_t index = 2 * header_.label_block_count + b;
    check_names(index, std::min(kNamesPerBlock, header_.shape.worker_count - b * kNamesPerBlock), names);
    for (const auto worker : names) {
      const std::size_t before = out.size();
      if (out.intern(worker) != before) refuse(index, "the worker \"" + std::string(worker) + "\" comes twice");
    }
  }
  return out;
}

ClassSet BlockFile::classes() const {
  std::vector<std::string_view> names;
  check_names(entry_count() - 1, header_.shape.class_count, names);
  return ClassSet({names.begin(), names.end()});
}

// The system maps pages around the one that is asked for, up to the largest it has; those before the block are given
// back with it, for nobody else would. A neighbour that still needs one finds it in the page cache.
void BlockFile::drop_pages(std::string_view bytes) const {
  if (mapping_->address == nullptr) return;
  const auto first = static_cast<std::size_t>(bytes.data() - bytes_.data()) / kPage * kPage;
  const std::size_t begin = first - std::min(first, kMappedAround);
  const std::size_t end = static_cast<std::size_t>(bytes.data() + bytes.size() - bytes_.data());
  ::madvise(static_cast<char*>(mapping_->address) + begin, end - begin, MADV_DONTNEED);
}

void BlockFile::read_ahead(std::size_t index) const {
  if (mapping_->address == nullptr || index % kReadAhead != 0) return;
  const std::size_t last = std::min(block_count(), index + 2 * kReadAhead);
  const std::size_t begin = entry(index).offset / kPage * kPage;
  const BlockEntry end = entry(last - 1);
  ::madvise(static_cast<char*>(mapping_->address) + begin, end.offset + end.size - begin, MADV_WILLNEED);
}

LabelTable read_table(const BlockFile& file, ThreadPool& threads) {
  LabelTable out;
  out.labels = read_blocks(file, 0, file.block_count(), threads);
  std::vector<std::string_view> names;
  std::vector<NameTable::Index> numbers;
  for (std::size_t b = 0; b < file.block_count(); ++b) {
    file.item_names(b, names);
    numbers.resize(names.size());
    const std::size_t known = out.items.size();
    out.items.intern(names, numbers.data());
    if (out.items.size() != known + names.size()) {
      throw bad_input("block " + std::to_string(file.block_count() + b) + " (item names " + std::to_string(b) +
                          ") is damaged: an item comes twice",
                      file.name());
    }
  }
  out.workers = file.worker_names();
  out.classes = file.classes();
  out.reading = reading_report(file);
  return out;
}

ReadingReport reading_report(const BlockFile& file) {
  ReadingReport out;
  const ReadingCounts& counts = file.reading();
  out.row_count = counts.row_count;
  out.missing_count = counts.missing_count;
  out.rejected_count = counts.rejected_count;
  out.repeated_count = counts.repeated_count;
  out.contradicting_count = counts.contradicting_count;
  return out;
}

}  // namespace assay::blocks
