#include "assay/io/json_lines.h"

#include <algorithm>
#include <array>
#include <exception>
#include <memory>

#include "assay/base/error.h"
#include "assay/io/columns.h"
#include "assay/io/json_objects.h"
#include "assay/io/label_rows.h"
#include "assay/io/records.h"

namespace assay::io {
namespace {

using Value = JsonObjects::Value;

// The names of the fields in the block at hand, in order of appearance; nothing is consumed.
std::vector<std::string> field_names(TextBlocks& text) {
  JsonObjects objects;
  std::vector<std::string> names;
  std::vector<TextPart> parts;
  do {
    parts = text.line_parts(text.bytes().size());
    for (const auto& part : parts) {
      objects.each(
          part,
          [&](std::string_view key, Value) {
            if (std::find(names.begin(), names.end(), key) == names.end()) names.emplace_back(key);
          },
          [](std::uint64_t, const char*) {});
    }
  } while (parts.empty() && text.fill());
  if (names.empty()) throw bad_input("found no row, at least one is needed", text.name());
  return names;
}

// A run of lines, which one thread reads on its own.
class Piece {
 public:
  Piece(const std::string& source, const std::vector<std::string>& names, const Columns& columns,
        const ReadingOptions& options, LabelCollector& to)
      : source_(source),
        names_(names),
        rows_(source, names, columns, options, to, [this](std::uint64_t line) { return line_place(line); }) {}
  Piece(const Piece&) = delete;
  Piece& operator=(const Piece&) = delete;

  // What goes wrong is kept until `add`, so that of several faults the first one in the file is told.
  void read(const TextPart& part) {
    failure_ = nullptr;
    try {
      objects_.each(
          part, [this](std::string_view key, Value value) { take_field(key, value); },
          [this](std::uint64_t line, const char*) { take_row(line); });
      rows_.look_up();
    } catch (...) {
      failure_ = std::current_exception();
    }
  }

  void add() {
    if (failure_) std::rethrow_exception(failure_);
    rows_.flush();
    objects_.release();
  }

  [[nodiscard]] UnreadValues take_unread() { return rows_.take_unread(); }

 private:
  [[nodiscard]] std::string line_place(std::uint64_t line) const { return source_ + ":" + std::to_string(line); }

  void take_field(std::string_view key, Value value) {
    for (std::size_t f = 0; f < LabelRows::kFieldCount; ++f) {
      if (!rows_.column(f) || names_[*rows_.column(f)] != key) continue;
      fields_[f] = objects_.text_of(value, key);
      seen_[f] = true;
    }
  }

  void take_row(std::uint64_t line) {
    for (const auto needed : {LabelRows::kWorker, LabelRows::kItem, LabelRows::kLabel}) {
      if (seen_[needed]) continue;
      throw bad_input("the field \"" + names_[*rows_.column(needed)] + "\" is not there, a text or a number is needed",
                      line_place(line));
    }
    rows_.take(fields_, line);
    fields_ = {};
    seen_ = {};
  }

  const std::string& source_;
  const std::vector<std::string>& names_;
  JsonObjects objects_;
  LabelRows rows_;
  LabelRows::Fields fields_;
  std::array<bool, LabelRows::kFieldCount> seen_{};
  std::exception_ptr failure_;
};

// Of a usual block they are 128 KiB.
constexpr std::size_t kPiecesPerBlock = 8;

}  // namespace

void read_json_labels(TextBlocks& text, const ReadingOptions& options, LabelCollector& to, ThreadPool& threads,
                      const BlockDone& block_done) {
  const auto names = field_names(text);
  const Columns columns = find_columns(names, options, records::kJsonl, text.name());
  std::vector<std::unique_ptr<Piece>> pieces;
  do {
    const auto parts = text.line_parts(text.block_bytes() / kPiecesPerBlock);
    while (pieces.size() < parts.size())
      pieces.push_back(std::make_unique<Piece>(text.name(), names, columns, options, to));
    threads.run(parts.size(), [&](std::size_t i) { pieces[i]->read(parts[i]); });
    for (std::size_t i = 0; i < parts.size(); ++i) pieces[i]->add();
    if (parts.empty()) continue;
    text.consume(parts);
    block_done();
  } while (text.fill());
  UnreadValues unread;
  for (const auto& piece : pieces) unread.add(piece->take_unread());
  to.warn_of(unread, text.name());
}

TextTable read_json_table(TextBlocks& text) {
  JsonObjects objects;
  TextTable table(text.name(), field_names(text));
  std::vector<std::string_view> fields(table.header().size());
  do {
    const auto parts = text.line_parts(text.bytes().size());
    for (const auto& part : parts) {
      objects.each(
          part,
          [&](std::string_view key, Value value) {
            if (const auto column = table.find(key)) fields[*column] = objects.text_of(value, key);
          },
          [&](std::uint64_t line, const char*) {
            table.add(fields, line);
            std::fill(fields.begin(), fields.end(), std::string_view{});
          });
      objects.release();
    }
    text.consume(parts);
  } while (text.fill());
  return table;
}

}  // namespace assay::io
