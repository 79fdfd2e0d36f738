#include "assay/io/json_documents.h"

#include <simdjson.h>

#include <algorithm>
#include <deque>

#include "assay/base/error.h"
#include "assay/base/text.h"
#include "assay/io/answer_text.h"
#include "assay/io/label_rows.h"
#include "assay/io/records.h"
#include "assay/io/text_list.h"

namespace assay::io {
namespace {

using simdjson::dom::element;

std::optional<element> field(element object, std::string_view key) {
  element found;
  if (object[key].get(found) != simdjson::SUCCESS) return std::nullopt;
  return found;
}

bool is_true(element object, std::string_view key) {
  const auto found = field(object, key);
  return found && found->is_bool() && bool(*found);
}

std::string text_at(element object, std::string_view key) {
  const auto found = field(object, key);
  return found ? scalar_text(*found).value_or("") : "";
}

std::optional<element> annotations_of(element task) {
  if (const auto found = field(task, "annotations"); found && found->is_array()) return found;
  if (const auto found = field(task, "completions"); found && found->is_array()) return found;
  return std::nullopt;
}

// An e-mail where the export has it, else the number.
std::string annotator_of(element annotation) {
  const auto by = field(annotation, "completed_by");
  if (!by) return "";
  if (!by->is_object()) return scalar_text(*by).value_or("");
  const std::string mail = text_at(*by, "email");
  return mail.empty() ? text_at(*by, "id") : mail;
}

class JsonDocument {
 public:
  JsonDocument(TextBlocks& text, const ReadingOptions& options, LabelCollector& to)
      : name_(text.name()), options_(options), to_(to) {
    while (text.fill()) {
    }
    text.check_utf8(text.bytes().size());
    element root;
    const auto bytes = text.bytes();
    const auto error = parser_.parse(bytes.data(), bytes.size(), true).get(root);
    if (error) throw bad_input(std::string("found broken JSON: ") + simdjson::error_message(error), name_);
    if (!root.is_array()) throw bad_input("found no list, allowed is a list of tasks or records", name_);
    list_ = root.get_array();
    if (list_.size() == 0) throw bad_input("found an empty list, at least one task is needed", name_);
  }

  void read() {
    const bool has_tasks =
        std::any_of(list_.begin(), list_.end(), [](element e) { return annotations_of(e).has_value(); });
    if (has_tasks) {
      read_tasks();
    } else {
      read_records();
    }
  }

 private:
  std::string place(std::uint64_t number) const { return name_ + ":entry " + std::to_string(number); }
  std::string_view kept(std::string text) { return texts_.emplace_back(std::move(text)); }

  // The label's field in annotations: the one named, else the only one there is.
  std::string label_field() const {
    std::vector<std::string> names;
    for (const element task : list_) {
      const auto annotations = annotations_of(task);
      if (!annotations) continue;
      for (const element annotation : annotations->get_array()) {
        const auto result = field(annotation, "result");
        if (!result || !result->is_array()) continue;
        for (const element region : result->get_array()) add_field(region, names);
      }
    }
    if (!options_.label_column.empty()) {
      if (std::find(names.begin(), names.end(), options_.label_column) != names.end()) return options_.label_column;
      throw bad_input("found no field \"" + options_.label_column + "\" (--label-column)" +
                          did_you_mean(options_.label_column, names) + ", there are " + join(names),
                      name_);
    }
    if (names.size() > 1) {
      throw bad_input("several fields could be the label: " + join(names) + "; --label-column names the one", name_);
    }
    if (names.empty()) throw bad_input("found no annotation with choices, a rating or another single answer", name_);
    return names.front();
  }

  static void add_field(element region, std::vector<std::string>& names) {
    const auto value = field(region, "value");
    if (!value || !value->is_object() || !region_answer(*value)) return;
    const std::string name = text_at(region, "from_name");
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }

  static std::string answer_of(element annotation, const std::string& label) {
    const auto result = field(annotation, "result");
    if (!result || !result->is_array()) return "";
    for (const element region : result->get_array()) {
      const auto value = field(region, "value");
      if (text_at(region, "from_name") == label && value && value->is_object())
        return region_answer(*value).value_or("");
    }
    return "";
  }

  std::string item_of(element task, std::uint64_t number) const {
    if (options_.item_column.empty()) return text_at(task, "id");
    const auto data = field(task, "data");
    std::string item = data && data->is_object() ? text_at(*data, options_.item_column) : "";
    if (item.empty()) item = text_at(task, options_.item_column);
    if (item.empty()) throw bad_input("found no field \"" + options_.item_column + "\" (--item-column)", place(number));
    return item;
  }

  void read_tasks() {
    const std::string label = label_field();
    const std::vector<std::string> header{"completed_by", "id", label, "created_at", "lead_time"};
    Columns columns;
    columns.worker = 0;
    columns.item = 1;
    columns.label = 2;
    columns.time = 3;
    columns.seconds = 4;
    LabelRows rows(name_, header, columns, options_, to_, [this](std::uint64_t n) { return place(n); });
    std::uint64_t number = 0;
    for (const element task : list_) {
      ++number;
      const auto annotations = annotations_of(task);
      if (!annotations) continue;
      const auto item = kept(item_of(task, number));
      for (const element annotation : annotations->get_array()) take_annotation(annotation, item, label, number, rows);
    }
    rows.flush();
    rows.finish();
  }

  void take_annotation(element annotation, std::string_view item, const std::string& label, std::uint64_t number,
                       LabelRows& rows) {
    if (is_true(annotation, "was_cancelled")) {
      ++to_.report.row_count;
      ++to_.report.missing_count;
      return;
    }
    const auto answer = kept(answer_of(annotation, label));
    if (is_true(annotation, "ground_truth")) {
      ++to_.report.row_count;
      if (!answer.empty()) to_.add_gold(item, answer, [&] { return place(number); });
      return;
    }
    LabelRows::Fields fields;
    fields[LabelRows::kWorker] = kept(annotator_of(annotation));
    fields[LabelRows::kItem] = item;
    fields[LabelRows::kLabel] = answer;
    fields[LabelRows::kTime] = kept(text_at(annotation, "created_at"));
    fields[LabelRows::kSeconds] = kept(text_at(annotation, "lead_time"));
    rows.take(fields, number);
  }

  void read_records() {
    std::vector<std::string> header;
    for (const element record : list_) {
      if (!record.is_object())
        throw bad_input("found an entry that is no object, allowed are records of fields", name_);
      for (const auto entry : record.get_object()) {
        if (std::find(header.begin(), header.end(), entry.key) == header.end()) header.emplace_back(entry.key);
      }
      if (header.size() > kMostFields) throw bad_input("found more than 10000 different fields", name_);
    }
    LabelRows rows(name_, header, find_columns(header, options_, records::kJsonl, name_), options_, to_,
                   [this](std::uint64_t n) { return place(n); });
    std::uint64_t number = 0;
    for (const element record : list_) {
      ++number;
      LabelRows::Fields fields;
      for (std::size_t f = 0; f < LabelRows::kFieldCount; ++f) {
        if (rows.column(f)) fields[f] = kept(text_at(record, header[*rows.column(f)]));
      }
      rows.take(fields, number);
    }
    rows.flush();
    rows.finish();
  }

  static constexpr std::size_t kMostFields = 10000;
  std::string name_;
  const ReadingOptions& options_;
  LabelCollector& to_;
  simdjson::dom::parser parser_;
  simdjson::dom::array list_;
  std::deque<std::string> texts_;
};

}  // namespace

void read_json_document(TextBlocks& text, const ReadingOptions& options, LabelCollector& to,
                        const BlockDone& block_done) {
  JsonDocument(text, options, to).read();
  block_done();
}

}  // namespace assay::io
