#include "assay/io/json_lines.h"

#include <algorithm>
#include <array>
#include <optional>

#include "assay/base/error.h"
#include "assay/io/columns.h"
#include "assay/io/json_objects.h"
#include "assay/io/records.h"
#include "assay/io/row_values.h"

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
      : text_(text), options_(options), to_(to), objects_(text), names_(field_names(text, objects_)) {
    const Columns columns = find_columns(names_, options, records::kJsonl, text.name());
    const Columns::Index wanted[] = {columns.worker, columns.item,    columns.label, columns.weight,
                                     columns.time,   columns.seconds, columns.status};
    for (std::size_t i = 0; i < kFields; ++i) {
      if (wanted[i]) name_of_[i] = names_[*wanted[i]];
    }
    batch_.place = [this](std::size_t row, std::string_view) { return text_.line_place(line_of_row_[row]); };
  }

  void read(const BlockDone& block_done) {
    do {
      batch_.clear();
      line_of_row_.clear();
      const auto lines = objects_.each([this](std::string_view key, Value value) { take_field(key, value); },
                                       [this](std::uint64_t line, const char*) { take_row(line); });
      if (lines.bytes == 0) continue;
      to_.add(batch_);
      objects_.release();
      text_.consume(lines.bytes, lines.count);
      block_done();
    } while (text_.fill());
    if (values_.unread_times() > 0) {
      to_.report.warnings.push_back(text_.name() + ": " + std::to_string(values_.unread_times()) +
                                    " times could not be read");
    }
  }

 private:
  enum Field : std::size_t { kWorker, kItem, kLabel, kWeight, kTime, kSeconds, kStatus, kFields };

  void take_field(std::string_view key, Value value) {
    for (std::size_t i = 0; i < kFields; ++i) {
      if (name_of_[i] && *name_of_[i] == key) text_of_[i] = objects_.text_of(value, key);
    }
  }

  void take_row(std::uint64_t line) {
    const auto fields = std::exchange(text_of_, {});
    if (!options_.include_rejected && is_rejected(fields[kStatus].value_or(""))) {
      ++to_.report.rejected_count;
      ++to_.report.row_count;
      return;
    }
    for (const auto needed : {kWorker, kItem, kLabel}) {
      const bool may_be_empty = needed == kLabel;
      if (fields[needed] && (may_be_empty || !fields[needed]->empty())) continue;
      throw bad_input("the field \"" + *name_of_[needed] + "\" is " + (fields[needed] ? "empty" : "not there") +
                          ", a text or a number is needed",
                      text_.line_place(line));
    }
    line_of_row_.push_back(line);
    batch_.workers.push_back(*fields[kWorker]);
    batch_.items.push_back(*fields[kItem]);
    batch_.labels.push_back(*fields[kLabel]);
    const RowValues::Place place = [&](std::string_view) { return text_.line_place(line); };
    if (name_of_[kWeight]) batch_.weights.push_back(values_.weight(fields[kWeight].value_or(""), place));
    if (name_of_[kTime]) batch_.times.push_back(values_.time(fields[kTime].value_or("")));
    if (name_of_[kSeconds]) batch_.seconds.push_back(values_.seconds(fields[kSeconds].value_or("")));
  }

  TextBlocks& text_;
  const ReadingOptions& options_;
  LabelCollector& to_;
  JsonObjects objects_;
  std::vector<std::string> names_;
  std::array<std::optional<std::string>, kFields> name_of_;
  std::array<std::optional<std::string_view>, kFields> text_of_;
  std::vector<std::uint64_t> line_of_row_;
  RowValues values_;
  RowBatch batch_;
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
