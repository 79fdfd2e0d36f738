#include "assay/io/stored_truth.h"

#include <algorithm>
#include <filesystem>

#include "assay/base/error.h"
#include "assay/core/more_classes.h"
#include "assay/io/read_input.h"
#include "assay/io/read_labels.h"

namespace assay::io {
namespace {

void add_classes(StoredEstimate& stored, const std::vector<std::string>& names) {
  std::vector<std::string> all = stored.table.classes.names();
  all.insert(all.end(), names.begin(), names.end());
  stored.table.classes = ClassSet(all);
  stored.result.estimate.posterior = with_columns(stored.result.estimate.posterior, all.size());
  stored.result.estimate.prior.resize(all.size());
  stored.result.costs = with_classes(stored.result.costs, all.size());
  LabelStoreBuilder builder;
  stored.table.labels = builder.finish(stored.table.items.size(), stored.table.workers.size(), all.size());
}

}  // namespace

StoredTruth match_truth(StoredEstimate& stored, const std::vector<StatedLabel>& stated,
                        const std::vector<StatedLabel>& except) {
  StoredTruth out;
  out.new_classes = classes_lacking(stored.table.classes, stated);
  if (!out.new_classes.empty()) add_classes(stored, out.new_classes);
  out.truth = match_gold(stated, stored.table.items, stored.table.classes, &out.unknown_item_count);
  if (out.unknown_item_count >= stated.size()) {
    const std::string place = stated.empty() ? "" : stated.front().place;
    const std::string found = stated.empty() ? "no item" : "items such as \"" + stated.front().item + "\"";
    throw bad_input("found " + found + ", none of which the estimate has", place);
  }
  for (const auto& row : except) {
    if (const auto item = stored.table.items.find(row.item)) out.truth[*item] = kNoClass;
  }
  return out;
}

std::string restore_labels(StoredEstimate& stored, const std::string& labels, ThreadPool& threads, Progress* progress) {
  ReadingOptions options;
  std::vector<std::string> paths = {labels};
  if (labels.empty()) {
    paths = stored.table.reading.sources;
    for (const auto& path : paths) {
      if (!std::filesystem::is_regular_file(path)) return path + " is not there any more";
    }
    for (const auto& [name, value] : stored.options) (void)reading_option_table().set(options, name, value);
  }
  const LabelTable table = read_labels(paths, options, threads, progress);
  const std::uint64_t unknown = add_labels(stored, table);
  if (unknown == 0 || stored.table.labels.label_count() > 0) return "";
  if (!labels.empty()) throw bad_input("no label in it is of an item, a worker and a class of the estimate", labels);
  return "their labels are not those of the estimate";
}

}  // namespace assay::io
