#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "assay/base/money.h"
#include "assay/base/options.h"
#include "assay/base/progress.h"
#include "assay/base/threads.h"
#include "assay/core/cost_matrix.h"
#include "assay/engine/estimate.h"
#include "assay/quality/worker_value.h"

namespace assay::engine {

/// What is paid for, and how carefully.
struct PayOptions {
  std::string price;                   ///< see the table
  double target_cost = 0;              ///< see the table
  std::string reservation_wage = "0";  ///< see the table
  std::string currency = "USD";        ///< see the table
  double risk = 0;                     ///< see the table
  std::string labelling = "fixed";     ///< see the table
  std::uint64_t max_workers_needed = 200;
  double interval = 0.9;
  std::uint64_t seed = 1;
};
[[nodiscard]] const OptionTable<PayOptions>& pay_option_table();

/// The same, checked and in the types that the arithmetic has.
struct PayTerms {
  Money price;  ///< of a label of a worker who meets the target
  Money base;   ///< agreed for every label, at most `price`
  std::string currency;
  double risk = 0;  ///< 0: pay the value itself
  quality::QualityTarget target;
  quality::Labelling labelling = quality::Labelling::fixed;
  double interval = 0.9;
};
/// Throws Error{bad_input} naming the option.
[[nodiscard]] PayTerms pay_terms(const PayOptions& options);

/// An estimate to be paid for. W workers, K classes. Labels are not looked at: counts, error rates and their bounds
/// are.
struct PayRequest {
  const EstimateResult& result;
  CostMatrix costs;  ///< K x K
  PayTerms terms;
  std::vector<Money> paid_before;  ///< W, or empty
};

/// What a price comes from.
enum class PayBasis {
  full,          ///< one label of his meets the target
  divided,       ///< the price over the number of workers like him
  out_of_reach,  ///< no number allowed of workers like him meets the target
  spammer,       ///< flagged as one: his labels say nothing
  undecided,     ///< (in a history) too little is known of anybody
};

/// One row of `payments`. Amounts per label are micro-units, not rounded.
struct Payment {
  std::uint64_t label_count = 0;
  PayBasis basis = PayBasis::divided;
  quality::WorkersNeeded needed;   ///< for his estimated matrix
  double price_per_label = 0;      ///< price x share at the estimated matrix; with risk its posterior mean
  double price_per_label_low = 0;  ///< its credible interval
  double price_per_label_high = 0;
  double safe_price_per_label = 0;    ///< with risk: the lower quantile that is paid
  bool is_capped = false;             ///< ... which is that of the estimated matrix, lower than the quantile
  bool may_be_blind = false;          ///< his labels can't be told from a spammer's: nothing is safe
  double worth_base_probability = 1;  ///< that a label of his is worth the base or more
  Money earned;                       ///< label_count x price_per_label, at least the base
  Money paid_before;
  Money paid_now;
  Money held;  ///< earned and not paid yet
};

struct PayResult {
  PayTerms terms;
  double spammer_cost = 0;                    ///< of an item without any label
  std::vector<Payment> payments;              ///< W, in table order
  Money earned, paid_before, paid_now, held;  ///< sums over the workers
};

/// What every worker earns:
///   share     = 1 / max(1, d), d as in quality/workers_needed.h, for his estimated error rates    (quality-sensitive)
///   earned    = label_count x price x share; not below label_count x base
///   paid      = earned; with risk: label_count x the risk-quantile of price x share over the posterior of his quality
///               (quality/share_posterior.h), at most price x share as above, not below label_count x base; earned
///               takes the posterior mean then (risk-adjusted)
///   paid_now  = paid - paid_before, never negative                held = earned - paid - ..., never negative
/// A worker flagged as a spammer is worth 0; one whose quality interval reaches down to 0 has a lower quantile of 0.
/// Rounding: `earned` are rounded together so that they sum to the exact sum, what risk allows is rounded down.
/// Throws Error{bad_input} when the target can't be: the spammer meets it, or not even the truth does.
/// `progress` may be null.
[[nodiscard]] PayResult pay(const PayRequest& request, ThreadPool& threads, Progress* progress = nullptr);

}  // namespace assay::engine
