#include "assay/io/json_lines.h"

#include <algorithm>
#include <array>

#include "assay/base/error.h"
#include "assay/io/columns.h"
#include "assay/io/json_objects.h"
#include "assay/io/label_rows.h"
#include "assay/io/records.h"

namespace assay::io {
namespace {

using Value = JsonObjects::Value;

// The names of the fields in the block at hand, in order of appearance; nothing is consumed.
std::vector<std::string> field_names(TextBlocks& text, JsonObjects& objects) {
  std::vector<std::string> names;
  JsonObjects::Lines lines;
  do {
    lines = objects.each(
        [&](std::string_view key, Value) {
          if (std::find(names.begin(), names.end(), key) == names.end()) names.emplace_back(key);
        },
        [](std::uint64_t, const char*) {});
  } while (lines.bytes == 0 && text.fill());
  if (names.empty()) throw bad_input("found no row, at least one is needed", text.name());
  return names;
}

class JsonLabels {
 public:
  JsonLabels(TextBlocks& text, const ReadingOptions& options, LabelCollector& to)
      : text_(text),
        objects_(text),
        names_(field_names(text, objects_)),
        rows_(text.name(), names_, find_columns(names_, options, records::kJsonl, text.name()), options, to,
              [this](std::uint64_t line) { return text_.line_place(line); }) {}

  void read(const BlockDone& block_done) {
    do {
      const auto lines = objects_.each([this](std::string_view key, Value value) { take_field(key, value); },
                                       [this](std::uint64_t line, const char*) { take_row(line); });
      if (lines.bytes == 0) continue;
      rows_.flush();
      objects_.release();
      text_.consume(lines.bytes, lines.count);
      block_done();
    } while (text_.fill());
    rows_.finish();
  }

 private:
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
                      text_.line_place(line));
    }
    rows_.take(fields_, line);
    fields_ = {};
    seen_ = {};
  }

  TextBlocks& text_;
  JsonObjects objects_;
  std::vector<std::string> names_;
  LabelRows rows_;
  LabelRows::Fields fields_;
  std::array<bool, LabelRows::kFieldCount> seen_{};
};

}  // namespace

void read_json_labels(TextBlocks& text, const ReadingOptions& options, LabelCollector& to,
                      const BlockDone& block_done) {
  JsonLabels(text, options, to).read(block_done);
}

TextTable read_json_table(TextBlocks& text) {
  JsonObjects objects(text);
  TextTable table(text.name(), field_names(text, objects));
  std::vector<std::string_view> fields(table.header().size());
  do {
    const auto lines = objects.each(
        [&](std::string_view key, Value value) {
          if (const auto column = table.find(key)) fields[*column] = objects.text_of(value, key);
        },
        [&](std::uint64_t line, const char*) {
          table.add(fields, line);
          std::fill(fields.begin(), fields.end(), std::string_view{});
        });
    objects.release();
    text.consume(lines.bytes, lines.count);
  } while (text.fill());
  return table;
}

}  // namespace assay::io
