#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/base/money.h"

namespace assay::io {

/// Takes the cells of a row in column order. An empty cell is a NaN number.
class RowSink {
 public:
  virtual ~RowSink() = default;
  virtual void text(std::string_view value) = 0;
  virtual void integer(std::uint64_t value) = 0;
  /// Written as the shortest text that reads back the same; NaN and infinities count as not known.
  virtual void number(double value) = 0;
  /// In units of its currency; as text in plain decimals, which read back as the same amount.
  virtual void money(Money value) { number(value.units()); }
  virtual void end_row() = 0;
};

enum class ColumnType { text, integer, number };

struct TableColumn {
  std::string name;
  ColumnType type;
};

/// A table to be written. Rows are made on demand, in parts, by any thread: `rows(part, sink)` must depend on `part`
/// alone.
struct Table {
  std::string name;  ///< of the file, without its ending
  std::vector<TableColumn> columns;
  std::size_t part_count = 0;
  std::function<void(std::size_t part, RowSink& to)> rows;
};

}  // namespace assay::io
