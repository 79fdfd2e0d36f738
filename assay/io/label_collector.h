#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "assay/core/label_store_builder.h"
#include "assay/core/label_table.h"
#include "assay/io/class_codes.h"
#include "assay/io/label_spill.h"
#include "assay/io/reading_options.h"
#include "assay/io/row_batch.h"
#include "assay/io/row_values.h"

namespace assay::io {

/// Labels with their gold: one class set, one numbering of items.
struct LabelsWithGold {
  LabelTable table;
  GoldLabels gold;  ///< size = items; empty when none is known
};

/// What is known of labels that were spilled, beside the labels themselves.
struct SpilledLabels {
  NameTable workers;
  ClassSet classes;
  std::vector<ClassIndex> class_order;  ///< of the class numbered c while reading, its final number
  ReadingReport reading;                ///< without repeated labels
};

/// The numbers of a batch's names, as far as they are known. One batch at a time; made to be used again.
struct RowNumbers {
  std::vector<ClassIndex> classes;
  std::vector<NameTable::Index> workers;
  std::vector<NameTable::Unknown> new_workers;
  // Files mostly hold the labels of an item together, so items are numbered by run: its name, the number of that, and
  // the row before which it ends.
  std::vector<std::string_view> run_names;
  std::vector<NameTable::Index> run_items;
  std::vector<NameTable::Unknown> new_items;
  std::vector<std::uint32_t> run_ends;
  std::uint64_t missing_count = 0;

  struct NewLabel {
    std::size_t row;       ///< in the batch as it was read, for messages
    std::size_t kept_row;  ///< after missing labels were dropped
    std::string_view text;
  };
  std::vector<NewLabel> new_labels;
};

/// Turns rows of every format into a LabelTable: numbers names, leaves out missing labels, counts. Work on a batch has
/// two halves: looking up what is known, which many threads may do at once, and adding it, one batch after the other.
class LabelCollector {
 public:
  /// `classes`: the only ones allowed, in their order; empty when they are to be found.
  LabelCollector(const ReadingOptions& options, const std::vector<std::string>& classes);
  /// The same, but labels and items go into `spill`, which must outlive it: only workers and classes stay in memory.
  /// Gold is left out with a warning; repeated labels are found when the spill is sorted. `finish_spilled` ends it.
  LabelCollector(const ReadingOptions& options, const std::vector<std::string>& classes, LabelSpill& spill);

  /// Drops the rows without a label and numbers the names that are known. Many threads may do this at once, each with a
  /// batch of its own, while nothing is added.
  void look_up(RowBatch& batch, RowNumbers& numbers) const;
  /// Adds a batch that was looked up, at any time before. Throws Error at a row's place for an unknown class, too many
  /// classes, or a repeated pair where that is an error.
  void add(RowBatch& batch, RowNumbers& numbers);
  void add(RowBatch& batch) {
    look_up(batch, numbers_);
    add(batch, numbers_);
  }
  /// The same in three steps, where `splits` says so: batch by batch the first, which throws for unknown classes, then
  /// the two others, batch by batch too, but each by a thread of its own.
  [[nodiscard]] bool splits(const RowBatch& batch) const;
  void add_classes(const RowBatch& batch, RowNumbers& numbers);
  void add_items(RowNumbers& numbers);
  void add_workers(const RowBatch& batch, RowNumbers& numbers);

  /// Makes room for all labels, of which this share was added.
  void expect_rest(double share);

  /// The truth of an item. Throws Error{bad_input} at `place()` when another one was given before.
  void add_gold(std::string_view item, std::string_view label, const ClassCodes::Place& place);
  /// Says that all labels and priors are in: a class that only gold or costs name from here on is warned of.
  void end_labels() { labelled_classes_ = classes_.names(); }
  /// A class that need not be among the labels.
  void add_class(std::string_view name, const ClassCodes::Place& place);
  /// Says how many times and work times of a file could not be read, if any.
  void warn_of(const UnreadValues& unread, const std::string& source);
  /// Counts and warnings of the readers.
  ReadingReport report;

  /// Throws Error when there are no labels.
  LabelsWithGold finish(ThreadPool& threads);
  SpilledLabels finish_spilled();

 private:
  void refuse_no_label(std::uint64_t label_count) const;
  void spill(const RowBatch& batch, RowNumbers& numbers);
  void drop_missing(RowBatch& batch, RowNumbers& numbers) const;
  void refuse_repeats(const RowBatch& batch, const RowNumbers& numbers);
  ClassIndex code_beside_labels(std::string_view name, const ClassCodes::Place& place);
  void warn_of_gold(const LabelsWithGold& out);

  const ReadingOptions& options_;
  LabelSpill* spill_ = nullptr;
  std::vector<LabelSpill::Row> spilled_rows_;
  std::uint64_t spilled_gold_ = 0;
  ClassCodes classes_;
  std::vector<std::string> labelled_classes_;
  NameTable items_;
  NameTable workers_;
  LabelStoreBuilder labels_;
  std::vector<ClassIndex> gold_;             // by item, may be shorter
  std::unordered_set<std::uint64_t> pairs_;  // (item, worker) seen, only where repeats are an error
  RowNumbers numbers_;
};

}  // namespace assay::io
