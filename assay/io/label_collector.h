#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "assay/core/label_store_builder.h"
#include "assay/core/label_table.h"
#include "assay/io/class_codes.h"
#include "assay/io/reading_options.h"
#include "assay/io/row_batch.h"

namespace assay::io {

/// Labels with their gold: one class set, one numbering of items.
struct LabelsWithGold {
  LabelTable table;
  GoldLabels gold;  ///< size = items; empty when none is known
};

/// Turns rows of every format into a LabelTable: numbers names, leaves out missing labels, counts.
class LabelCollector {
 public:
  /// `classes`: the only ones allowed, in their order; empty when they are to be found.
  LabelCollector(const ReadingOptions& options, const std::vector<std::string>& classes);

  /// Throws Error at a row's place for an unknown class, too many classes, or a repeated pair where that is an error.
  void add(RowBatch& batch);
  /// The truth of an item. Throws Error{bad_input} at `place()` when another one was given before.
  void add_gold(std::string_view item, std::string_view label, const ClassCodes::Place& place);
  /// A class that need not be among the labels.
  void add_class(std::string_view name, const ClassCodes::Place& place);
  /// Counts and warnings of the readers.
  ReadingReport report;

  /// Throws Error when there are no labels.
  LabelsWithGold finish();

 private:
  void drop_missing(RowBatch& batch);
  void number_items(const RowBatch& batch);
  void refuse_repeats(const RowBatch& batch);
  void warn_of_gold(const LabelsWithGold& out);

  const ReadingOptions& options_;
  ClassCodes classes_;
  NameTable items_;
  NameTable workers_;
  LabelStoreBuilder labels_;
  std::vector<ClassIndex> gold_;             // by item, may be shorter
  std::unordered_set<std::uint64_t> pairs_;  // (item, worker) seen, only where repeats are an error
  // Of the batch at hand.
  std::vector<ClassIndex> codes_;
  std::vector<NameTable::Index> item_of_row_;
  std::vector<NameTable::Index> worker_of_row_;
  std::vector<std::string_view> runs_;
  std::vector<NameTable::Index> run_items_;
};

}  // namespace assay::io
