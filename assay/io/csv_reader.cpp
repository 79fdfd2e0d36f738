#include "assay/io/csv_reader.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <exception>
#include <limits>
#include <memory>
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
    wanted_width = 1 + *std::max_element(wanted.begin(), wanted.end());
  }
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  std::vector<std::size_t> wanted;
  std::size_t wanted_width;  // fields that a row with all wanted columns has
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

// What all rows of a file share.
struct Shape {
  Shape(TextBlocks& text, std::vector<std::string> names, const Dialect& dialect, const ReadingOptions& given)
      : options(given),
        header(std::move(names)),
        marks(find_marks(header, given, dialect, {text.bytes().data(), text.bytes().size()}, text.line_place(1))),
        columns(find_columns(header, with_label(), dialect.format, text.line_place(1))),
        fields(columns, marks),
        needed_columns(1 + std::max({*columns.worker, *columns.item, *columns.label})),
        is_simple(marks.empty() && !columns.is_form && fields.status == Fields::kNone &&
                  fields.golden == Fields::kNone && are_different()) {}

  // Marks stand where the label is: their first column takes its place.
  [[nodiscard]] ReadingOptions with_label() const {
    ReadingOptions out = options;
    if (!marks.empty()) out.label_column = header[marks.columns.front()];
    return out;
  }

  // A column that means two things would lose its quotes twice.
  [[nodiscard]] bool are_different() const {
    std::vector<std::size_t> places;
    for (const auto place : {fields.worker, fields.item, fields.label, fields.weight, fields.time, fields.seconds}) {
      if (place != Fields::kNone) places.push_back(place);
    }
    std::sort(places.begin(), places.end());
    return std::adjacent_find(places.begin(), places.end()) == places.end();
  }

  const ReadingOptions& options;
  std::vector<std::string> header;
  MarkColumns marks;
  Columns columns;
  Fields fields;
  std::size_t needed_columns;
  bool is_simple;  // rows are worker, item, label and numbers, each in a column of its own
};

// A run of whole rows, which one thread reads on its own.
class Piece {
 public:
  Piece(const Shape& shape, const std::string& source) : shape_(shape), source_(source), rows_(shape.fields.wanted) {
    batch_.place = [this](std::size_t, std::string_view at) { return part().place(at.data()); };
  }
  Piece(const Piece&) = delete;
  Piece& operator=(const Piece&) = delete;

  // Finds where fields end. Without quotes the rows are taken at once, while they are in the cache: nothing is changed
  // in place then, so it does no harm if the piece turns out to begin inside quotes.
  void scan(std::span<char> bytes, char delimiter, const LabelCollector& collector) {
    bytes_ = bytes;
    scan_csv({bytes.data(), bytes.size()}, delimiter, index_);
    is_read_ = false;
    if (!index_.has_quotes) read(collector);
  }
  [[nodiscard]] const CsvIndex& index() const { return index_; }
  [[nodiscard]] bool is_whole() const { return index_.row_bytes == bytes_.size(); }

  // Says on which line the piece begins; false when it is to be read, or to be read again to say where a fault is.
  bool begin_at(std::uint64_t line) {
    line_ = line;
    return is_read_ && !failure_;
  }

  // Takes the rows of what was scanned and looks up their names. What goes wrong is kept until `add`, so that of
  // several faults the first one in the file is told.
  void read(const LabelCollector& collector) {
    batch_.clear();
    rejected_count_ = 0;
    failure_ = nullptr;
    is_read_ = true;
    try {
      part().check_utf8();
      const std::size_t width = shape_.is_simple ? CsvRows::even_width(bytes_, index_) : 0;
      if (width >= shape_.fields.wanted_width) {
        take_columns(width);
      } else {
        rows_.each(bytes_, index_, [&](const CsvRow& row) { take_row(row); });
      }
      collector.look_up(batch_, numbers_);
    } catch (...) {
      failure_ = std::current_exception();
    }
    batch_unread_ = values_.take_unread();
  }

  // Whether the piece may be added in the three steps of LabelCollector.
  [[nodiscard]] bool splits(const LabelCollector& to) const { return to.splits(batch_); }
  void add(LabelCollector& to) {
    begin_to_add(to);
    to.add(batch_, numbers_);
    form_answers_.release();
    joined_.clear();
  }
  void add_classes(LabelCollector& to) {
    begin_to_add(to);
    to.add_classes(batch_, numbers_);
  }
  void add_items(LabelCollector& to) { to.add_items(numbers_); }
  void add_workers(LabelCollector& to) {
    to.add_workers(batch_, numbers_);
    form_answers_.release();
    joined_.clear();
  }

  [[nodiscard]] const UnreadValues& unread() const { return unread_; }

 private:
  void begin_to_add(LabelCollector& to) {
    if (failure_) std::rethrow_exception(failure_);
    to.report.rejected_count += rejected_count_;
    to.report.row_count += rejected_count_;
    unread_.add(batch_unread_);
  }
  [[nodiscard]] TextPart part() const { return {source_, bytes_.first(index_.row_bytes), line_}; }

  // The same as take_row for every row, column by column: much faster, where rows are alike.
  void take_columns(std::size_t width) {
    const Fields& fields = shape_.fields;
    const auto take = [&](std::size_t field, std::vector<std::string_view>& out) {
      out.clear();
      if (field != Fields::kNone) CsvRows::take_column(bytes_, index_, width, fields.wanted[field], out);
    };
    take(fields.worker, batch_.workers);
    take(fields.item, batch_.items);
    take(fields.label, batch_.labels);
    take(fields.weight, weight_texts_);
    take(fields.time, time_texts_);
    take(fields.seconds, second_texts_);
    drop_blank_rows(width);
    const RowValues::Place place = [&](std::string_view at) { return part().place(at.data()); };
    for (const auto text : weight_texts_) batch_.weights.push_back(values_.weight(text, place));
    for (const auto text : time_texts_) batch_.times.push_back(values_.time(text));
    for (const auto text : second_texts_) batch_.seconds.push_back(values_.seconds(text));
  }

  void drop_blank_rows(std::size_t width) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < batch_.workers.size(); ++i) {
      if (batch_.workers[i].empty() || batch_.items[i].empty()) {
        const std::string_view fields[] = {batch_.workers[i], batch_.items[i], batch_.labels[i]};
        if (fields[0].empty() && fields[1].empty() && fields[2].empty()) continue;
        const char* start = i == 0 ? bytes_.data() : bytes_.data() + index_.ends[i * width - 1] + 1;
        refuse({fields, width, start});
      }
      if (kept < i) {
        for (auto* column : {&batch_.workers, &batch_.items, &batch_.labels}) (*column)[kept] = (*column)[i];
        for (auto* column : {&weight_texts_, &time_texts_, &second_texts_}) {
          if (!column->empty()) (*column)[kept] = (*column)[i];
        }
      }
      ++kept;
    }
    for (auto* column : {&batch_.workers, &batch_.items, &batch_.labels}) column->resize(kept);
    for (auto* column : {&weight_texts_, &time_texts_, &second_texts_}) {
      if (!column->empty()) column->resize(kept);
    }
  }

  void take_row(const CsvRow& row) {
    const Fields& fields = shape_.fields;
    const auto worker = row.fields[fields.worker];
    const auto item = row.fields[fields.item];
    const auto label = row.fields[fields.label];
    if (worker.empty() || item.empty() || row.field_count < shape_.needed_columns) {
      const bool is_blank = worker.empty() && item.empty() && label.empty();
      if (is_blank && row.field_count >= shape_.needed_columns) return;
      refuse(row);
    }
    if (fields.status != Fields::kNone && !shape_.options.include_rejected && is_rejected(row.fields[fields.status])) {
      ++rejected_count_;
      return;
    }
    batch_.workers.push_back(worker);
    batch_.items.push_back(item);
    batch_.labels.push_back(shape_.marks.empty() && !shape_.columns.is_form ? label : label_of(row));
    if (fields.weight != Fields::kNone) {
      const RowValues::Place place = [&](std::string_view at) { return part().place(at.data()); };
      batch_.weights.push_back(values_.weight(row.fields[fields.weight], place));
    }
    if (fields.time != Fields::kNone) batch_.times.push_back(values_.time(row.fields[fields.time]));
    if (fields.seconds != Fields::kNone) batch_.seconds.push_back(values_.seconds(row.fields[fields.seconds]));
    if (fields.golden != Fields::kNone) batch_.golden.push_back(row.fields[fields.golden]);
  }

  std::string_view label_of(const CsvRow& row) {
    const Fields& fields = shape_.fields;
    const auto label = row.fields[fields.label];
    if (shape_.columns.is_form) return form_answers_.answer(label, part(), shape_.columns.form_field);
    std::vector<std::string> marked;
    for (std::size_t i = 0; i < fields.marks.size(); ++i) {
      if (MarkColumns::is_marked(row.fields[fields.marks[i]])) marked.push_back(shape_.marks.names[i]);
    }
    return joined_.emplace_back(joined_answers(std::move(marked)));
  }

  [[noreturn]] void refuse(const CsvRow& row) const {
    const std::size_t columns[] = {*shape_.columns.worker, *shape_.columns.item, *shape_.columns.label};
    for (const auto column : columns) {
      if (column < row.field_count) continue;
      throw bad_input("found " + std::to_string(row.field_count) + " fields, the column \"" + shape_.header[column] +
                          "\" is number " + std::to_string(column + 1),
                      part().place(row.start));
    }
    const bool no_worker = row.fields[shape_.fields.worker].empty();
    const auto field = no_worker ? shape_.fields.worker : shape_.fields.item;
    throw bad_input(std::string("the ") + (no_worker ? "worker" : "item") +
                        " is empty, a name is needed in the column \"" + shape_.header[shape_.fields.wanted[field]] +
                        "\"",
                    part().place(row.fields[field].data()));
  }

  const Shape& shape_;
  const std::string& source_;
  std::span<char> bytes_;
  std::uint64_t line_ = 1;
  CsvIndex index_;
  CsvRows rows_;
  RowBatch batch_;
  RowNumbers numbers_;
  RowValues values_;
  std::vector<std::string_view> weight_texts_, time_texts_, second_texts_;
  FormAnswers form_answers_;
  std::deque<std::string> joined_;
  std::uint64_t rejected_count_ = 0;
  UnreadValues batch_unread_;
  UnreadValues unread_;  // of the batches added
  bool is_read_ = false;
  std::exception_ptr failure_;
};

// Reads a block in pieces: threads find where fields end, take the rows and look up their names; then the pieces are
// added in their order, items and workers apart. Pieces and their order depend on the text alone.
class DelimitedReader {
 public:
  DelimitedReader(TextBlocks& text, const Dialect& dialect, const ReadingOptions& options, LabelCollector& to,
                  ThreadPool& threads)
      : text_(text), dialect_(dialect), to_(to), threads_(threads), shape_(text, read_header(), dialect, options) {}

  void read(const BlockDone& block_done) {
    skip_header();
    do {
      while (take_block()) block_done();
      if (text_.at_end()) check_end();
    } while (text_.fill());
    UnreadValues unread;
    for (const auto& piece : pieces_) unread.add(piece->unread());
    to_.warn_of(unread, text_.name());
  }

 private:
  // Of a usual block they are 128 KiB: enough that starting a thread's work costs nothing, and few of them fill a
  // cache.
  static constexpr std::size_t kPiecesPerBlock = 8;

  std::vector<std::string> read_header() {
    while (!holds_whole_row() && text_.fill()) {
    }
    text_.check_utf8(index_.row_bytes);
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
    text_.consume(row.size(), static_cast<std::uint64_t>(std::count(row.begin(), row.end(), '\n')));
  }

  // False when there is no whole row.
  bool take_block() {
    const std::size_t count = scan_pieces();
    if (count == 0) return false;
    std::vector<std::size_t> unread;
    std::uint64_t line = text_.line();
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!pieces_[i]->begin_at(line)) unread.push_back(i);
      line += pieces_[i]->index().lines;
      bytes += pieces_[i]->index().row_bytes;
    }
    if (!unread.empty()) threads_.run(unread.size(), [&](std::size_t i) { pieces_[unread[i]]->read(to_); });
    add_pieces(count);
    text_.consume(bytes, line - text_.line());
    return true;
  }

  // One after the other; items by one thread and workers by another where that is all there is to add.
  void add_pieces(std::size_t count) {
    const auto each = [&](auto add) {
      for (std::size_t i = 0; i < count; ++i) add(*pieces_[i]);
    };
    bool splits = true;
    each([&](const Piece& piece) { splits = splits && piece.splits(to_); });
    if (!splits) return each([&](Piece& piece) { piece.add(to_); });
    each([&](Piece& piece) { piece.add_classes(to_); });
    threads_.run(2, [&](std::size_t half) {
      each([&](Piece& piece) { half == 0 ? piece.add_items(to_) : piece.add_workers(to_); });
    });
  }

  // Cuts the block behind line feeds. A cut may lie inside quotes: pieces count up to the first that does not end with
  // a row.
  std::size_t scan_pieces() {
    const auto text = text_.bytes();
    const std::size_t piece_bytes = text_.block_bytes() / kPiecesPerBlock;
    cuts_.assign(1, 0);
    while (cuts_.back() < text.size()) cuts_.push_back(next_cut(text, cuts_.back() + piece_bytes));
    const std::size_t count = cuts_.size() - 1;
    while (pieces_.size() < count) pieces_.push_back(std::make_unique<Piece>(shape_, text_.name()));
    threads_.run(count, [&](std::size_t i) {
      pieces_[i]->scan(text.subspan(cuts_[i], cuts_[i + 1] - cuts_[i]), dialect_.delimiter, to_);
    });
    if (count == 0) return 0;
    // One row may be longer than a piece.
    if (count > 1 && pieces_[0]->index().row_bytes == 0) {
      pieces_[0]->scan(text, dialect_.delimiter, to_);
      return pieces_[0]->index().row_bytes > 0 ? 1 : 0;
    }
    std::size_t whole = 0;
    while (whole < count && pieces_[whole]->is_whole()) ++whole;
    return whole < count && pieces_[whole]->index().row_bytes > 0 ? whole + 1 : whole;
  }

  static std::size_t next_cut(std::span<char> text, std::size_t from) {
    if (from >= text.size()) return text.size();
    const void* end = std::memchr(text.data() + from, '\n', text.size() - from);
    return end == nullptr ? text.size() : static_cast<std::size_t>(static_cast<const char*>(end) - text.data()) + 1;
  }

  void check_end() {
    (void)holds_whole_row();
    if (!index_.open_quote) return;
    const auto bytes = text_.bytes();
    const std::size_t start = index_.ends.empty() ? 0 : index_.ends.back() + std::size_t{1};
    throw bad_input("a quoted field begins here and is never closed", text_.place(bytes.data() + start));
  }

  TextBlocks& text_;
  const Dialect& dialect_;
  LabelCollector& to_;
  ThreadPool& threads_;
  CsvIndex index_;  // of the header, and of what is left at the end
  Shape shape_;
  std::vector<std::unique_ptr<Piece>> pieces_;
  std::vector<std::size_t> cuts_;
};

}  // namespace

void read_delimited(TextBlocks& text, const Dialect& dialect, const ReadingOptions& options, LabelCollector& to,
                    ThreadPool& threads, const BlockDone& block_done) {
  DelimitedReader(text, dialect, options, to, threads).read(block_done);
}

}  // namespace assay::io
