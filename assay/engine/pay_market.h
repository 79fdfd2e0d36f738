#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "assay/base/threads.h"
#include "assay/sim/crowd_options.h"

/// Ways to pay, compared by simulation: workers come and go, and the requester knows only what their labels tell him.
namespace assay::engine {

enum class PayScheme {
  flat,               ///< the same for every label; who falls below a threshold is blocked
  quality_sensitive,  ///< price x share at the estimated error rates, anew after each round
  risk_adjusted,      ///< the lower quantile, topped up as it rises; never taken back
};
[[nodiscard]] std::string_view name(PayScheme scheme);

/// The market. K classes.
struct PayMarketOptions {
  std::string classes = "2";
  std::string priors = "uniform";
  std::string mix = "good:0.5,mediocre:0.2,random:0.15,spammer:0.15";
  double target_cost = 0.05;        ///< an item is finished when its expected minimum cost is no more
  std::uint64_t items = 4000;       ///< to be finished
  std::uint64_t places = 30;        ///< workers at a time; a new one comes for each who goes
  std::uint64_t round_labels = 20;  ///< a worker gives between two looks at his pay
  double risk = 0.1;
  std::uint64_t seed = 1;
};

struct PaySchemeOptions {
  PayScheme scheme = PayScheme::flat;
  double wage = 0.2;       ///< flat: share of the full price
  double threshold = 0.1;  ///< flat: block whose estimated share is lower, after three rounds
  double trust = 1;        ///< risk-adjusted: the part of what is held that workers count as theirs
};

/// What one kind of worker did and got. Amounts are shares of the full price.
struct MarketKind {
  std::uint64_t worker_count = 0;
  std::uint64_t label_count = 0;
  double paid = 0;
  double fair = 0;  ///< what the labels are worth by the true error rates
};

struct PayMarketResult {
  std::uint64_t finished = 0;  ///< items
  std::uint64_t label_count = 0;
  double paid = 0;       ///< in full prices
  double true_cost = 0;  ///< of the finished items, by their truth: is the quality equal?
  std::array<MarketKind, sim::kWorkerKindCount> kinds;

  /// Full prices for an item.
  [[nodiscard]] double cost_per_item() const { return paid / static_cast<double>(finished); }
};

/// One market, in rounds. A worker takes a place and gives `round_labels` labels a round: one in five on a gold item,
/// from which alone his error rates are estimated (Dirichlet rows, two pseudo-labels of a worker who is right half of
/// the way between chance and always), the others each on the oldest open item that he has not seen. The posterior of
/// an item takes the error rates as estimated then; it is finished when its minimum cost is at most the target, or
/// after 60 labels. After each round the scheme pays. A worker goes
///   * when what he gained over his last three rounds (from the fourth on) is less for a label than he works for:
///   honest
///     ones for 0.3 to 0.9 of what their labels are truly worth, spammers and random ones for 0 to 0.02 of the price;
///   * by himself, with probability 0.02 a round;
///   * when he is blocked.
/// A flat wage is known beforehand: those who work for more don't come.
/// Ends when all items are finished, or after 20,000 rounds. Deterministic by seed.
[[nodiscard]] PayMarketResult simulate_pay_market(const PayMarketOptions& market, const PaySchemeOptions& scheme);

}  // namespace assay::engine
