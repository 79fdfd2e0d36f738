#include "assay/io/label_collector.h"

#include <cmath>
#include <utility>

#include "assay/base/error.h"
#include "assay/base/text.h"
#include "assay/io/text_list.h"

namespace assay::io {
namespace {

template <typename T>
void keep_row(std::vector<T>& column, std::size_t to, std::size_t from) {
  if (!column.empty()) column[to] = column[from];
}

void find_runs(const std::vector<std::string_view>& items, RowNumbers& numbers) {
  numbers.run_names.clear();
  numbers.run_ends.clear();
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0 && same_name(items[i], items[i - 1])) continue;
    if (i > 0) numbers.run_ends.push_back(static_cast<std::uint32_t>(i));
    numbers.run_names.push_back(items[i]);
  }
  if (!items.empty()) numbers.run_ends.push_back(static_cast<std::uint32_t>(items.size()));
}

LabelStoreBuilder::Columns columns_of(const RowBatch& batch) { return {batch.weights, batch.times, batch.seconds}; }

LabelStoreBuilder::Extras extras_of(const RowBatch& batch, std::size_t row) {
  LabelStoreBuilder::Extras extras;
  if (!batch.weights.empty()) extras.weight = batch.weights[row];
  if (!batch.times.empty()) extras.time = batch.times[row];
  if (!batch.seconds.empty()) extras.seconds = batch.seconds[row];
  return extras;
}

template <typename T>
void cut(std::vector<T>& column, std::size_t size) {
  if (!column.empty()) column.resize(size);
}

}  // namespace

LabelCollector::LabelCollector(const ReadingOptions& options, const std::vector<std::string>& classes)
    : options_(options), classes_(classes, split_list(options.missing), options.max_classes) {}

LabelCollector::LabelCollector(const ReadingOptions& options, const std::vector<std::string>& classes,
                               LabelSpill& spill)
    : LabelCollector(options, classes) {
  spill_ = &spill;
}

void LabelCollector::look_up(RowBatch& batch, RowNumbers& numbers) const {
  drop_missing(batch, numbers);
  find_runs(batch.items, numbers);
  numbers.run_items.resize(numbers.run_names.size());
  numbers.new_items.clear();
  if (spill_ == nullptr) items_.find(numbers.run_names, numbers.run_items.data(), numbers.new_items);
  numbers.workers.resize(batch.size());
  numbers.new_workers.clear();
  workers_.find(batch.workers, numbers.workers.data(), numbers.new_workers);
}

void LabelCollector::drop_missing(RowBatch& batch, RowNumbers& numbers) const {
  numbers.new_labels.clear();
  numbers.classes.resize(batch.size());
  std::size_t kept = 0;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    ClassIndex code = 0;
    if (!classes_.find(batch.labels[i], code)) {
      numbers.new_labels.push_back({i, kept, batch.labels[i]});
    } else if (code == kNoClass) {
      continue;
    }
    numbers.classes[kept] = code;
    if (kept < i) {
      batch.workers[kept] = batch.workers[i];
      batch.items[kept] = batch.items[i];
      batch.labels[kept] = batch.labels[i];
      keep_row(batch.weights, kept, i);
      keep_row(batch.times, kept, i);
      keep_row(batch.seconds, kept, i);
      keep_row(batch.golden, kept, i);
    }
    ++kept;
  }
  numbers.missing_count = batch.size() - kept;
  numbers.classes.resize(kept);
  batch.workers.resize(kept);
  batch.items.resize(kept);
  batch.labels.resize(kept);
  cut(batch.weights, kept);
  cut(batch.times, kept);
  cut(batch.seconds, kept);
  cut(batch.golden, kept);
}

bool LabelCollector::splits(const RowBatch& batch) const {
  return spill_ == nullptr && batch.golden.empty() && duplicates_of(options_) != LabelStoreBuilder::Duplicates::error;
}

void LabelCollector::add_classes(const RowBatch& batch, RowNumbers& numbers) {
  report.row_count += batch.size() + numbers.missing_count;
  report.missing_count += numbers.missing_count;
  for (const auto& label : numbers.new_labels) {
    numbers.classes[label.kept_row] = classes_.code(label.text, [&] { return batch.place(label.row, label.text); });
  }
}

void LabelCollector::add_items(RowNumbers& numbers) {
  items_.intern(numbers.run_names, numbers.new_items, numbers.run_items.data());
  labels_.add_items(numbers.run_items, numbers.run_ends);
}

void LabelCollector::add_workers(const RowBatch& batch, RowNumbers& numbers) {
  workers_.intern(batch.workers, numbers.new_workers, numbers.workers.data());
  labels_.add_labels(numbers.workers, numbers.classes, columns_of(batch));
}

void LabelCollector::add(RowBatch& batch, RowNumbers& numbers) {
  add_classes(batch, numbers);
  if (spill_ != nullptr) return spill(batch, numbers);
  add_items(numbers);
  add_workers(batch, numbers);
  if (duplicates_of(options_) == LabelStoreBuilder::Duplicates::error) refuse_repeats(batch, numbers);
  for (std::size_t i = 0; i < batch.golden.size(); ++i) {
    if (!batch.golden[i].empty())
      add_gold(batch.items[i], batch.golden[i], [&] { return batch.place(i, batch.golden[i]); });
  }
}

// Hands over the labels of each run of equal items.
void LabelCollector::spill(const RowBatch& batch, RowNumbers& numbers) {
  workers_.intern(batch.workers, numbers.new_workers, numbers.workers.data());
  std::size_t i = 0;
  for (std::size_t r = 0; r < numbers.run_ends.size(); ++r) {
    spilled_rows_.clear();
    for (; i < numbers.run_ends[r]; ++i) {
      spilled_rows_.push_back({numbers.workers[i], numbers.classes[i], extras_of(batch, i)});
    }
    spill_->add(numbers.run_names[r], spilled_rows_);
  }
  for (const auto golden : batch.golden) spilled_gold_ += golden.empty() ? 0 : 1;
}

void LabelCollector::expect_rest(double share) {
  if (spill_ == nullptr)
    labels_.reserve(static_cast<std::uint64_t>(static_cast<double>(labels_.label_count()) / share));
}

void LabelCollector::refuse_repeats(const RowBatch& batch, const RowNumbers& numbers) {
  std::size_t i = 0;
  for (std::size_t r = 0; r < numbers.run_ends.size(); ++r) {
    for (; i < numbers.run_ends[r]; ++i) {
      if (pairs_.insert(std::uint64_t{numbers.run_items[r]} << 32 | numbers.workers[i]).second) continue;
      throw bad_input("the worker \"" + std::string(batch.workers[i]) + "\" labels the item \"" +
                          std::string(batch.items[i]) +
                          "\" more than once, which --duplicates error forbids (allowed are all, first, last)",
                      batch.place(i, batch.workers[i]));
    }
  }
}

void LabelCollector::add_gold(std::string_view item, std::string_view label, const ClassCodes::Place& place) {
  const ClassIndex truth = code_beside_labels(label, place);
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
  (void)code_beside_labels(name, place);
}

ClassIndex LabelCollector::code_beside_labels(std::string_view name, const ClassCodes::Place& place) {
  const std::size_t known = classes_.names().size();
  const ClassIndex code = classes_.code(name, place);
  if (classes_.names().size() > known && !labelled_classes_.empty()) {
    report.warnings.push_back(place() + ": the class \"" + shown(name) + "\" is in no label or prior" +
                              did_you_mean(name, labelled_classes_) +
                              "; it counts as a class, --classes would say which are meant");
  }
  return code;
}

void LabelCollector::warn_of(const UnreadValues& unread, const std::string& source) {
  const auto warn = [&](std::uint64_t count, const char* what) {
    if (count > 0) report.warnings.push_back(source + ": " + std::to_string(count) + what + " could not be read");
  };
  warn(unread.times, " times");
  warn(unread.seconds, " work times (seconds, 0 or more)");
}

void LabelCollector::refuse_no_label(std::uint64_t label_count) const {
  if (label_count > 0) return;
  throw bad_input("found no label among " + std::to_string(report.row_count) + " rows (" +
                      std::to_string(report.missing_count) + " missing, " + std::to_string(report.rejected_count) +
                      " rejected), at least one is needed",
                  report.sources.empty() ? "" : report.sources.front());
}

SpilledLabels LabelCollector::finish_spilled() {
  refuse_no_label(spill_->label_count());
  if (spilled_gold_ > 0) {
    report.warnings.push_back(
        "the file's own gold is left out of labels that are kept within --memory; --gold gives it");
  }
  SpilledLabels out;
  out.classes = ClassSet(classes_.ordered_names(out.class_order));
  out.workers = std::move(workers_);
  out.reading = std::move(report);
  return out;
}

LabelsWithGold LabelCollector::finish(ThreadPool& threads) {
  refuse_no_label(labels_.label_count());
  LabelsWithGold out;
  std::vector<ClassIndex> order;
  out.table.classes = ClassSet(classes_.ordered_names(order));
  LabelStoreBuilder::DuplicateCounts repeats;
  out.table.labels =
      labels_.finish(items_.size(), workers_.size(), order.size(), order, duplicates_of(options_), &repeats, threads);
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
