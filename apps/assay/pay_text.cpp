#include "pay_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace assay::app {
namespace {

using engine::PayBasis;
using engine::Payment;
using engine::PayResult;

constexpr std::size_t kRowsShown = 20;
constexpr std::size_t kLastShown = 5;
constexpr std::size_t kNamesShown = 3;
constexpr double kUnlikely = 0.05;

// Of rates, which are no whole micro-units.
std::string rate(double micros) { return fmt::format("{:.6f}", micros / double(Money::kMicrosPerUnit)); }

std::string needed(const Payment& payment) {
  if (payment.basis == PayBasis::spammer || payment.needed.count == 0) return "-";
  return fmt::format("{:.4g}", payment.needed.count);
}

std::vector<std::string> row_of(std::string_view name, const Payment& payment) {
  return {std::string(name),
          readable_count(payment.label_count),
          needed(payment),
          rate(payment.price_per_label),
          rate(payment.price_per_label_low) + " - " + rate(payment.price_per_label_high),
          to_text(payment.earned),
          to_text(payment.paid_now),
          to_text(payment.held)};
}

std::size_t decimals(const std::string& amount) {
  const auto point = amount.find('.');
  return point == std::string::npos ? 0 : amount.size() - point - 1;
}

// Gives the amounts of the columns from `first` on, headings and empty cells apart, equally many decimals.
void line_up(std::vector<std::vector<std::string>>& rows, std::size_t first) {
  for (std::size_t column = first; column < rows.front().size(); ++column) {
    std::size_t most = 0;
    for (std::size_t r = 1; r < rows.size(); ++r) most = std::max(most, decimals(rows[r][column]));
    for (std::size_t r = 1; r < rows.size() && most > 0; ++r) {
      std::string& amount = rows[r][column];
      if (amount.empty()) continue;
      const std::size_t missing = most - decimals(amount);
      if (missing == most) amount += '.';
      amount.append(missing, '0');
    }
  }
}

std::string names(const std::vector<std::string>& all) {
  std::string out;
  for (std::size_t i = 0; i < all.size() && i < kNamesShown; ++i) out += (i > 0 ? ", " : "") + all[i];
  return all.size() > kNamesShown ? out + ", ..." : out;
}

std::string workers_in_words(const std::vector<std::string>& all) {
  return counted(all.size(), "worker") + " (" + names(all) + ")";
}

void note(const std::string& text, Terminal& terminal) { terminal.out() << "  * " << terminal.warn(text) << "\n"; }

void print_terms(const PayResult& result, Terminal& terminal) {
  const auto& terms = result.terms;
  terminal.out() << fmt::format(
      "Price: {} {} for a label that by itself brings the expected cost of an item to {:.4g} or less\n"
      "       (without labels it is {:.4g}); others get it divided by how many workers like them that takes\n",
      to_text(terms.price), terms.currency, terms.target.cost, result.spammer_cost);
  if (terms.risk > 0) {
    terminal.out() << fmt::format(
        "Risk:  paid is what the work is worth with probability {:.4g}, held what is not yet sure\n", 1 - terms.risk);
  }
  if (terms.base > Money{}) {
    terminal.out() << fmt::format("Base:  {} {} for every label\n", to_text(terms.base), terms.currency);
  }
}

void print_notes(const NameTable& workers, const PayResult& result, Terminal& terminal) {
  std::vector<std::string> spammers;
  std::vector<std::string> not_worth;
  std::vector<std::string> out_of_reach;
  bool somebody = false;
  double nearest = result.spammer_cost;
  bool is_bound = false;
  for (std::size_t w = 0; w < result.payments.size(); ++w) {
    const auto& payment = result.payments[w];
    const std::string name(workers.name(static_cast<NameTable::Index>(w)));
    somebody = somebody || payment.price_per_label > 0;
    if (payment.basis == PayBasis::spammer) spammers.push_back(name);
    if (payment.basis == PayBasis::out_of_reach) {
      out_of_reach.push_back(name);
      if (payment.needed.cost_reached < nearest) {
        nearest = payment.needed.cost_reached;
        is_bound = payment.needed.is_bound;
      }
    }
    if (result.terms.base > Money{} && payment.worth_base_probability < kUnlikely) not_worth.push_back(name);
  }
  if (!somebody && !out_of_reach.empty()) {
    note(fmt::format("nobody here reaches the target {:.4g}: the nearest are at {}{:.4g} with {} labels of their kind",
                     result.terms.target.cost, is_bound ? "no less than " : "", nearest, result.terms.target.most),
         terminal);
  } else if (!out_of_reach.empty()) {
    note(fmt::format("{}: {} labels of their kind would not reach the target", workers_in_words(out_of_reach),
                     result.terms.target.most),
         terminal);
  }
  if (!spammers.empty()) {
    note(fmt::format("{}: flagged as {}, worth nothing", workers_in_words(spammers),
                     spammers.size() == 1 ? "a spammer" : "spammers"),
         terminal);
  }
  if (!not_worth.empty()) {
    note(fmt::format("{}: less than {:.0f} % likely to be worth the base; let them go", workers_in_words(not_worth),
                     100 * kUnlikely),
         terminal);
  }
}

}  // namespace

void print_payments(const NameTable& workers, const PayResult& result, const std::vector<std::size_t>& order,
                    Terminal& terminal) {
  print_terms(result, terminal);
  std::vector<std::vector<std::string>> rows = {{"worker", "labels", "needed", "price per label",
                                                 fmt::format("{:.4g} % interval", 100 * result.terms.interval),
                                                 "earned", "paid now", "held"}};
  const bool all = order.size() <= kRowsShown;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (!all && i == kRowsShown - kLastShown) rows.push_back({"...", "", "", "", "", "", "", ""});
    if (!all && i >= kRowsShown - kLastShown && i + kLastShown < order.size()) continue;
    rows.push_back(row_of(workers.name(static_cast<NameTable::Index>(order[i])), result.payments[order[i]]));
  }
  rows.push_back({"sum", "", "", "", "", to_text(result.earned), to_text(result.paid_now), to_text(result.held)});
  line_up(rows, 5);
  terminal.out() << "\n" << aligned(rows) << "\n";
  print_notes(workers, result, terminal);
}

void print_history(const std::vector<engine::PayBatch>& batches, Terminal& terminal) {
  std::vector<std::vector<std::string>> rows = {
      {"batch", "labels", "base", "topped up", "paid now", "paid so far", "held"}};
  for (std::size_t b = 0; b < batches.size(); ++b) {
    const auto& result = batches[b].result;
    const Money base = result.terms.base * static_cast<std::int64_t>(batches[b].label_count);
    const Money paid = result.paid_before + result.paid_now;
    rows.push_back({std::to_string(b + 1), readable_count(batches[b].label_count), to_text(base), to_text(paid - base),
                    to_text(result.paid_now), to_text(paid), to_text(result.held)});
  }
  line_up(rows, 2);
  terminal.out() << "Ledger of all workers\n" << aligned(rows) << "\n";
  const auto is_undecided = [](const engine::PayBatch& batch) {
    const auto& payments = batch.result.payments;
    return !payments.empty() && payments.front().basis == PayBasis::undecided;
  };
  const auto undecided = std::count_if(batches.begin(), batches.end(), is_undecided);
  if (undecided == 0) return;
  note(fmt::format("in {} of {} batches the items known so far seemed all of one class: only the base was paid",
                   undecided, batches.size()),
       terminal);
  terminal.out() << "\n";
}

}  // namespace assay::app
