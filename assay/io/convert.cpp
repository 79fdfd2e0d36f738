#include "assay/io/convert.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "assay/blocks/block_writer.h"
#include "assay/io/byte_source.h"
#include "assay/io/label_spill.h"
#include "assay/io/read_labels.h"
#include "assay/io/records.h"
#include "assay/io/small_files.h"

namespace assay::io {
namespace {

using blocks::BlockWriter;

void add_labels(const LabelChunk& chunk, std::vector<BlockWriter::Extras>& extras, BlockWriter& to) {
  const LabelStore& store = chunk.store;
  const bool has_extras = !store.weights().empty() || !store.times().empty() || !store.seconds().empty();
  for (std::size_t i = 0; i < chunk.size(); ++i) {
    const auto rows = chunk.rows(i);
    extras.clear();
    for (std::uint64_t at = chunk.offset(i); has_extras && at < chunk.offset(i + 1); ++at) {
      BlockWriter::Extras extra;
      if (!store.weights().empty()) extra.weight = store.weights()[at];
      if (!store.times().empty()) extra.time = store.times()[at];
      if (!store.seconds().empty()) extra.seconds = store.seconds()[at];
      extras.push_back(extra);
    }
    to.add_item(rows, extras);
  }
}

// Compressed files are taken to hold so many times their size.
constexpr std::uint64_t kCompression = 10;
// Of each byte of text, in memory while it is read: names twice, labels and what sorts them.
constexpr std::uint64_t kBytesPerByte = 4;
constexpr std::uint64_t kFewestParts = 16;
constexpr std::uint64_t kMostParts = 512;

// The bytes of text in the files, about; nothing for a pipe.
std::optional<std::uint64_t> text_bytes(const std::vector<std::string>& paths) {
  std::uint64_t total = 0;
  for (const auto& path : paths) {
    std::error_code failed;
    const auto size = std::filesystem::file_size(path, failed);
    if (failed) return std::nullopt;
    total += is_plain_text(path) ? size : kCompression * size;
  }
  return total;
}

// A part takes a quarter of the memory at most while it is sorted, several times its size on disk.
std::uint64_t part_count(const std::vector<std::string>& paths, std::uint64_t memory) {
  const auto bytes = text_bytes(paths);
  if (!bytes) return kMostParts / 4;
  return std::clamp(*bytes * kBytesPerByte * 4 / std::max<std::uint64_t>(memory, 1), kFewestParts, kMostParts);
}

}  // namespace

NamedLabels named(const LabelTable& table, const StoreSource& source) {
  return {source, table.workers, table.classes,
          [&](std::size_t block, std::vector<std::string_view>& names) {
            names.clear();
            for (ItemIndex o = source.first_item(block); o < source.first_item(block + 1); ++o) {
              names.push_back(table.items.name(o));
            }
          },
          [](std::size_t) {}};
}

NamedLabels named(const LabelTable& known, const blocks::BlockFile& file) {
  return {file, known.workers, known.classes,
          [&](std::size_t block, std::vector<std::string_view>& names) { file.item_names(block, names); },
          [&](std::size_t block) { file.release_item_names(block); }};
}

Table labels_table(const NamedLabels& labels) {
  const LabelShape& shape = labels.labels.shape();
  const auto column = [](std::string_view name, ColumnType type) { return TableColumn{std::string(name), type}; };
  Table table;
  table.name = records::tables::kLabels;
  table.columns = {column(records::columns::kWorker, ColumnType::text),
                   column(records::columns::kItem, ColumnType::text),
                   column(records::columns::kLabel, ColumnType::text)};
  if (shape.has_weights) table.columns.push_back(column(records::name(records::Role::weight), ColumnType::number));
  if (shape.has_times) table.columns.push_back(column(records::name(records::Role::time), ColumnType::number));
  if (shape.has_seconds) table.columns.push_back(column(records::name(records::Role::seconds), ColumnType::number));
  table.part_count = labels.labels.block_count();
  table.rows = [labels](std::size_t part, RowSink& to) {
    LabelStore room;
    std::vector<std::string_view> names;
    labels.item_names(part, names);
    const LabelChunk chunk = labels.labels.chunk(part, room);
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      std::uint64_t at = chunk.offset(i);
      for (const auto row : chunk.rows(i)) {
        to.text(labels.workers.name(chunk.store.worker_of(row)));
        to.text(names[i]);
        to.text(labels.classes.name(chunk.store.label_of(row)));
        if (!chunk.store.weights().empty()) to.number(static_cast<double>(chunk.store.weights()[at]));
        if (!chunk.store.times().empty()) to.number(chunk.store.times()[at]);
        if (!chunk.store.seconds().empty()) to.number(static_cast<double>(chunk.store.seconds()[at]));
        to.end_row();
        ++at;
      }
    }
    labels.release(part);
  };
  return table;
}

std::uint64_t write_block_file(const std::string& path, const NamedLabels& labels, const ReadingReport& reading,
                               Progress* progress) {
  const LabelSource& source = labels.labels;
  BlockWriter writer(path, source.shape());
  LabelStore room;
  std::vector<BlockWriter::Extras> extras;
  for (std::size_t b = 0; b < source.block_count(); ++b) {
    add_labels(source.chunk(b, room), extras, writer);
    if (progress != nullptr) progress->update("writing", writer.label_count(), source.shape().label_count);
  }
  std::vector<std::string_view> names;
  for (std::size_t b = 0; b < source.block_count(); ++b) {
    labels.item_names(b, names);
    for (const auto name : names) writer.add_item_name(name);
  }
  writer.finish(source.shape().worker_count,
                [&](std::uint64_t w) { return labels.workers.name(static_cast<WorkerIndex>(w)); },
                labels.classes.names(),
                {reading.row_count, reading.missing_count, reading.rejected_count, reading.repeated_count,
                 reading.contradicting_count});
  return writer.byte_count();
}

bool fit_in_memory(const std::vector<std::string>& paths, std::uint64_t memory) {
  const auto bytes = text_bytes(paths);
  return bytes && *bytes <= memory / kBytesPerByte;
}

SpilledFile spill_to_blocks(const std::vector<std::string>& paths, const ReadingOptions& options,
                            const std::string& path, const std::string& scratch, std::uint64_t memory,
                            ThreadPool& threads, Progress* progress) {
  LabelSpill spill(scratch, part_count(paths, memory));
  LabelCollector collector(options, read_classes(options.classes), spill);
  read_labels_into(paths, options, collector, threads, progress);
  SpilledLabels names = collector.finish_spilled();
  const std::uint64_t labels = spill.label_count();
  LabelSpill::Target target;
  target.worker_count = names.workers.size();
  target.class_order = names.class_order;
  target.duplicates = duplicates_of(options);
  target.memory = memory;
  target.worker_name = [&](WorkerIndex w) { return names.workers.name(w); };
  target.progress = [&](std::uint64_t done) {
    if (progress != nullptr) progress->update("sorting", done, labels);
  };
  const auto repeats = spill.sort(target);
  names.reading.repeated_count = repeats.repeated;
  names.reading.contradicting_count = repeats.contradicting;
  const ReadingReport& reading = names.reading;
  BlockWriter writer(path, spill.shape());
  spill.write_items(writer);
  spill.write_names(writer);
  writer.finish(names.workers.size(), [&](std::uint64_t w) { return names.workers.name(static_cast<WorkerIndex>(w)); },
                names.classes.names(),
                {reading.row_count, reading.missing_count, reading.rejected_count, reading.repeated_count,
                 reading.contradicting_count});
  return {spill.shape(), writer.byte_count(), reading};
}

}  // namespace assay::io
