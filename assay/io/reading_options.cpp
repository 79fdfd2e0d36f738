#include "assay/io/reading_options.h"

#include "assay/core/ids.h"
#include "assay/io/records.h"

namespace assay::io {

using Duplicates = LabelStoreBuilder::Duplicates;

const OptionTable<ReadingOptions>& reading_option_table() {
  using S = ReadingOptions;
  static const auto table = [] {
    OptionTable<S> t;
    const std::string any_column = "a column of the file; empty: found by its name";
    std::vector<std::string> formats;
    for (const auto format :
         {records::kAuto, records::kCsv, records::kTsv, records::kJsonl, records::kParquet, records::kAssay,
          records::kMturkBatch, records::kToloka, records::kLabelStudio, records::kGetAnotherLabel}) {
      formats.emplace_back(format);
    }
    t.text("worker_column", &S::worker_column, any_column, "column that names the worker");
    t.text("item_column", &S::item_column, any_column, "column that names the item");
    t.text("label_column", &S::label_column, any_column, "column that holds the label");
    t.text("weight_column", &S::weight_column, any_column, "column that holds the weight of a label");
    t.text("time_column", &S::time_column, any_column, "column that says when the label was given");
    t.text("seconds_column", &S::seconds_column, any_column, "column that holds the work time in seconds");
    t.choice("input_format", &S::input_format, formats, "format of the labels; auto looks at the content");
    t.text("missing", &S::missing, "values separated by commas; empty answers are always missing",
           "answers that are no label, such as \"don't know\"");
    t.choice("duplicates", &S::duplicates, {"all", "first", "last", "error"},
             "what to do with several labels of one worker on one item");
    t.flag("include_rejected", &S::include_rejected, "use labels of rejected assignments too");
    t.text("classes", &S::classes, "a file with one class a line, or a,b,c",
           "the classes and their order; empty: those found, sorted (as numbers when all are)");
    t.integer("max_classes", &S::max_classes, 1, kNoClass - 1, "classes",
              "most different labels before reading stops with an error");
    t.integer("max_row_bytes", &S::max_row_bytes, 1024, 1LL << 30, "bytes", "longest row of an input file");
    return t;
  }();
  return table;
}

Duplicates duplicates_of(const ReadingOptions& options) {
  if (options.duplicates == "first") return Duplicates::first;
  if (options.duplicates == "last") return Duplicates::last;
  if (options.duplicates == "error") return Duplicates::error;
  return Duplicates::all;
}

}  // namespace assay::io
