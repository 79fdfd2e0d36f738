#include "assay/models/weighted_majority.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "assay/models/majority_vote.h"
#include "assay/models/read_off.h"

namespace assay::models {
namespace {

// Shares this close are a tie: they are sums of the same weights in another order.
constexpr double kTie = 1e-12;

struct Agreement {
  std::vector<double> agreed;  // W: weight of labels that are the aggregate's class
  std::vector<double> total;   // W: weight of all labels
};

void add_item(const Problem& problem, ItemIndex item, std::span<const double> p, Agreement& to) {
  const LabelStore& labels = problem.labels;
  const double top = *std::max_element(p.begin(), p.end()) - kTie;
  const auto tied = static_cast<double>(std::count_if(p.begin(), p.end(), [&](double v) { return v >= top; }));
  const auto rows = labels.rows(item);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double weight =
        labels.weights().empty() ? 1.0 : static_cast<double>(labels.weights()[labels.offset(item) + i]);
    const auto worker = labels.worker_of(rows[i]);
    to.total[worker] += weight;
    if (p[labels.label_of(rows[i])] >= top) to.agreed[worker] += weight / tied;
  }
}

Agreement measure(const LabelPass& pass, const Matrix<double>& shares, ThreadPool& threads) {
  const Problem& problem = pass.problem();
  const std::size_t workers = problem.labels.worker_count();
  const std::vector<double> zero(workers);
  std::vector<Agreement> blocks(pass.block_count(), Agreement{zero, zero});
  threads.run(blocks.size(), [&](std::size_t b) {
    for (ItemIndex item = pass.borders()[b]; item < pass.borders()[b + 1]; ++item) {
      if (!problem.labels.rows(item).empty()) add_item(problem, item, shares.row(item), blocks[b]);
    }
  });
  Agreement sum{zero, zero};
  for (const auto& block : blocks) {
    for (std::size_t w = 0; w < workers; ++w) {
      sum.agreed[w] += block.agreed[w];
      sum.total[w] += block.total[w];
    }
  }
  return sum;
}

// a_w of the header.
std::vector<double> scores(const Agreement& agreement, double shrinkage) {
  double agreed = 0;
  double total = 0;
  for (std::size_t w = 0; w < agreement.total.size(); ++w) {
    agreed += agreement.agreed[w];
    total += agreement.total[w];
  }
  const double crowd = total > 0 ? agreed / total : 1;
  std::vector<double> out(agreement.total.size());
  for (std::size_t w = 0; w < out.size(); ++w) {
    const double weight = agreement.total[w] + shrinkage;
    out[w] = weight > 0 ? (agreement.agreed[w] + shrinkage * crowd) / weight : crowd;
  }
  return out;
}

class WeightedMajority final : public Aggregator {
 public:
  explicit WeightedMajority(const WeightedMajorityOptions& options) : options_(options) {}
  std::string_view name() const override { return "weighted_majority"; }
  OptionValues options() const override { return weighted_majority_options().values(options_); }

  Estimate fit(const Problem& problem, const Context& context) const override {
    LabelPass pass(problem, context.threads);
    Matrix<double> shares = vote_shares(pass, {}, context.threads);
    std::vector<double> score;
    std::uint64_t rounds = 0;
    Termination termination = Termination::max_iterations;
    while (rounds < options_.max_iterations) {
      std::vector<double> next = scores(measure(pass, shares, context.threads), options_.shrinkage);
      const bool settled = next == score;
      score = std::move(next);
      if (settled)
        termination = Termination::converged;
      else if (context.stopping())
        termination = Termination::interrupted;
      if (termination != Termination::max_iterations) break;
      shares = vote_shares(pass, weights_of(score, problem.labels.class_count()), context.threads);
      context.report("fitting", ++rounds, 0);
    }
    Estimate out = read_off_estimate(std::move(shares), pass);
    out.worker_score = std::move(score);
    out.worker_score_name = "agreement";
    // A set number of rounds is the method itself, not a limit that cut it short.
    out.summary.termination = options_.max_iterations == 1 ? Termination::closed_form : termination;
    out.summary.iterations = rounds + 1;
    return out;
  }

 private:
  [[nodiscard]] std::vector<double> weights_of(std::vector<double> score, std::size_t class_count) const {
    if (options_.weights == "agreement" || class_count < 2) return score;
    for (double& a : score) a = std::max(static_cast<double>(class_count) * a - 1, 0.0);
    return score;
  }

  WeightedMajorityOptions options_;
};

}  // namespace

const OptionTable<WeightedMajorityOptions>& weighted_majority_options() {
  static const auto table = [] {
    OptionTable<WeightedMajorityOptions> t;
    t.integer("max_iterations", &WeightedMajorityOptions::max_iterations, 1, 1000000, "rounds",
              "rounds of weighing the workers and voting; 1 is the classical method, more repeat until nothing moves");
    t.choice("weights", &WeightedMajorityOptions::weights, {"agreement", "above_chance"},
             "a worker counts her agreement with the outcome, or only what is above chance");
    t.number("shrinkage", &WeightedMajorityOptions::shrinkage, 0, 1e6, "labels",
             "a worker's agreement is averaged with so many labels of the crowd's");
    return t;
  }();
  return table;
}

std::unique_ptr<Aggregator> make_weighted_majority(const WeightedMajorityOptions& options) {
  return std::make_unique<WeightedMajority>(options);
}

ModelInfo weighted_majority_info() {
  ModelInfo info;
  info.name = "weighted_majority";
  info.meaning = "the vote, with every worker weighted by agreement with its outcome";
  info.citation =
      "Li and Yu 2014, Error rate bounds and iterative weighted majority voting for crowdsourcing, arXiv:1411.4086";
  info.iterative = false;
  info.confusion = false;
  info.options = weighted_majority_options().infos();
  info.make = [](const OptionValues& values) {
    return make_weighted_majority(make_options(weighted_majority_options(), values, "weighted_majority"));
  };
  return info;
}

}  // namespace assay::models
