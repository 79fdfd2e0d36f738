#include "assay/io/read_labels.h"

#include <atomic>
#include <filesystem>
#include <memory>
#include <string_view>
#include <utility>

#include "assay/base/error.h"
#include "assay/io/block_labels.h"
#include "assay/io/csv_reader.h"
#include "assay/io/dialect.h"
#include "assay/io/json_documents.h"
#include "assay/io/json_lines.h"
#include "assay/io/parquet.h"
#include "assay/io/records.h"
#include "assay/io/small_files.h"
#include "assay/io/text_blocks.h"

namespace assay::io {
namespace {

// Room for all labels is made at once, as soon as enough of a text is read to tell how many there will be. The source
// reads some MB ahead of the labels, and files need not be alike: there is room for more.
constexpr std::uint64_t kLeastBytesWithRoom = std::uint64_t{64} << 20;
constexpr double kShareBeforeRoom = 0.125;
constexpr double kShareOfRoom = 0.85;

std::uint64_t total_bytes(const std::vector<std::string>& paths) {
  std::uint64_t total = 0;
  for (const auto& path : paths) {
    std::error_code failed;
    const auto size = std::filesystem::file_size(path, failed);
    if (failed) return 0;
    total += size;
  }
  return total;
}

bool names_columns(const ReadingOptions& options) {
  return !options.worker_column.empty() || !options.item_column.empty() || !options.label_column.empty();
}

void read_text(TextBlocks& text, const ReadingOptions& options, LabelCollector& to, ThreadPool& threads,
               const BlockDone& block_done) {
  if (std::string_view(text.bytes().data(), text.bytes().size()).starts_with("PAR1")) {
    throw bad_input("found Parquet, which can't be read from standard input or compressed; name the file itself",
                    text.name());
  }
  if (std::string_view(text.bytes().data(), text.bytes().size()).starts_with(blocks::kMagic)) {
    throw bad_input(
        "found labels in blocks, which can't be read from standard input or compressed; name the file itself",
        text.name());
  }
  Dialect dialect = detect_dialect({text.bytes().data(), text.bytes().size()}, options.input_format);
  const bool is_guess = options.input_format == records::kAuto;
  if (is_guess && dialect.format == records::kGetAnotherLabel && names_columns(options))
    dialect = {records::kTsv, '\t'};
  if (to.report.format.empty()) to.report.format = dialect.format;
  if (dialect.format == records::kJsonl) {
    read_json_labels(text, options, to, threads, block_done);
  } else if (dialect.format == records::kLabelStudio) {
    read_json_document(text, options, to, block_done);
  } else {
    read_delimited(text, dialect, options, to, threads, block_done);
  }
}

// Formats that are told by their first bytes are not to be read as another.
void refuse_other_format(const std::string& path, const std::string& wanted) {
  if (wanted == records::kAuto) return;
  const std::string_view binary = is_parquet(path)              ? records::kParquet
                                  : blocks::is_block_file(path) ? records::kAssay
                                                                : std::string_view();
  const bool wants_binary = wanted == records::kParquet || wanted == records::kAssay;
  if (binary == wanted || (binary.empty() && !wants_binary)) return;
  const std::string found = binary.empty() ? "a file that does not begin as such a file does" : std::string(binary);
  throw bad_input("found " + found + ", --input-format says " + wanted, display_name(path));
}

}  // namespace

void read_labels_into(const std::vector<std::string>& paths, const ReadingOptions& options, LabelCollector& to,
                      ThreadPool& threads, Progress* progress) {
  const std::uint64_t total = total_bytes(paths);
  std::atomic<std::uint64_t> done = 0;
  bool has_room = total < kLeastBytesWithRoom;
  const auto make_room = [&] {
    const double share = static_cast<double>(done) / static_cast<double>(total);
    if (has_room || share < kShareBeforeRoom) return;
    to.expect_rest(share * kShareOfRoom);
    has_room = true;
  };
  for (const auto& path : paths) {
    to.report.sources.push_back(display_name(path));
    refuse_other_format(path, options.input_format);
    if (is_parquet(path)) {
      if (to.report.format.empty()) to.report.format = records::kParquet;
      read_parquet_labels(path, options, to, [] {});
      continue;
    }
    if (blocks::is_block_file(path)) {
      if (to.report.format.empty()) to.report.format = records::kAssay;
      read_block_labels(path, to, [] {});
      continue;
    }
    TextBlocks text(open_bytes(path, &done), display_name(path), options.max_row_bytes);
    read_text(text, options, to, threads, [&] {
      make_room();
      if (progress != nullptr) progress->update("reading", done, total);
    });
  }
}

LabelTable read_labels(const std::vector<std::string>& paths, const ReadingOptions& options, ThreadPool& threads,
                       Progress* progress) {
  if (is_whole_block_file(paths, options)) return read_block_table(paths.front(), threads);
  LabelCollector collector(options, read_classes(options.classes));
  read_labels_into(paths, options, collector, threads, progress);
  return std::move(collector.finish(threads).table);
}

LabelsWithGold read_labels_text(const std::string& bytes, const std::string& name, const ReadingOptions& options,
                                ThreadPool& threads) {
  LabelCollector collector(options, read_classes(options.classes));
  collector.report.sources.push_back(name);
  TextBlocks text(open_memory(bytes, name), name, options.max_row_bytes);
  read_text(text, options, collector, threads, [] {});
  return collector.finish(threads);
}

}  // namespace assay::io
