#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "assay/blocks/layout.h"
#include "assay/core/label_source.h"
#include "assay/core/label_table.h"

namespace assay::blocks {

/// Whether a file's first bytes are those of a .assay file; false for what can't be opened, and for pipes.
[[nodiscard]] bool is_block_file(const std::string& path);

/// A .assay file, mapped into memory and read where it is looked at. Nothing in it is believed: sizes are checked when
/// it is opened, every block by its checksum and content when it is first read. Errors are bad_input and name the
/// block.
class BlockFile final : public LabelSource {
 public:
  /// Throws Error{unavailable} when the file can't be opened, bad_input when it is cut short or damaged.
  explicit BlockFile(const std::string& path);
  /// The same from memory; messages call it `name`.
  static std::unique_ptr<BlockFile> from_bytes(std::string bytes, std::string name);
  ~BlockFile() override;
  BlockFile(const BlockFile&) = delete;
  BlockFile& operator=(const BlockFile&) = delete;

  [[nodiscard]] const LabelShape& shape() const override { return header_.shape; }
  [[nodiscard]] std::size_t block_count() const override { return header_.label_block_count; }
  [[nodiscard]] ItemIndex first_item(std::size_t block) const override;
  [[nodiscard]] std::uint64_t labels_before(std::size_t block) const override;
  [[nodiscard]] LabelChunk chunk(std::size_t block, LabelStore& room) const override;

  /// The names of the items of a block; they point into the file and live as long as it.
  void item_names(std::size_t block, std::vector<std::string_view>& names) const;
  /// Gives the pages of these names back, if that is wanted; the names must not be used any more.
  void release_item_names(std::size_t block) const;
  /// All workers' names in order; Error{bad_input} when one comes twice.
  [[nodiscard]] NameTable worker_names() const;
  [[nodiscard]] ClassSet classes() const;
  [[nodiscard]] const ReadingCounts& reading() const { return header_.reading; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::uint64_t byte_count() const { return bytes_.size(); }
  /// Tells contents apart without reading them: the checksum of the directory, which holds those of all blocks.
  [[nodiscard]] std::uint64_t content_key() const { return header_.directory_checksum; }
  /// Bytes of the label blocks alone: what a pass over the labels reads.
  [[nodiscard]] std::uint64_t label_bytes() const;

  /// After each block that is read its pages are given back, so that the file does not fill memory.
  void drop_pages_after_use() { drops_pages_ = true; }

 private:
  struct Mapping;
  BlockFile(std::unique_ptr<Mapping> mapping, std::string name);
  void check_directory() const;
  [[nodiscard]] std::string place_of_cut() const;
  [[nodiscard]] BlockEntry entry(std::size_t index) const;
  [[nodiscard]] std::size_t entry_count() const;
  [[nodiscard]] std::string_view block(std::size_t index) const;
  void check_names(std::size_t index, std::size_t expected, std::vector<std::string_view>& names) const;
  void read_ahead(std::size_t index) const;
  void drop_pages(std::string_view bytes) const;
  [[noreturn]] void refuse(std::size_t index, const std::string& fault) const;

  std::unique_ptr<Mapping> mapping_;
  std::string name_;
  std::string_view bytes_;
  Header header_;
  std::size_t worker_blocks_ = 0;
  bool drops_pages_ = false;
  std::unique_ptr<std::atomic<bool>[]> checked_;
};

/// The counts of the file's header.
[[nodiscard]] ReadingReport reading_report(const BlockFile& file);

/// Everything in memory.
[[nodiscard]] LabelTable read_table(const BlockFile& file, ThreadPool& threads);

}  // namespace assay::blocks
