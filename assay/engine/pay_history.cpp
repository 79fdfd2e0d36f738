#include "assay/engine/pay_history.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "assay/base/error.h"
#include "assay/core/label_store_builder.h"

namespace assay::engine {
namespace {

constexpr std::uint64_t kBatches = 10;
constexpr const char* kTimes = "as seconds since 1970 or 2026-11-22T10:00:00Z";

// For each entry of the store how many came before it.
std::vector<std::uint64_t> arrival_order(const LabelTable& table) {
  const LabelStore& labels = table.labels;
  const auto times = labels.times();
  if (times.empty()) {
    throw bad_input(
        std::string("found no times that can be read, needed is one for each label: a column time, ") + kTimes,
        "--history");
  }
  for (ItemIndex item = 0; item < labels.item_count(); ++item) {
    const auto rows = labels.rows(item);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (std::isfinite(times[labels.offset(item) + i])) continue;
      throw bad_input("found no time that can be read for the label of " +
                          std::string(table.workers.name(labels.worker_of(rows[i]))) + " on " +
                          std::string(table.items.name(item)) + "; needed is one for each label, " + kTimes,
                      "--history");
    }
  }
  std::vector<std::uint64_t> entries(times.size());
  std::iota(entries.begin(), entries.end(), std::uint64_t{0});
  std::stable_sort(entries.begin(), entries.end(), [&](auto a, auto b) { return times[a] < times[b]; });
  std::vector<std::uint64_t> order(times.size());
  for (std::uint64_t i = 0; i < entries.size(); ++i) order[entries[i]] = i;
  return order;
}

// The first `count` labels to arrive, with the names and numbers of all.
LabelStore first_labels(const LabelStore& labels, const std::vector<std::uint64_t>& order, std::uint64_t count) {
  LabelStoreBuilder builder;
  builder.expect(!labels.weights().empty(), true, !labels.seconds().empty());
  for (ItemIndex item = 0; item < labels.item_count(); ++item) {
    const auto rows = labels.rows(item);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::uint64_t entry = labels.offset(item) + i;
      if (order[entry] >= count) continue;
      LabelStoreBuilder::Extras extras;
      extras.time = labels.times()[entry];
      if (!labels.weights().empty()) extras.weight = labels.weights()[entry];
      if (!labels.seconds().empty()) extras.seconds = labels.seconds()[entry];
      builder.add(item, labels.worker_of(rows[i]), labels.label_of(rows[i]), extras);
    }
  }
  return builder.finish(labels.item_count(), labels.worker_count(), labels.class_count());
}

double last_time(const LabelStore& labels) {
  const auto times = labels.times();
  return *std::max_element(times.begin(), times.end());
}

// As long as so little is known that the classes seem all alike, nobody has a value; what was agreed is paid.
PayResult pay_base_only(const PayRequest& request) {
  PayResult out;
  out.terms = request.terms;
  for (std::size_t w = 0; w < request.result.workers.workers.size(); ++w) {
    Payment payment;
    payment.label_count = request.result.workers.workers[w].label_count;
    payment.basis = PayBasis::undecided;
    payment.paid_before = request.paid_before[w];
    payment.earned = request.terms.base * static_cast<std::int64_t>(payment.label_count);
    payment.paid_now = std::max(Money{}, payment.earned - payment.paid_before);
    out.payments.push_back(payment);
    out.earned += payment.earned;
    out.paid_before += payment.paid_before;
    out.paid_now += payment.paid_now;
  }
  return out;
}

}  // namespace

std::vector<PayBatch> pay_history(const PayHistoryRequest& request, const models::Context& context) {
  const LabelTable& all = request.estimate.table;
  const auto order = arrival_order(all);
  const std::uint64_t total = order.size();
  const std::uint64_t step =
      request.batch_labels > 0 ? request.batch_labels : std::max<std::uint64_t>(1, (total + kBatches - 1) / kBatches);
  std::vector<PayBatch> out;
  std::vector<Money> paid(all.workers.size());
  for (std::uint64_t count = std::min(step, total); total > 0; count = std::min(count + step, total)) {
    if (context.stopping()) throw Error(ErrorCode::interrupted, "interrupted");
    const LabelTable known{all.items, all.workers, all.classes, first_labels(all.labels, order, count), all.reading};
    const EstimateRequest& asked = request.estimate;
    const auto result = estimate({known, asked.gold, asked.costs, asked.prior_mode, asked.prior, asked.worker_priors,
                                  asked.model, asked.model_options, asked.interval},
                                 context);
    const PayRequest due{result, result.costs, request.terms, paid};
    const bool is_open =
        count == total || !quality::is_met_without_labels(request.terms.target, result.estimate.prior, result.costs);
    out.push_back({count, last_time(known.labels), is_open ? pay(due, context.threads) : pay_base_only(due)});
    for (std::size_t w = 0; w < paid.size(); ++w) paid[w] += out.back().result.payments[w].paid_now;
    context.report("paying", count, total);
    if (count == total) break;
  }
  return out;
}

}  // namespace assay::engine
