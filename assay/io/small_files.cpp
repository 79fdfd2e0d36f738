#include "assay/io/small_files.h"

#include <cmath>
#include <filesystem>

#include "assay/base/error.h"
#include "assay/base/matrix.h"
#include "assay/base/text.h"
#include "assay/io/columns.h"
#include "assay/io/records.h"
#include "assay/io/text_list.h"

namespace assay::io {
namespace {

using records::Role;

constexpr double kSumTolerance = 1e-6;

std::size_t role_column(const TextTable& table, Role role) {
  return needed_column(table.header(), role, table.header_place());
}

ClassIndex class_at(const TextTable& table, std::size_t row, std::size_t column, const ClassSet& classes) {
  const auto name = table.text(row, column);
  if (const auto found = classes.find(name)) return *found;
  throw bad_input("found the unknown class \"" + std::string(name) + "\" in the column \"" + table.header()[column] +
                      "\"" + did_you_mean(name, classes.names()) + ", allowed are " + some_of(classes.names()),
                  table.place(row));
}

}  // namespace

Headerless headerless_gold() {
  return {2, false, {std::string(records::name(Role::item)), std::string(records::name(Role::gold))}};
}
Headerless headerless_costs() {
  return {3,
          true,
          {std::string(records::name(Role::true_class)), std::string(records::name(Role::decided_class)),
           std::string(records::name(Role::cost))}};
}
Headerless headerless_priors() {
  return {2, true, {std::string(records::name(Role::class_name)), std::string(records::name(Role::prior))}};
}

std::vector<StatedLabel> read_gold(const std::string& path, std::uint64_t* unstated) {
  return gold_of(read_table(path, headerless_gold()), unstated);
}

std::vector<StatedLabel> gold_of(const TextTable& table, std::uint64_t* unstated) {
  const auto item = role_column(table, Role::item);
  const auto label = role_column(table, Role::gold);
  std::vector<StatedLabel> out;
  for (std::size_t row = 0; row < table.row_count(); ++row) {
    table.check_has(row, item);
    table.check_has(row, label);
    if (table.text(row, label).empty()) {
      if (unstated != nullptr) ++*unstated;
      continue;
    }
    if (table.text(row, item).empty()) {
      throw bad_input("the item is empty, a name is needed in the column \"" + table.header()[item] + "\"",
                      table.place(row));
    }
    out.push_back({std::string(table.text(row, item)), std::string(table.text(row, label)), table.place(row)});
  }
  return out;
}

std::vector<std::string> read_classes(const std::string& given) {
  if (given.empty()) return {};
  std::error_code failed;
  if (std::filesystem::exists(given, failed)) return classes_of(read_table(given, headerless_priors()));
  const auto list = split_list(given);
  if (list.size() < 2) {
    throw bad_input("found \"" + given + "\", allowed is a file with one class a line, or a list a,b,c", "--classes");
  }
  return list;
}

std::vector<std::string> classes_of(const TextTable& table) {
  const auto named = records::find(Role::class_name, table.header());
  std::vector<std::string> out;
  // A file of bare names has no header: its first line is a class as well.
  if (!named && !table.header().empty()) out.push_back(table.header().front());
  for (std::size_t row = 0; row < table.row_count(); ++row) {
    const auto name = table.text(row, named.value_or(0));
    if (!name.empty()) out.emplace_back(name);
  }
  if (out.empty()) throw bad_input("found no class, at least one is needed", table.source());
  return out;
}

CostMatrix costs_of(const TextTable& table, const ClassSet& classes) {
  const auto truth = role_column(table, Role::true_class);
  const auto decided = role_column(table, Role::decided_class);
  const auto cost = role_column(table, Role::cost);
  CostMatrix costs(classes.size());
  Matrix<std::uint64_t> stated(classes.size(), classes.size());
  for (std::size_t row = 0; row < table.row_count(); ++row) {
    const double value = table.number(row, cost);
    if (!(value >= 0)) {
      throw bad_input(
          "found the cost \"" + std::string(table.text(row, cost)) + "\", allowed is a number of at least 0",
          table.place(row));
    }
    const auto true_class = class_at(table, row, truth, classes);
    const auto decided_class = class_at(table, row, decided, classes);
    std::uint64_t& line = stated(true_class, decided_class);
    if (line != 0) {
      throw bad_input("deciding \"" + std::string(table.text(row, decided)) + "\" where \"" +
                          std::string(table.text(row, truth)) + "\" is true has a cost already, in row " +
                          std::to_string(line) + " of the data; allowed is one a pair",
                      table.place(row));
    }
    line = row + 1;
    costs.set(true_class, decided_class, value);
  }
  return costs;
}

std::vector<double> read_priors(const std::string& path, const ClassSet& classes) {
  return priors_of(read_table(path, headerless_priors()), classes);
}

std::vector<double> priors_of(const TextTable& table, const ClassSet& classes) {
  const auto name = role_column(table, Role::class_name);
  const auto prior = role_column(table, Role::prior);
  std::vector<double> priors(classes.size(), std::nan(""));
  double sum = 0;
  for (std::size_t row = 0; row < table.row_count(); ++row) {
    const double value = table.number(row, prior);
    if (!(value >= 0 && value <= 1)) {
      throw bad_input(
          "found the prior \"" + std::string(table.text(row, prior)) + "\", allowed is a number from 0 to 1",
          table.place(row));
    }
    double& place = priors[class_at(table, row, name, classes)];
    if (!std::isnan(place)) {
      throw bad_input("the class \"" + std::string(table.text(row, name)) + "\" has a prior already", table.place(row));
    }
    place = value;
    sum += value;
  }
  for (std::size_t c = 0; c < priors.size(); ++c) {
    if (std::isnan(priors[c])) {
      throw bad_input(
          "found no prior for the class \"" + classes.name(static_cast<ClassIndex>(c)) + "\", every class needs one",
          table.source());
    }
  }
  if (std::abs(sum - 1) > kSumTolerance) {
    throw bad_input("the priors sum to " + shortest(sum) + ", allowed is 1 (within 1e-6)", table.source());
  }
  for (auto& p : priors) p /= sum;
  return priors;
}

}  // namespace assay::io
