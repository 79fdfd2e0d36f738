#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::io {

/// A table of texts held by column, for files that are read as a whole: gold, costs, priors, earlier results.
class TextTable {
 public:
  TextTable(std::string source, std::vector<std::string> header);

  /// Adds one row; `fields` beyond the header are dropped, lacking ones are empty. `line` is its place in the file, 0:
  /// none. `width` is how many fields the file's row has where that is less.
  void add(const std::vector<std::string_view>& fields, std::uint64_t line,
           std::size_t width = std::numeric_limits<std::size_t>::max());

  [[nodiscard]] const std::string& source() const { return source_; }
  [[nodiscard]] const std::vector<std::string>& header() const { return header_; }
  [[nodiscard]] std::size_t row_count() const { return lines_.size(); }
  [[nodiscard]] std::string_view text(std::size_t row, std::size_t column) const {
    const Column& c = columns_[column];
    const std::uint64_t begin = row == 0 ? 0 : c.ends[row - 1];
    return {c.characters.data() + begin, c.ends[row] - begin};
  }
  /// Throws Error{bad_input} when the row is too short to have the column.
  void check_has(std::size_t row, std::size_t column) const;
  /// The text as a number; NaN when it is empty. Throws Error{bad_input} when it is something else.
  [[nodiscard]] double number(std::size_t row, std::size_t column) const;
  /// Where the names of the columns stand: "file:1", the file where they stand in every row.
  [[nodiscard]] std::string header_place() const { return lines_.empty() || lines_[0] > 1 ? source_ + ":1" : source_; }
  /// "file:line".
  [[nodiscard]] std::string place(std::size_t row) const;
  /// The column with exactly this name; throws Error{bad_input} when there is none.
  [[nodiscard]] std::size_t column(std::string_view name) const;
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;

 private:
  struct Column {
    std::vector<char> characters;
    std::vector<std::uint64_t> ends;
  };
  std::string source_;
  std::vector<std::string> header_;
  std::vector<Column> columns_;
  std::vector<std::uint64_t> lines_;
  std::vector<std::size_t> widths_;
};

/// How a file without column names is told: it has `columns` columns and is separated by tabs, or the last column of
/// its first row is a number where `ends_in_number`. 0 columns: every file has names.
struct Headerless {
  std::size_t columns = 0;
  bool ends_in_number = false;
  std::vector<std::string> names;  ///< what its columns are called then
  bool comments = false;           ///< lines that begin with # before the first row are passed over
};

/// Reads CSV, TSV, JSONL or Parquet, compressed or not, "-" for standard input. Throws Error with file:line.
[[nodiscard]] TextTable read_table(const std::string& path, const Headerless& headerless = {});
/// The same of a text in memory.
[[nodiscard]] TextTable read_table_text(const std::string& bytes, const std::string& name,
                                        const Headerless& headerless = {});

}  // namespace assay::io
