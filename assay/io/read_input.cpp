#include "assay/io/read_input.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "assay/base/error.h"
#include "assay/base/options.h"
#include "assay/base/text.h"
#include "assay/io/block_labels.h"
#include "assay/io/label_collector.h"
#include "assay/io/read_labels.h"
#include "assay/io/records.h"
#include "assay/io/small_files.h"
#include "assay/io/text_list.h"

namespace assay::io {
namespace {

const std::string kOrdinal = "ordinal";
const std::string kUniform = "uniform";
const std::string kEstimate = "estimate";

// The table in the file `given` for an option that takes words as well; nothing for a word or when it is empty.
std::optional<TextTable> table_or_word(const std::string& given, const std::vector<std::string>& words,
                                       const std::string& option, const Headerless& headerless) {
  if (given.empty() || std::find(words.begin(), words.end(), given) != words.end()) return std::nullopt;
  std::error_code failed;
  const bool is_there = given == "-" || std::filesystem::exists(given, failed);
  if (is_there) return read_table(given, headerless);
  std::vector<std::string> allowed = {"a file"};
  allowed.insert(allowed.end(), words.begin(), words.end());
  throw bad_input("there is no file \"" + given + "\"" + did_you_mean(given, words) + ", allowed is " +
                      option_parsing::choices_in_words(allowed),
                  option);
}

std::optional<TextTable> costs_table(const InputFiles& files) {
  return table_or_word(files.costs, {kOrdinal}, "--costs", headerless_costs());
}

std::optional<TextTable> priors_table(const InputFiles& files) {
  return table_or_word(files.priors, {kUniform, kEstimate}, "--priors", headerless_priors());
}

// What of a file of gold is of no use.
void warn_of_stated(const InputFiles& files, const std::vector<StatedLabel>& gold, std::uint64_t unstated,
                    ReadingReport& report) {
  if (!files.gold.empty() && gold.empty()) {
    report.warnings.push_back(files.gold + ": holds no gold label");
  } else if (unstated > 0) {
    report.warnings.push_back(files.gold + ": " + std::to_string(unstated) + " of " +
                              std::to_string(gold.size() + unstated) + " rows have no label and are left out");
  }
}

void add_classes(const TextTable& table, std::initializer_list<records::Role> roles, LabelCollector& to) {
  for (const auto role : roles) {
    const auto column = records::find(role, table.header());
    for (std::size_t row = 0; column && row < table.row_count(); ++row) {
      to.add_class(table.text(row, *column), [&] { return table.place(row); });
    }
  }
}

void add_costs_and_priors(const InputFiles& files, const std::optional<TextTable>& costs,
                          const std::optional<TextTable>& priors, Input& out) {
  const std::size_t class_count = out.table.classes.size();
  out.costs = costs                     ? costs_of(*costs, out.table.classes)
              : files.costs == kOrdinal ? CostMatrix::ordinal(class_count)
                                        : CostMatrix(class_count);
  if (priors) out.prior = priors_of(*priors, out.table.classes);
  if (files.priors == kUniform) out.prior.assign(class_count, 1.0 / static_cast<double>(class_count));
}

bool knows_all(const ClassSet& classes, const TextTable& table, std::initializer_list<records::Role> roles) {
  for (const auto role : roles) {
    const auto column = records::find(role, table.header());
    for (std::size_t row = 0; column && row < table.row_count(); ++row) {
      if (!classes.find(table.text(row, *column))) return false;
    }
  }
  return true;
}

// Takes a .assay file as it is; nothing when the small files name items or classes that it lacks.
std::optional<Input> with_blocks(const InputFiles& files, const std::vector<StatedLabel>& gold,
                                 const std::optional<TextTable>& costs, const std::optional<TextTable>& priors,
                                 ThreadPool& threads) {
  using records::Role;
  Input out{read_block_table(files.labels.front(), threads), {}, {}, {}};
  const ClassSet& classes = out.table.classes;
  for (const auto& known : gold) {
    if (!classes.find(known.label) || !out.table.items.find(known.item)) return std::nullopt;
  }
  if (priors && !knows_all(classes, *priors, {Role::class_name})) return std::nullopt;
  if (costs && !knows_all(classes, *costs, {Role::true_class, Role::decided_class})) return std::nullopt;
  if (!gold.empty()) out.gold = match_gold(gold, out.table.items, classes);
  add_costs_and_priors(files, costs, priors, out);
  return out;
}

}  // namespace

Input read_input(const InputFiles& files, const ReadingOptions& options, ThreadPool& threads, Progress* progress) {
  using records::Role;
  LabelCollector collector(options, read_classes(options.classes));
  // The small files first: a fault in them shows at once.
  std::vector<StatedLabel> gold;
  std::uint64_t unstated = 0;
  if (!files.gold.empty()) gold = read_gold(files.gold, &unstated);
  const auto costs = costs_table(files);
  const auto priors = priors_table(files);

  if (is_whole_block_file(files.labels, options)) {
    auto whole = with_blocks(files, gold, costs, priors, threads);
    if (whole) {
      warn_of_stated(files, gold, unstated, whole->table.reading);
      return std::move(*whole);
    }
  }
  read_labels_into(files.labels, options, collector, threads, progress);
  if (priors) add_classes(*priors, {Role::class_name}, collector);
  collector.end_labels();
  for (const auto& known : gold) collector.add_gold(known.item, known.label, [&] { return known.place; });
  warn_of_stated(files, gold, unstated, collector.report);
  if (costs) add_classes(*costs, {Role::true_class, Role::decided_class}, collector);

  auto collected = collector.finish(threads);
  Input out{std::move(collected.table), std::move(collected.gold), {}, {}};
  add_costs_and_priors(files, costs, priors, out);
  return out;
}

Input read_input_for(const blocks::BlockFile& file, const InputFiles& files) {
  Input out{describe_blocks(file), {}, {}, {}};
  const auto costs = costs_table(files);
  const auto priors = priors_table(files);
  add_costs_and_priors(files, costs, priors, out);
  if (files.gold.empty()) return out;
  std::uint64_t unstated = 0;
  const std::vector<StatedLabel> gold = read_gold(files.gold, &unstated);
  warn_of_stated(files, gold, unstated, out.table.reading);
  NameTable stated;
  for (const auto& known : gold) stated.intern(known.item);
  const GoldLabels truth = match_gold(gold, stated, out.table.classes);
  out.gold.assign(file.shape().item_count, kNoClass);
  std::size_t found = 0;
  std::vector<std::string_view> names;
  for (std::size_t b = 0; b < file.block_count(); ++b) {
    file.item_names(b, names);
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto index = stated.find(names[i]);
      if (!index) continue;
      out.gold[file.first_item(b) + i] = truth[*index];
      ++found;
    }
    file.release_item_names(b);
  }
  if (found < stated.size()) {
    out.table.reading.warnings.push_back(std::to_string(stated.size() - found) + " of " +
                                         std::to_string(stated.size()) +
                                         " gold items are not among the labels and left out");
  }
  if (found == 0) out.gold.clear();
  return out;
}

CostMatrix read_costs(const std::string& given, const ClassSet& classes) {
  const auto table = costs_table({.labels = {}, .costs = given});
  if (table) return costs_of(*table, classes);
  return given == kOrdinal ? CostMatrix::ordinal(classes.size()) : CostMatrix(classes.size());
}

GoldLabels match_gold(const std::vector<StatedLabel>& stated, const NameTable& items, const ClassSet& classes,
                      std::uint64_t* unknown) {
  GoldLabels gold(items.size(), kNoClass);
  std::uint64_t lacking = 0;
  for (const auto& known : stated) {
    const auto truth = classes.find(known.label);
    if (!truth) {
      throw bad_input("found the unknown class \"" + known.label + "\"" + did_you_mean(known.label, classes.names()) +
                          ", allowed are " + some_of(classes.names()),
                      known.place);
    }
    const auto item = items.find(known.item);
    if (!item) {
      ++lacking;
      continue;
    }
    if (gold[*item] != kNoClass && gold[*item] != *truth) {
      throw bad_input("the item \"" + known.item + "\" is \"" + known.label + "\" here and \"" +
                          classes.name(gold[*item]) + "\" before; allowed is one class an item",
                      known.place);
    }
    gold[*item] = *truth;
  }
  if (unknown != nullptr) *unknown = lacking;
  return gold;
}

std::vector<std::string> classes_lacking(const ClassSet& classes, const std::vector<StatedLabel>& stated) {
  std::vector<std::string> out;
  for (const auto& row : stated) {
    if (!classes.find(row.label) && std::find(out.begin(), out.end(), row.label) == out.end()) out.push_back(row.label);
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace assay::io
