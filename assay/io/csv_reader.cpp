#include "assay/io/csv_reader.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <utility>

#include "assay/base/error.h"
#include "assay/io/answer_text.h"
#include "assay/io/columns.h"
#include "assay/io/csv_rows.h"
#include "assay/io/csv_scanner.h"
#include "assay/io/form_answers.h"
#include "assay/io/mark_columns.h"
#include "assay/io/row_values.h"

namespace assay::io {
namespace {

// The columns to take from each row: the three needed ones first, in this order, then those that the file has.
class Fields {
 public:
  Fields(const Columns& columns, const MarkColumns& mark_columns)
      : worker(add(columns.worker)),
        item(add(columns.item)),
        label(add(columns.label)),
        weight(add(columns.weight)),
        time(add(columns.time)),
        seconds(add(columns.seconds)),
        status(add(columns.status)),
        golden(add(columns.golden)) {
    for (const auto column : mark_columns.columns) marks.push_back(add(column));
  }
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  std::vector<std::size_t> wanted;
  std::size_t worker, item, label, weight, time, seconds, status, golden;
  std::vector<std::size_t> marks;

 private:
  // Two meanings may share a column.
  std::size_t add(const Columns::Index& column) {
    if (!column) return kNone;
    const auto found = std::find(wanted.begin(), wanted.end(), *column);
    const auto place = static_cast<std::size_t>(found - wanted.begin());
    if (found == wanted.end()) wanted.push_back(*column);
    return place;
  }
};

class DelimitedReader {
 public:
  DelimitedReader(TextBlocks& text, const Dialect& dialect, const ReadingOptions& options, LabelCollector& to)
      : text_(text),
        dialect_(dialect),
        options_(options),
        to_(to),
        header_(read_header()),
        marks_(find_marks(header_, options, dialect, {text.bytes().data(), text.bytes().size()}, text.name())),
        columns_(find_columns(header_, with_label(options), dialect.format, text.name())),
        fields_(columns_, marks_),
        rows_(fields_.wanted) {
    needed_columns_ = 1 + std::max({*columns_.worker, *columns_.item, *columns_.label});
    batch_.place = [this](std::size_t, std::string_view at) { return text_.place(at.data()); };
  }

  void read(const BlockDone& block_done) {
    skip_header();
    do {
      for (;;) {
        scan_csv({text_.bytes().data(), text_.bytes().size()}, dialect_.delimiter, index_);
        if (index_.row_bytes == 0) break;
        take_block();
        block_done();
      }
      if (text_.at_end()) check_end();
    } while (text_.fill());
    const auto unread = values_.unread_times();
    if (unread > 0)
      to_.report.warnings.push_back(text_.name() + ": " + std::to_string(unread) + " times could not be read");
  }

 private:
  std::vector<std::string> read_header() {
    while (!holds_whole_row() && text_.fill()) {
    }
    std::vector<std::string> header = first_row({text_.bytes().data(), text_.bytes().size()}, dialect_.delimiter);
    if (header.empty()) throw bad_input("found no row, at least one is needed", text_.name());
    if (!dialect_.has_header) {
      if (header.size() < 3) {
        throw bad_input("found " + std::to_string(header.size()) + " columns, needed are three: worker, item, label",
                        text_.line_place(1));
      }
      for (std::size_t i = 0; i < header.size(); ++i) header[i] = "column " + std::to_string(i + 1);
    }
    return header;
  }

  // Marks stand where the label is: their first column takes its place.
  [[nodiscard]] ReadingOptions with_label(const ReadingOptions& options) const {
    ReadingOptions out = options;
    if (!marks_.empty()) out.label_column = header_[marks_.columns.front()];
    return out;
  }

  std::string_view label_of(const CsvRow& row) {
    const auto label = row.fields[fields_.label];
    if (columns_.is_form) return form_answers_.answer(label, text_, columns_.form_field);
    if (marks_.empty()) return label;
    std::vector<std::string> marked;
    for (std::size_t i = 0; i < fields_.marks.size(); ++i) {
      if (MarkColumns::is_marked(row.fields[fields_.marks[i]])) marked.push_back(marks_.names[i]);
    }
    return joined_.emplace_back(joined_answers(std::move(marked)));
  }

  bool holds_whole_row() {
    scan_csv({text_.bytes().data(), text_.bytes().size()}, dialect_.delimiter, index_);
    return index_.row_bytes > 0;
  }

  void skip_header() {
    if (!dialect_.has_header) return;
    std::size_t row_end = 0;
    for (const auto end : index_.ends) {
      row_end = end;
      if (text_.bytes()[end] == '\n') break;
    }
    const auto row = text_.bytes().first(row_end + 1);
    text_.check_utf8(row.size());
    text_.consume(row.size(), static_cast<std::uint64_t>(std::count(row.begin(), row.end(), '\n')));
  }

  void take_block() {
    text_.check_utf8(index_.row_bytes);
    batch_.clear();
    rows_.each(text_.bytes(), index_, [this](const CsvRow& row) { take_row(row); });
    to_.add(batch_);
    form_answers_.release();
    joined_.clear();
    text_.consume(index_.row_bytes, index_.lines);
  }

  void take_row(const CsvRow& row) {
    const auto worker = row.fields[fields_.worker];
    const auto item = row.fields[fields_.item];
    const auto label = row.fields[fields_.label];
    if (worker.empty() || item.empty() || row.field_count < needed_columns_) {
      const bool is_blank = worker.empty() && item.empty() && label.empty();
      if (is_blank && row.field_count >= needed_columns_) return;
      refuse(row);
    }
    if (fields_.status != Fields::kNone && !options_.include_rejected && is_rejected(row.fields[fields_.status])) {
      ++to_.report.rejected_count;
      ++to_.report.row_count;
      return;
    }
    batch_.workers.push_back(worker);
    batch_.items.push_back(item);
    batch_.labels.push_back(marks_.empty() && !columns_.is_form ? label : label_of(row));
    if (fields_.weight != Fields::kNone) batch_.weights.push_back(values_.weight(row.fields[fields_.weight], places()));
    if (fields_.time != Fields::kNone) batch_.times.push_back(values_.time(row.fields[fields_.time]));
    if (fields_.seconds != Fields::kNone) batch_.seconds.push_back(values_.seconds(row.fields[fields_.seconds]));
    if (fields_.golden != Fields::kNone) batch_.golden.push_back(row.fields[fields_.golden]);
  }

  RowValues::Place places() {
    return [this](std::string_view at) { return text_.place(at.data()); };
  }

  [[noreturn]] void refuse(const CsvRow& row) const {
    const std::size_t columns[] = {*columns_.worker, *columns_.item, *columns_.label};
    for (const auto column : columns) {
      if (column < row.field_count) continue;
      throw bad_input("found " + std::to_string(row.field_count) + " fields, the column \"" + header_[column] +
                          "\" is number " + std::to_string(column + 1),
                      text_.place(row.start));
    }
    const bool no_worker = row.fields[fields_.worker].empty();
    const auto field = no_worker ? fields_.worker : fields_.item;
    throw bad_input(std::string("the ") + (no_worker ? "worker" : "item") +
                        " is empty, a name is needed in the column \"" + header_[fields_.wanted[field]] + "\"",
                    text_.place(row.fields[field].data()));
  }

  void check_end() const {
    if (!index_.open_quote) return;
    const auto bytes = text_.bytes();
    const std::size_t start = index_.ends.empty() ? 0 : index_.ends.back() + std::size_t{1};
    throw bad_input("a quoted field begins here and is never closed", text_.place(bytes.data() + start));
  }

  TextBlocks& text_;
  const Dialect& dialect_;
  const ReadingOptions& options_;
  LabelCollector& to_;
  CsvIndex index_;
  std::vector<std::string> header_;
  MarkColumns marks_;
  Columns columns_;
  Fields fields_;
  CsvRows rows_;
  std::size_t needed_columns_ = 0;
  RowValues values_;
  FormAnswers form_answers_;
  std::deque<std::string> joined_;
  RowBatch batch_;
};

}  // namespace

void read_delimited(TextBlocks& text, const Dialect& dialect, const ReadingOptions& options, LabelCollector& to,
                    const BlockDone& block_done) {
  DelimitedReader(text, dialect, options, to).read(block_done);
}

}  // namespace assay::io
