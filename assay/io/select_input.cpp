#include "assay/io/select_input.h"

#include <cmath>
#include <unordered_set>

#include "assay/base/error.h"
#include "assay/base/options.h"
#include "assay/base/text.h"
#include "assay/io/records.h"
#include "assay/io/text_list.h"
#include "assay/io/text_table.h"

namespace assay::io {
namespace {

using records::Role;
namespace columns = records::columns;

std::size_t column_of(Role role, const TextTable& table) {
  if (const auto column = records::find(role, table.header())) return *column;
  throw bad_input("found the columns " + join(table.header()) + " and none for the " +
                      std::string(records::name(role)) + ", understood are " + records::names_in_words(role),
                  table.source());
}

std::string_view name_at(const TextTable& table, std::size_t row, std::size_t column, Role role) {
  const auto name = table.text(row, column);
  if (name.empty()) throw bad_input("found an empty " + std::string(records::name(role)), table.place(row));
  return name;
}

double probability_at(const TextTable& table, std::size_t row, std::size_t column) {
  const double p = table.number(row, column);
  if (p >= 0 && p <= 1) return p;
  throw bad_input("found \"" + std::string(table.text(row, column)) + "\" in the column " + table.header()[column] +
                      ", allowed is a probability from 0 to 1",
                  table.place(row));
}

void read_probability_row(const TextTable& table, std::size_t row, const std::vector<std::size_t>& cells,
                          std::span<double> out) {
  double sum = 0;
  for (std::size_t c = 0; c < cells.size(); ++c) sum += out[c] = probability_at(table, row, cells[c]);
  if (std::abs(sum - 1) > 1e-3)
    throw bad_input("found probabilities that sum to " + option_parsing::to_text(sum) + ", allowed is 1",
                    table.place(row));
  for (double& p : out) p /= sum;
}

std::uint64_t most_labels_at(const TextTable& table, std::size_t row, std::size_t column) {
  if (table.text(row, column).empty()) return 0;
  const double most = table.number(row, column);
  if (most >= 1 && most <= 1e15 && most == std::floor(most)) return static_cast<std::uint64_t>(most);
  throw bad_input("found \"" + std::string(table.text(row, column)) +
                      "\" labels, allowed is a whole number of 1 or more, or nothing",
                  table.place(row));
}

}  // namespace

std::uint64_t add_items(const std::string& path, LabelTable& table) {
  const TextTable file = read_table(path);
  const std::size_t column = column_of(Role::item, file);
  const std::size_t before = table.items.size();
  for (std::size_t row = 0; row < file.row_count(); ++row) table.items.intern(name_at(file, row, column, Role::item));
  if (table.items.size() == before) return 0;
  const std::size_t workers = table.labels.worker_count(), classes = table.labels.class_count();
  LabelColumns labels = table.labels.release();
  if (labels.offsets.empty()) labels.offsets.push_back(0);
  labels.offsets.resize(table.items.size() + 1, labels.offsets.back());
  table.labels = LabelStore(workers, classes, std::move(labels));
  return table.items.size() - before;
}

Matrix<double> read_model_probabilities(const std::string& path, const LabelTable& table, std::uint64_t* unknown) {
  const TextTable file = read_table(path);
  const std::size_t item_column = column_of(Role::item, file);
  std::vector<std::size_t> cells;
  for (const auto& name : table.classes.names())
    cells.push_back(file.column(std::string(columns::kProbabilityOf) + name));
  Matrix<double> out(table.items.size(), table.classes.size(), -1);
  for (std::size_t row = 0; row < file.row_count(); ++row) {
    const auto name = name_at(file, row, item_column, Role::item);
    const auto item = table.items.find(name);
    if (!item) {
      if (unknown != nullptr) ++*unknown;
      continue;
    }
    if (out(*item, 0) >= 0) throw bad_input("found the item \"" + std::string(name) + "\" twice", file.place(row));
    read_probability_row(file, row, cells, out.row(*item));
  }
  for (NameTable::Index item = 0; item < table.items.size(); ++item) {
    if (out(item, 0) >= 0) continue;
    throw bad_input("found no row of the item \"" + std::string(table.items.name(item)) +
                        "\", needed are the probabilities of every item",
                    path);
  }
  return out;
}

std::vector<engine::AvailableWorker> read_available_workers(const std::string& path, const NameTable& workers) {
  const TextTable file = read_table(path);
  const std::size_t worker_column = column_of(Role::worker, file);
  const auto price_column = file.find(columns::kPrice);
  const auto labels_column = file.find(columns::kLabels);
  std::vector<engine::AvailableWorker> out;
  std::unordered_set<std::string> seen;
  for (std::size_t row = 0; row < file.row_count(); ++row) {
    engine::AvailableWorker worker;
    worker.name = name_at(file, row, worker_column, Role::worker);
    if (!seen.insert(worker.name).second)
      throw bad_input("found the worker \"" + worker.name + "\" twice", file.place(row));
    if (const auto index = workers.find(worker.name)) worker.index = *index;
    if (price_column && !file.text(row, *price_column).empty())
      worker.price = parse_money(file.text(row, *price_column), file.place(row));
    if (labels_column) worker.most_labels = most_labels_at(file, row, *labels_column);
    out.push_back(std::move(worker));
  }
  if (out.empty()) throw bad_input("found no worker", path);
  return out;
}

}  // namespace assay::io
