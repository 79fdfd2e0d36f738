#include "assay/engine/pay_market.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>

#include "assay/base/numerics.h"
#include "assay/base/random.h"
#include "assay/quality/beta_interval.h"
#include "assay/quality/expected_cost.h"
#include "assay/quality/worker_value.h"
#include "assay/sim/worker_matrices.h"

namespace assay::engine {
namespace {

constexpr std::size_t kMostLabelsOfItem = 60;
constexpr std::uint64_t kMostRounds = 20'000;
constexpr std::uint64_t kPatientRounds = 3;
constexpr double kLeaves = 0.02;
constexpr double kLeastHonestShare = 0.3;
constexpr double kMostHonestShare = 0.9;
constexpr double kMostSpammerWage = 0.02;
constexpr double kPseudoLabels = 2;
constexpr double kGoldShare = 0.2;
constexpr int kMostRefusals = 10'000;
constexpr std::size_t kDraws = 30;

struct MarketItem {
  std::size_t truth = 0;
  std::vector<double> weight;        // K, normalised
  std::vector<std::uint64_t> given;  // numbers of those who labelled it
};

struct MarketWorker {
  std::uint64_t number = 0;  // of arrival
  sim::WorkerKind kind = sim::WorkerKind::good;
  std::vector<double> matrix;    // [true][given]
  std::vector<double> counts;    // [given][true], with pseudo-labels
  std::vector<double> estimate;  // [given][true], row-normalised over given
  double true_share = 0;
  double works_for = 0;
  std::uint64_t labels = 0;
  double paid = 0;
  double held = 0;
  std::deque<double> gained;  // before each of the last rounds
};

bool is_spammer(sim::WorkerKind kind) { return kind == sim::WorkerKind::spammer || kind == sim::WorkerKind::random; }

class Market {
 public:
  Market(const PayMarketOptions& market, const PaySchemeOptions& scheme)
      : options_(market),
        scheme_(scheme),
        k_(sim::parse_classes(market.classes).size()),
        prior_(sim::parse_priors(market.priors, k_)),
        mix_(sim::parse_mix(market.mix)),
        costs_(k_),
        formula_(prior_, costs_, {.cost = market.target_cost, .seed = market.seed}, quality::Labelling::fixed),
        intervals_(1 - 2 * market.risk),
        random_(market.seed) {}

  PayMarketResult run() {
    workers_.resize(options_.places);
    for (auto& worker : workers_) worker = arrive();
    for (std::uint64_t round = 0; round < kMostRounds && result_.finished < options_.items; ++round) {
      for (auto& worker : workers_) {
        for (std::uint64_t i = 0; i < options_.round_labels; ++i) label(worker);
      }
      for (auto& worker : workers_) {
        if (!settle(worker)) worker = arrive();
      }
    }
    result_.true_cost /= static_cast<double>(std::max<std::uint64_t>(1, result_.finished));
    return result_;
  }

 private:
  // A flat wage is known beforehand: only those come who work for it.
  MarketWorker arrive() {
    MarketWorker out = draw();
    for (int i = 0; i < kMostRefusals && scheme_.scheme == PayScheme::flat && scheme_.wage < out.works_for; ++i) {
      out = draw();
    }
    ++result_.kinds[static_cast<std::size_t>(out.kind)].worker_count;
    return out;
  }

  MarketWorker draw() {
    MarketWorker out;
    out.number = arrived_++;
    // Whoever comes n-th is the same under every scheme.
    Random random(options_.seed, out.number + 1);
    out.kind = static_cast<sim::WorkerKind>(random.categorical(mix_));
    const auto matrix =
        sim::draw_worker(out.kind, k_, quality::best_decision(prior_, prior_, costs_).label, random).early;
    std::vector<double> turned(k_ * k_);
    out.counts.resize(k_ * k_);
    const double chance = 1 / static_cast<double>(k_);
    for (std::size_t t = 0; t < k_; ++t) {
      for (std::size_t g = 0; g < k_; ++g) {
        out.matrix.push_back(matrix(t, g));
        turned[g * k_ + t] = matrix(t, g);
        out.counts[g * k_ + t] = kPseudoLabels * ((t == g ? 0.5 : 0.0) + 0.5 * chance);
      }
    }
    out.true_share = formula_.value(turned).share;
    const double part = random.uniform();
    out.works_for = is_spammer(out.kind)
                        ? kMostSpammerWage * part
                        : out.true_share * (kLeastHonestShare + (kMostHonestShare - kLeastHonestShare) * part);
    estimate(out);
    return out;
  }

  void estimate(MarketWorker& worker) const {
    worker.estimate.resize(k_ * k_);
    for (std::size_t t = 0; t < k_; ++t) {
      double total = 0;
      for (std::size_t g = 0; g < k_; ++g) total += worker.counts[g * k_ + t];
      for (std::size_t g = 0; g < k_; ++g) worker.estimate[g * k_ + t] = worker.counts[g * k_ + t] / total;
    }
  }

  MarketItem& next_item(const MarketWorker& worker) {
    const auto seen = [&](const MarketItem& item) {
      return std::find(item.given.begin(), item.given.end(), worker.number) != item.given.end();
    };
    auto found = std::find_if_not(items_.begin(), items_.end(), seen);
    if (found != items_.end()) return *found;
    items_.push_back({random_.categorical(prior_), prior_, {}});
    return items_.back();
  }

  // One label in five is on a gold item, which tells of the worker and of nothing else.
  void label(MarketWorker& worker) {
    ++worker.labels;
    ++result_.label_count;
    auto& kind = result_.kinds[static_cast<std::size_t>(worker.kind)];
    ++kind.label_count;
    kind.fair += worker.true_share;
    if (random_.uniform() >= kGoldShare) return label_item(worker);
    const std::size_t truth = random_.categorical(prior_);
    worker.counts[random_.categorical({worker.matrix.data() + truth * k_, k_}) * k_ + truth] += 1;
  }

  void label_item(MarketWorker& worker) {
    MarketItem& item = next_item(worker);
    const std::size_t given = random_.categorical({worker.matrix.data() + item.truth * k_, k_});
    for (std::size_t t = 0; t < k_; ++t) item.weight[t] *= worker.estimate[given * k_ + t];
    normalize(item.weight);
    item.given.push_back(worker.number);
    const auto decision = quality::best_decision(item.weight, prior_, costs_);
    if (decision.cost > options_.target_cost && item.given.size() < kMostLabelsOfItem) return;
    finish(item, decision.label);
  }

  void finish(MarketItem& item, std::size_t decided) {
    result_.true_cost += costs_(item.truth, decided);
    ++result_.finished;
    const auto at = std::find_if(items_.begin(), items_.end(), [&](const auto& other) { return &other == &item; });
    items_.erase(at);
  }

  // Pays a round; false when the worker goes.
  bool settle(MarketWorker& worker) {
    estimate(worker);
    worker.gained.push_back(worker.paid + scheme_.trust * worker.held);
    if (worker.gained.size() > kPatientRounds) worker.gained.pop_front();
    const double paid = pay_of(worker);
    worker.paid += paid;
    result_.paid += paid;
    result_.kinds[static_cast<std::size_t>(worker.kind)].paid += paid;
    if (random_.uniform() < kLeaves) return false;
    const bool judged = worker.labels > kPatientRounds * options_.round_labels;
    if (!judged) return true;
    const double lately = worker.paid + scheme_.trust * worker.held - worker.gained.front();
    if (lately < worker.works_for * static_cast<double>(kPatientRounds * options_.round_labels)) return false;
    return scheme_.scheme != PayScheme::flat || formula_.value(worker.estimate).share >= scheme_.threshold;
  }

  double pay_of(MarketWorker& worker) {
    const auto round = static_cast<double>(options_.round_labels);
    if (scheme_.scheme == PayScheme::flat) return round * scheme_.wage;
    const auto value = formula_.value(worker.estimate);
    if (scheme_.scheme == PayScheme::quality_sensitive) return round * value.share;
    const auto shares = distribution(worker, value);
    const double safe = intervals_.of_moments(shares.mean, shares.variance, 0).low;
    const auto labels = static_cast<double>(worker.labels);
    const double paid = std::max(0.0, labels * safe - worker.paid);
    worker.held = std::max(0.0, labels * shares.mean - worker.paid - paid);
    return paid;
  }

  quality::ShareDistribution distribution(const MarketWorker& worker, const quality::WorkerValue& value) {
    Confusions mean(1, k_);
    Confusions counts(1, k_);
    std::copy(worker.estimate.begin(), worker.estimate.end(), mean.worker(0).begin());
    std::copy(worker.counts.begin(), worker.counts.end(), counts.worker(0).begin());
    const Confusions no_bounds(1, k_, std::numeric_limits<double>::quiet_NaN());
    const quality::ConfusionPosterior posterior(mean, no_bounds, no_bounds, counts, 0.9);
    Random random(options_.seed, worker.number + 1);
    return formula_.distribution(posterior, 0, value, kDraws, random);
  }

  const PayMarketOptions& options_;
  const PaySchemeOptions& scheme_;
  std::size_t k_;
  std::vector<double> prior_;
  std::array<double, sim::kWorkerKindCount> mix_;
  CostMatrix costs_;
  quality::ValueFormula formula_;
  quality::BetaIntervals intervals_;
  Random random_;
  std::vector<MarketWorker> workers_;
  std::deque<MarketItem> items_;
  std::uint64_t arrived_ = 0;
  PayMarketResult result_;
};

}  // namespace

std::string_view name(PayScheme scheme) {
  switch (scheme) {
    case PayScheme::flat:
      return "flat";
    case PayScheme::quality_sensitive:
      return "quality_sensitive";
    case PayScheme::risk_adjusted:
      return "risk_adjusted";
  }
  return "";
}

PayMarketResult simulate_pay_market(const PayMarketOptions& market, const PaySchemeOptions& scheme) {
  return Market(market, scheme).run();
}

}  // namespace assay::engine
