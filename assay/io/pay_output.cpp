#include "assay/io/pay_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>

#include "assay/io/records.h"

namespace assay::io {
namespace {

namespace columns = records::columns;
using engine::PayBasis;
using engine::Payment;
using Json = nlohmann::ordered_json;

constexpr std::size_t kRowsPerPart = 4096;

TableColumn text(std::string_view name) { return {std::string(name), ColumnType::text}; }
TableColumn integer(std::string_view name) { return {std::string(name), ColumnType::integer}; }
TableColumn number(std::string_view name) { return {std::string(name), ColumnType::number}; }

double unknown() { return std::numeric_limits<double>::quiet_NaN(); }

double units(double micros) { return micros / double(Money::kMicrosPerUnit); }

double workers_needed(const Payment& payment) {
  const bool counted = payment.needed.count > 0 && payment.basis != PayBasis::spammer;
  return counted ? payment.needed.count : unknown();
}

double worth_base(const Payment& payment, const engine::PayTerms& terms) {
  return terms.base > Money{} ? payment.worth_base_probability : unknown();
}

// "6 needed (cost 0.0213 with 5, 0.0181 with 6), by the hull 5.318"
std::string need_in_words(const quality::WorkersNeeded& needed, const engine::PayTerms& terms) {
  if (terms.labelling == quality::Labelling::adaptive) {
    return fmt::format("{:.4g} labels an item (+- {:.2g}) bring the mean cost to {:.4g}", needed.continuous,
                       needed.error, terms.target.cost);
  }
  std::string out;
  if (needed.count > 0) {
    out = fmt::format("cost {:.4g} with {:.0f}, {:.4g} with {:.0f}", needed.cost_before, needed.count - 1,
                      needed.cost_reached, needed.count);
  } else {
    out = fmt::format("cost {:.4g} with {}", needed.cost_reached, terms.target.most);
  }
  out += fmt::format(", target {:.4g}: d = {:.4g}", terms.target.cost, needed.continuous);
  if (needed.is_simulated) out += fmt::format(" +- {:.2g} (simulated)", needed.error);
  return out;
}

std::string value_in_words(const Payment& payment, const engine::PayTerms& terms) {
  const auto& needed = payment.needed;
  switch (payment.basis) {
    case PayBasis::full:
      if (needed.count > 1 || terms.labelling == quality::Labelling::adaptive) {
        return fmt::format("full price {}, for d <= 1; {}", to_text(terms.price), need_in_words(needed, terms));
      }
      return fmt::format("full price {}; cost {:.4g} with 1, target {:.4g}", to_text(terms.price), needed.cost_reached,
                         terms.target.cost);
    case PayBasis::divided: {
      const bool fades = needed.continuous > 0.9 * terms.target.most;
      return fmt::format("{} / d{}; {}", to_text(terms.price), fades ? ", fading" : "", need_in_words(needed, terms));
    }
    case PayBasis::out_of_reach:
      return fmt::format("0: {} such workers cost {}{:.4g}, target {:.4g}", terms.target.most,
                         needed.is_bound ? "at least " : "", needed.cost_reached, terms.target.cost);
    case PayBasis::spammer:
      return "0: flagged as a spammer";
    case PayBasis::undecided:
      return "0: the classes known so far are all alike";
  }
  return {};
}

// With risk the posterior decides, and the value at the estimated error rates is said beside it.
std::string rate_in_words(const Payment& payment, const engine::PayTerms& terms) {
  const std::string value = value_in_words(payment, terms);
  if (terms.risk == 0 || payment.basis == PayBasis::spammer || payment.basis == PayBasis::undecided) return value;
  std::string paid = "0 is sure, for his labels may say nothing";
  if (!payment.may_be_blind) {
    paid = fmt::format("{:.6g} is sure, ", units(payment.safe_price_per_label));
    paid +=
        payment.is_capped ? "the price at the estimated error rates" : fmt::format("the {:.3g} quantile", terms.risk);
  }
  return fmt::format("{:.6g}, the posterior mean; {}; at the estimated error rates {}", units(payment.price_per_label),
                     paid, value);
}

std::string base_in_words(const Payment& payment, const engine::PayTerms& terms) {
  const bool is_base = payment.price_per_label < static_cast<double>(terms.base.micros());
  return is_base ? fmt::format("; base {}", to_text(terms.base)) : std::string();
}

void write_payment(std::string_view worker, const Payment& payment, const engine::PayTerms& terms, RowSink& to) {
  to.text(worker);
  to.integer(payment.label_count);
  to.number(workers_needed(payment));
  to.number(units(payment.price_per_label));
  to.number(units(payment.price_per_label_low));
  to.number(units(payment.price_per_label_high));
  to.money(payment.earned);
  to.money(payment.paid_now);
  to.money(payment.held);
  to.text(pay_formula(payment, terms));
  to.money(payment.paid_before);
  to.text(terms.currency);
  to.number(worth_base(payment, terms));
  to.end_row();
}

// Of a history every row is known beforehand.
struct LedgerRow {
  std::size_t batch;
  std::size_t worker;
};

std::vector<LedgerRow> ledger_rows(const std::vector<engine::PayBatch>& batches) {
  std::vector<LedgerRow> rows;
  for (std::size_t b = 0; b < batches.size(); ++b) {
    const auto& payments = batches[b].result.payments;
    for (std::size_t w = 0; w < payments.size(); ++w) {
      if (payments[w].label_count > 0) rows.push_back({b, w});
    }
  }
  return rows;
}

void write_ledger_row(const NameTable& workers, const engine::PayBatch& batch, const LedgerRow& row, RowSink& to) {
  const auto& terms = batch.result.terms;
  const Payment& payment = batch.result.payments[row.worker];
  const Money paid = payment.paid_before + payment.paid_now;
  const Money base = terms.base * static_cast<std::int64_t>(payment.label_count);
  to.integer(row.batch + 1);
  to.number(batch.time);
  to.text(workers.name(static_cast<NameTable::Index>(row.worker)));
  to.integer(payment.label_count);
  to.number(units(payment.price_per_label));
  to.money(base);
  to.money(paid - base);
  to.money(payment.paid_now);
  to.money(paid);
  to.money(payment.held);
  to.text(pay_formula(payment, terms));
  to.text(terms.currency);
  to.end_row();
}

Json json_number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json json_row(std::string_view worker, const Payment& payment, const engine::PayTerms& terms) {
  using namespace columns;
  return {{std::string(kWorker), worker},
          {std::string(kLabelCount), payment.label_count},
          {std::string(kWorkersNeeded), json_number(workers_needed(payment))},
          {std::string(kPricePerLabel), units(payment.price_per_label)},
          {std::string(kPricePerLabelLow), units(payment.price_per_label_low)},
          {std::string(kPricePerLabelHigh), units(payment.price_per_label_high)},
          {std::string(kEarned), payment.earned.units()},
          {std::string(kPaidBefore), payment.paid_before.units()},
          {std::string(kPaidNow), payment.paid_now.units()},
          {std::string(kHeld), payment.held.units()},
          {std::string(kWorthBaseProbability), json_number(worth_base(payment, terms))},
          {std::string(kFormula), pay_formula(payment, terms)}};
}

}  // namespace

std::string pay_formula(const Payment& payment, const engine::PayTerms& terms) {
  return fmt::format("{} {} x ", payment.label_count, payment.label_count == 1 ? "label" : "labels") +
         rate_in_words(payment, terms) + base_in_words(payment, terms);
}

Table payments_table(const NameTable& workers, const engine::PayResult& result, const std::vector<std::size_t>& order) {
  using namespace columns;
  Table table{std::string(records::tables::kPayments),
              {text(kWorker), integer(kLabelCount), number(kWorkersNeeded), number(kPricePerLabel),
               number(kPricePerLabelLow), number(kPricePerLabelHigh), number(kEarned), number(kPaidNow), number(kHeld),
               text(kFormula), number(kPaidBefore), text(kCurrency), number(kWorthBaseProbability)},
              (order.size() + kRowsPerPart - 1) / kRowsPerPart,
              {}};
  table.rows = [&workers, &result, &order](std::size_t part, RowSink& to) {
    const std::size_t end = std::min(order.size(), (part + 1) * kRowsPerPart);
    for (std::size_t i = part * kRowsPerPart; i < end; ++i) {
      write_payment(workers.name(static_cast<NameTable::Index>(order[i])), result.payments[order[i]], result.terms, to);
    }
  };
  return table;
}

Table ledger_table(const NameTable& workers, const std::vector<engine::PayBatch>& batches) {
  using namespace columns;
  const auto rows = ledger_rows(batches);
  Table table{
      std::string(records::tables::kLedger),
      {integer(kBatch), number(kTime), text(kWorker), integer(kLabelCount), number(kPricePerLabel), number(kBase),
       number(kToppedUp), number(kPaidNow), number(kPaidTotal), number(kHeld), text(kFormula), text(kCurrency)},
      (rows.size() + kRowsPerPart - 1) / kRowsPerPart,
      {}};
  table.rows = [&workers, &batches, rows](std::size_t part, RowSink& to) {
    const std::size_t end = std::min(rows.size(), (part + 1) * kRowsPerPart);
    for (std::size_t i = part * kRowsPerPart; i < end; ++i) {
      write_ledger_row(workers, batches[rows[i].batch], rows[i], to);
    }
  };
  return table;
}

std::string pay_json(const NameTable& workers, const engine::PayResult& result, const std::vector<std::size_t>& order) {
  const auto& terms = result.terms;
  Json out = {{"currency", terms.currency},
              {"price", terms.price.units()},
              {"target_cost", terms.target.cost},
              {"spammer_cost", result.spammer_cost},
              {"reservation_wage", terms.base.units()},
              {"risk", terms.risk},
              {std::string(columns::kEarned), result.earned.units()},
              {std::string(columns::kPaidBefore), result.paid_before.units()},
              {std::string(columns::kPaidNow), result.paid_now.units()},
              {std::string(columns::kHeld), result.held.units()}};
  Json rows = Json::array();
  for (const std::size_t w : order) {
    rows.push_back(json_row(workers.name(static_cast<NameTable::Index>(w)), result.payments[w], terms));
  }
  out[std::string(records::tables::kPayments)] = rows;
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::vector<std::size_t> by_price(const NameTable& workers, const engine::PayResult& result) {
  std::vector<std::size_t> order(result.payments.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto name = [&](std::size_t w) { return workers.name(static_cast<NameTable::Index>(w)); };
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto& x = result.payments[a];
    const auto& y = result.payments[b];
    if (x.price_per_label != y.price_per_label) return x.price_per_label > y.price_per_label;
    return name(a) < name(b);
  });
  return order;
}

}  // namespace assay::io
