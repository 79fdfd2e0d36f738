#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "assay/core/class_set.h"
#include "assay/core/name_table.h"
#include "assay/io/text_table.h"
#include "assay/learn/feature_encoder.h"

namespace assay::io {

/// How a file of features is read.
struct FeatureFileOptions {
  std::string
      item_column;  ///< empty: found by name; rows are numbered from 1 where that fails and `needs_items` is off
  std::string class_column;  ///< holds the truth of each item; empty: none
  bool needs_items = true;
};

/// A file of features: a row an item. CSV, TSV, JSONL or Parquet, compressed or not; lines of # before the header are
/// passed over.
class FeatureFile {
 public:
  /// Throws Error{bad_input} with file:line for a missing column, an empty or repeated item, or no row.
  FeatureFile(const std::string& path, const FeatureFileOptions& options);
  FeatureFile(TextTable table, const FeatureFileOptions& options);

  [[nodiscard]] const NameTable& items() const { return items_; }
  /// Everything but the item and the class. Lives as long as the file.
  [[nodiscard]] learn::RawFeatures raw() const;

  /// The classes of the class column, sorted. Throws Error{bad_input} at an empty one, and where there are fewer than
  /// two.
  [[nodiscard]] ClassSet classes() const;
  /// The class of each row. Throws Error{bad_input} for one that is not in the set.
  [[nodiscard]] std::vector<ClassIndex> truth(const ClassSet& classes) const;
  [[nodiscard]] std::size_t row_count() const { return table_.row_count(); }

 private:
  TextTable table_;
  std::optional<std::size_t> item_, class_;
  NameTable items_;
};

}  // namespace assay::io
