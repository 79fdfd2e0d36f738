#include "assay/io/pay_input.h"

#include <cmath>
#include <filesystem>

#include "assay/base/error.h"
#include "assay/base/text.h"
#include "assay/io/records.h"
#include "assay/io/text_table.h"

namespace assay::io {
namespace {

namespace columns = records::columns;
namespace fs = std::filesystem;

std::string file_in(const std::string& folder, std::string_view table, TableFormat format) {
  return (fs::path(folder) / (std::string(table) + "." + std::string(name(format)))).string();
}

bool is_probability(double p) { return p >= 0 && p <= 1 + 1e-9; }

Error no_such_worker(std::string_view found, const NameTable& workers, const std::string& place) {
  std::vector<std::string> names;
  for (NameTable::Index w = 0; w < workers.size(); ++w) names.emplace_back(workers.name(w));
  return bad_input(
      "found the worker \"" + std::string(found) + "\", who has no labels here" + did_you_mean(found, names), place);
}

void check_cell(const Results& results, std::size_t w, ClassIndex t, ClassIndex g, const std::string& file) {
  const double p = results.confusion.at(w, t, g);
  if (std::isnan(p)) return;
  const double low = results.low.at(w, t, g);
  const double high = results.high.at(w, t, g);
  const bool ordered =
      std::isnan(low) || std::isnan(high) || (is_probability(low) && is_probability(high) && low <= high);
  if (is_probability(p) && ordered) return;
  throw bad_input("found probability " + shortest(p) + ", low " + shortest(low) + " and high " + shortest(high) +
                      " of worker \"" + std::string(results.workers.name(static_cast<NameTable::Index>(w))) +
                      "\", true \"" + results.classes.name(t) + "\", given \"" + results.classes.name(g) +
                      "\"; allowed are numbers from 0 to 1, low <= high",
                  file);
}

}  // namespace

std::vector<Money> read_paid_before(const std::string& path, const NameTable& workers, const std::string& currency) {
  const TextTable table = read_table(path);
  const auto worker = table.column(columns::kWorker);
  std::vector<std::size_t> amounts;
  if (table.find(columns::kPaidNow)) {
    amounts = {table.column(columns::kPaidBefore), table.column(columns::kPaidNow)};
  } else {
    amounts = {table.column(columns::kPaid)};
  }
  const auto paid_in = table.find(columns::kCurrency);
  std::vector<Money> out(workers.size());
  std::vector<bool> seen(workers.size());
  for (std::size_t row = 0; row < table.row_count(); ++row) {
    const auto found = workers.find(table.text(row, worker));
    if (!found) throw no_such_worker(table.text(row, worker), workers, table.place(row));
    if (seen[*found]) {
      throw bad_input("found the worker \"" + std::string(table.text(row, worker)) + "\" a second time",
                      table.place(row));
    }
    seen[*found] = true;
    if (paid_in && table.text(row, *paid_in) != currency) {
      throw bad_input("found " + std::string(table.text(row, *paid_in)) +
                          " paid before, allowed is the currency of now, " + currency + " (--currency)",
                      table.place(row));
    }
    for (const auto column : amounts) out[*found] += parse_money(table.text(row, column), table.place(row));
  }
  return out;
}

void check_payable(const std::string& folder, const Results& results) {
  const std::string classes = file_in(folder, records::tables::kClasses, results.format);
  double sum = 0;
  for (const double p : results.prior) {
    if (!is_probability(p)) throw bad_input("found the prior " + shortest(p) + ", allowed is 0 to 1", classes);
    sum += p;
  }
  if (!(std::abs(sum - 1) < 1e-6)) {
    throw bad_input("found priors that sum to " + shortest(sum) + ", allowed is a sum of 1", classes);
  }
  const std::string confusions = file_in(folder, records::tables::kConfusions, results.format);
  if (results.worker_rows.size() != results.workers.size()) {
    throw bad_input("found the worker \"" +
                        std::string(results.workers.name(static_cast<NameTable::Index>(results.worker_rows.size()))) +
                        "\", whom " + file_in(folder, records::tables::kWorkers, results.format) + " lacks",
                    confusions);
  }
  const auto k = static_cast<ClassIndex>(results.classes.size());
  for (std::size_t w = 0; w < results.workers.size(); ++w) {
    for (ClassIndex t = 0; t < k; ++t) {
      for (ClassIndex g = 0; g < k; ++g) check_cell(results, w, t, g, confusions);
    }
  }
}

}  // namespace assay::io
