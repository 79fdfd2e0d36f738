#include "assay/io/label_collector.h"

#include <cmath>
#include <utility>

#include "assay/base/error.h"
#include "assay/io/text_list.h"

namespace assay::io {
namespace {

template <typename T>
void keep_row(std::vector<T>& column, std::size_t to, std::size_t from) {
  if (!column.empty()) column[to] = column[from];
}

template <typename T>
void cut(std::vector<T>& column, std::size_t size) {
  if (!column.empty()) column.resize(size);
}

}  // namespace

LabelCollector::LabelCollector(const ReadingOptions& options, const std::vector<std::string>& classes)
    : options_(options), classes_(classes, split_list(options.missing), options.max_classes) {}

void LabelCollector::add(RowBatch& batch) {
  report.row_count += batch.size();
  codes_.resize(batch.size());
  bool any_missing = false;
  std::size_t row = 0;
  const ClassCodes::Place place = [&] { return batch.place(row, batch.labels[row]); };
  for (; row < batch.size(); ++row) {
    codes_[row] = classes_.code(batch.labels[row], place);
    any_missing |= codes_[row] == kNoClass;
  }
  if (any_missing) drop_missing(batch);
  number_items(batch);
  worker_of_row_.resize(batch.size());
  workers_.intern(batch.workers, worker_of_row_.data());
  if (duplicates_of(options_) == LabelStoreBuilder::Duplicates::error) refuse_repeats(batch);

  const bool has_extras = !batch.weights.empty() || !batch.times.empty() || !batch.seconds.empty();
  if (!has_extras) {
    for (std::size_t i = 0; i < batch.size(); ++i) labels_.add(item_of_row_[i], worker_of_row_[i], codes_[i]);
  } else {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      LabelStoreBuilder::Extras extras;
      if (!batch.weights.empty()) extras.weight = batch.weights[i];
      if (!batch.times.empty()) extras.time = batch.times[i];
      if (!batch.seconds.empty()) extras.seconds = batch.seconds[i];
      labels_.add(item_of_row_[i], worker_of_row_[i], codes_[i], extras);
    }
  }
  for (std::size_t i = 0; i < batch.golden.size(); ++i) {
    if (!batch.golden[i].empty())
      add_gold(batch.items[i], batch.golden[i], [&] { return batch.place(i, batch.golden[i]); });
  }
}

void LabelCollector::refuse_repeats(const RowBatch& batch) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (pairs_.insert(std::uint64_t{item_of_row_[i]} << 32 | worker_of_row_[i]).second) continue;
    throw bad_input("the worker \"" + std::string(batch.workers[i]) + "\" labels the item \"" +
                        std::string(batch.items[i]) +
                        "\" more than once, which --duplicates error forbids (allowed are all, first, last)",
                    batch.place(i, batch.workers[i]));
  }
}

void LabelCollector::drop_missing(RowBatch& batch) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (codes_[i] == kNoClass) continue;
    codes_[kept] = codes_[i];
    batch.workers[kept] = batch.workers[i];
    batch.items[kept] = batch.items[i];
    batch.labels[kept] = batch.labels[i];
    keep_row(batch.weights, kept, i);
    keep_row(batch.times, kept, i);
    keep_row(batch.seconds, kept, i);
    keep_row(batch.golden, kept, i);
    ++kept;
  }
  report.missing_count += batch.size() - kept;
  batch.workers.resize(kept);
  batch.items.resize(kept);
  batch.labels.resize(kept);
  cut(batch.weights, kept);
  cut(batch.times, kept);
  cut(batch.seconds, kept);
  cut(batch.golden, kept);
}

// Files mostly hold the labels of an item together: only the first of a run is looked up.
void LabelCollector::number_items(const RowBatch& batch) {
  runs_.clear();
  item_of_row_.resize(batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (i == 0 || !same_name(batch.items[i], batch.items[i - 1])) runs_.push_back(batch.items[i]);
    item_of_row_[i] = static_cast<NameTable::Index>(runs_.size() - 1);
  }
  run_items_.resize(runs_.size());
  items_.intern(runs_, run_items_.data());
  for (auto& item : item_of_row_) item = run_items_[item];
}

void LabelCollector::add_gold(std::string_view item, std::string_view label, const ClassCodes::Place& place) {
  const ClassIndex truth = classes_.code(label, place);
  if (truth == kNoClass) return;
  const auto index = items_.intern(item);
  if (gold_.size() <= index) gold_.resize(index + std::size_t{1}, kNoClass);
  if (gold_[index] != kNoClass && gold_[index] != truth) {
    throw bad_input("the item \"" + std::string(item) + "\" has the gold label \"" + std::string(label) +
                        "\" here and \"" + classes_.names()[gold_[index]] + "\" before; allowed is one class an item",
                    place());
  }
  gold_[index] = truth;
}

void LabelCollector::add_class(std::string_view name, const ClassCodes::Place& place) {
  (void)classes_.code(name, place);
}

LabelsWithGold LabelCollector::finish() {
  const std::string where = report.sources.empty() ? "" : report.sources.front();
  if (labels_.label_count() == 0) {
    throw bad_input("found no label among " + std::to_string(report.row_count) + " rows (" +
                        std::to_string(report.missing_count) + " missing, " + std::to_string(report.rejected_count) +
                        " rejected), at least one is needed",
                    where);
  }
  LabelsWithGold out;
  std::vector<ClassIndex> order;
  out.table.classes = ClassSet(classes_.ordered_names(order));
  LabelStoreBuilder::DuplicateCounts repeats;
  out.table.labels =
      labels_.finish(items_.size(), workers_.size(), order.size(), order, duplicates_of(options_), &repeats);
  report.repeated_count = repeats.repeated;
  report.contradicting_count = repeats.contradicting;
  if (!gold_.empty()) {
    gold_.resize(items_.size(), kNoClass);
    for (auto& truth : gold_) truth = truth == kNoClass ? kNoClass : order[truth];
    out.gold = std::move(gold_);
  }
  warn_of_gold(out);
  out.table.items = std::move(items_);
  out.table.workers = std::move(workers_);
  out.table.reading = std::move(report);
  return out;
}

void LabelCollector::warn_of_gold(const LabelsWithGold& out) {
  std::size_t unlabelled = 0;
  std::size_t known = 0;
  for (std::size_t o = 0; o < out.gold.size(); ++o) {
    if (out.gold[o] == kNoClass) continue;
    ++known;
    unlabelled += out.table.labels.rows(static_cast<ItemIndex>(o)).empty() ? 1 : 0;
  }
  if (unlabelled > 0) {
    report.warnings.push_back(std::to_string(unlabelled) + " of " + std::to_string(known) +
                              " gold items have no label; they stay in the results with label_count 0");
  }
}

}  // namespace assay::io
