#include "assay/engine/pay.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "assay/base/error.h"
#include "assay/quality/share_posterior.h"

namespace assay::engine {
namespace {

constexpr std::size_t kWorkersPerPiece = 16;

// Everything that is the same for all workers.
class Payer {
 public:
  explicit Payer(const PayRequest& request)
      : request_(request),
        terms_(request.terms),
        posterior_(request.result.workers.confusion, request.result.workers.low, request.result.workers.high,
                   request.result.estimate.counts, request.result.interval),
        qualities_(request.result.estimate.prior, request.costs) {}

  [[nodiscard]] quality::ValueFormula formula() const {
    return {request_.result.estimate.prior, request_.costs, terms_.target, terms_.labelling};
  }

  void value(quality::ValueFormula& formula, std::size_t w, Payment& out) const {
    const auto& worker = request_.result.workers.workers[w];
    const auto price = static_cast<double>(terms_.price.micros());
    out.label_count = worker.label_count;
    out.worth_base_probability = terms_.base > Money{} ? 0 : 1;
    out.basis = PayBasis::spammer;
    if (worker.flags.has(quality::WorkerFlag::spammer)) return;
    const auto value = formula.value(posterior_.mean().worker(w));
    out.needed = value.needed;
    out.basis = basis_of(value);
    const double level = request_.result.interval;
    quality::SharePosterior shares(formula, qualities_, posterior_.mean().worker(w), value, worker.quality_expected,
                                   level);
    const double tail = (1 - terms_.interval) / 2;
    out.may_be_blind = !(worker.quality_expected.low > 0);
    const double shares_mean = terms_.risk > 0 ? shares.mean() : value.share;
    out.price_per_label = price * shares_mean;
    out.price_per_label_low = out.may_be_blind ? 0 : std::min(price * shares.quantile(tail), out.price_per_label);
    out.price_per_label_high = std::max(price * shares.quantile(1 - tail), out.price_per_label);
    if (terms_.risk > 0 && !out.may_be_blind) {
      // What is uncertain is never worth more at once than what is likely: wide rows can look like knowledge.
      const double safe = shares.quantile(terms_.risk);
      out.is_capped = value.share < safe;
      out.safe_price_per_label = price * std::min({safe, shares_mean, value.share});
    }
    if (terms_.base > Money{}) {
      out.worth_base_probability = shares.probability_from(terms_.base.units() / terms_.price.units());
    }
  }

  // Amounts in whole micro-units.
  void settle(std::vector<Payment>& payments) const {
    const auto order = by_rank();
    std::vector<double> exact;
    for (const std::size_t w : order) {
      const double rate = std::max(payments[w].price_per_label, static_cast<double>(terms_.base.micros()));
      exact.push_back(static_cast<double>(payments[w].label_count) * rate);
    }
    const auto earned = round_together(exact);
    for (std::size_t i = 0; i < order.size(); ++i) payments[order[i]].earned = earned[i];
    for (std::size_t w = 0; w < payments.size(); ++w) {
      auto& payment = payments[w];
      if (!request_.paid_before.empty()) payment.paid_before = request_.paid_before[w];
      const Money due = due_to(payment);
      payment.paid_now = std::max(Money{}, due - payment.paid_before);
      payment.held = std::max(Money{}, payment.earned - payment.paid_before - payment.paid_now);
    }
  }

 private:
  [[nodiscard]] std::vector<std::size_t> by_rank() const {
    const auto& workers = request_.result.workers.workers;
    std::vector<std::size_t> order(workers.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return workers[a].rank < workers[b].rank; });
    return order;
  }

  [[nodiscard]] Money due_to(const Payment& payment) const {
    if (terms_.risk == 0) return payment.earned;
    const auto labels = static_cast<std::int64_t>(payment.label_count);
    const double safe = static_cast<double>(payment.label_count) * payment.safe_price_per_label;
    const Money agreed = terms_.base * labels;
    return std::min(payment.earned, std::max(agreed, Money::of_micros(static_cast<std::int64_t>(std::floor(safe)))));
  }

  static PayBasis basis_of(const quality::WorkerValue& value) {
    if (value.share >= 1) return PayBasis::full;
    return value.share > 0 ? PayBasis::divided : PayBasis::out_of_reach;
  }

  const PayRequest& request_;
  const PayTerms& terms_;
  quality::ConfusionPosterior posterior_;
  quality::QualityFormula qualities_;
};

}  // namespace

const OptionTable<PayOptions>& pay_option_table() {
  using Options = PayOptions;
  static const auto table = [] {
    OptionTable<Options> t;
    t.text("price", &Options::price, "an amount such as 0.05",
           "for a label of a worker who meets the target alone; needed");
    t.number("target_cost", &Options::target_cost, 0, 1e9, "",
             "the expected minimum cost of an item that is asked for, above 0; needed");
    t.text("reservation_wage", &Options::reservation_wage, "an amount, at most the price",
           "the base that is agreed for every label, whatever it is worth");
    t.text("currency", &Options::currency, "three capital letters", "of all amounts");
    t.number("risk", &Options::risk, 0, 0.49, "",
             "pay the lower quantile of what the work is worth and hold the rest until it is surer; 0 pays the value "
             "itself (assay pay --history takes 0.1 when not given)");
    t.choice("labelling", &Options::labelling, {"fixed", "adaptive"},
             "how the workers needed are counted: the same number of labels for every item, or the most doubtful item "
             "first");
    t.integer("max_workers_needed", &Options::max_workers_needed, 1, 1000, "workers",
              "a worker of whom more are needed is paid nothing");
    t.number("interval", &Options::interval, 0.5, 0.999, "", "level of the interval of the price");
    t.integer("seed", &Options::seed, 0, std::numeric_limits<std::int64_t>::max(), "", "of everything drawn at random");
    return t;
  }();
  return table;
}

PayTerms pay_terms(const PayOptions& options) {
  PayTerms out;
  if (options.price.empty()) throw bad_input("needed: the price of a label that meets the target", "--price");
  out.price = parse_money(options.price, "--price");
  if (out.price == Money{}) throw bad_input("found 0, allowed is an amount above 0", "--price");
  if (!(options.target_cost > 0)) {
    throw bad_input("needed: the cost of an item to be reached, a number above 0", "--target-cost");
  }
  out.base = parse_money(options.reservation_wage, "--reservation-wage");
  if (out.base > out.price) {
    throw bad_input("found " + options.reservation_wage + ", allowed is at most the price, " + options.price,
                    "--reservation-wage");
  }
  out.currency = parse_currency(options.currency, "--currency");
  out.risk = options.risk;
  out.target = {options.target_cost, static_cast<std::uint32_t>(options.max_workers_needed), options.seed};
  out.labelling = options.labelling == "adaptive" ? quality::Labelling::adaptive : quality::Labelling::fixed;
  out.interval = options.interval;
  return out;
}

PayResult pay(const PayRequest& request, ThreadPool& threads, Progress* progress) {
  check_target(request.terms.target, request.result.estimate.prior, request.costs, "--target-cost");
  PayResult out;
  out.terms = request.terms;
  out.spammer_cost = quality::EqualWorkers(request.result.estimate.prior, request.costs).spammer_cost();
  out.payments.resize(request.result.workers.workers.size());
  const Payer payer(request);
  const std::size_t pieces = (out.payments.size() + kWorkersPerPiece - 1) / kWorkersPerPiece;
  ProgressCount done(progress, "valuing workers", pieces);
  threads.run(pieces, [&](std::size_t piece) {
    auto formula = payer.formula();
    const std::size_t end = std::min(out.payments.size(), (piece + 1) * kWorkersPerPiece);
    for (std::size_t w = piece * kWorkersPerPiece; w < end; ++w) payer.value(formula, w, out.payments[w]);
    done.add_one();
  });
  payer.settle(out.payments);
  for (const auto& payment : out.payments) {
    out.earned += payment.earned;
    out.paid_before += payment.paid_before;
    out.paid_now += payment.paid_now;
    out.held += payment.held;
  }
  return out;
}

}  // namespace assay::engine
