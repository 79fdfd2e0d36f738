#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/io/columns.h"
#include "assay/io/label_collector.h"
#include "assay/io/row_values.h"

namespace assay::io {

/// Turns records of named fields into rows of labels: checks what is needed, leaves out rejected ones. The texts must
/// live until `flush`.
class LabelRows {
 public:
  enum Field : std::size_t { kWorker, kItem, kLabel, kWeight, kTime, kSeconds, kStatus, kFieldCount };
  using Fields = std::array<std::string_view, kFieldCount>;

  /// "file:12" for the record with that number.
  using Place = std::function<std::string(std::uint64_t number)>;

  /// `source` and the header are what messages call the file and its columns.
  LabelRows(std::string source, std::vector<std::string> header, const Columns& columns, const ReadingOptions& options,
            LabelCollector& to, Place place);

  /// The column behind a field, if the file has one.
  [[nodiscard]] const Columns::Index& column(std::size_t field) const { return columns_[field]; }
  void take(const Fields& fields, std::uint64_t number);
  /// Looks up what is known of the names taken, before `flush`; many threads may do this at once, each with rows of its
  /// own.
  void look_up();
  /// Hands the rows taken since the last time to the collector.
  void flush();
  [[nodiscard]] UnreadValues take_unread() { return values_.take_unread(); }
  /// Says what could not be read; call it at the end of the file.
  void finish() { to_.warn_of(take_unread(), source_); }

 private:
  std::string source_;
  std::vector<std::string> header_;
  std::array<Columns::Index, kFieldCount> columns_;
  const ReadingOptions& options_;
  LabelCollector& to_;
  Place place_;
  RowValues values_;
  RowBatch batch_;
  std::vector<std::uint64_t> numbers_;
  std::uint64_t rejected_count_ = 0;
  RowNumbers found_;
  bool looked_up_ = false;
};

}  // namespace assay::io
