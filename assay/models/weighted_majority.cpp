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

// The classes with the largest share get equal parts of 1, the others nothing.
void keep_winners(std::span<double> p) {
  const double top = *std::max_element(p.begin(), p.end()) - kTie;
  const auto tied = static_cast<double>(std::count_if(p.begin(), p.end(), [&](double v) { return v >= top; }));
  for (double& v : p) v = v >= top ? 1 / tied : 0;
}

struct Agreement {
  std::vector<double> agreed;  // W: weight of labels that are the outcome's class
  std::vector<double> total;   // W: weight of all labels
};

Agreement measure(LabelPass& pass, const std::vector<double>& worker_weights) {
  const ChunkPosterior shares = vote_shares_by(pass.problem(), worker_weights);
  const Counts counts = pass.observe([&shares](const LabelChunk& chunk, Matrix<double>& out) {
    shares(chunk, out);
    for (std::size_t i = 0; i < out.rows(); ++i) keep_winners(out.row(i));
  });
  const std::size_t k = counts.classes.size();
  Agreement out{std::vector<double>(counts.labels.worker_count()), std::vector<double>(counts.labels.worker_count())};
  for (std::size_t w = 0; w < out.total.size(); ++w) {
    const auto n = counts.labels.worker(w);
    for (std::size_t i = 0; i < n.size(); ++i) {
      out.total[w] += n[i];
      if (i / k == i % k) out.agreed[w] += n[i];
    }
  }
  return out;
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
    LabelPass pass(problem, context);
    Rounds rounds = run(pass, context);
    Estimate out = read_off_estimate(vote_shares(pass, rounds.weights, context.threads), pass);
    complete(out, std::move(rounds));
    return out;
  }
  BlockEstimate fit_blocks(const Problem& problem, const LabelSource& labels, const Context& context) const override {
    LabelPass pass(problem, labels, context);
    Rounds rounds = run(pass, context);
    BlockEstimate out = read_off_blocks(vote_shares_by(problem, rounds.weights), pass);
    complete(out.estimate, std::move(rounds));
    return out;
  }

 private:
  struct Rounds {
    std::vector<double> score;    // a_w
    std::vector<double> weights;  // of the last vote
    std::uint64_t count = 0;
    Termination termination = Termination::max_iterations;
  };

  [[nodiscard]] Rounds run(LabelPass& pass, const Context& context) const {
    Rounds out;
    while (out.count < options_.max_iterations) {
      std::vector<double> next = scores(measure(pass, out.weights), options_.shrinkage);
      const bool settled = next == out.score;
      out.score = std::move(next);
      if (settled)
        out.termination = Termination::converged;
      else if (pass.stopping(context))
        out.termination = Termination::interrupted;
      if (out.termination != Termination::max_iterations) break;
      out.weights = weights_of(out.score, pass.labels().shape().class_count);
      context.report("fitting", ++out.count, 0);
    }
    return out;
  }

  void complete(Estimate& out, Rounds rounds) const {
    out.worker_score = std::move(rounds.score);
    out.worker_score_name = "agreement";
    // A set number of rounds is the method itself, not a limit that cut it short.
    out.summary.termination = options_.max_iterations == 1 ? Termination::closed_form : rounds.termination;
    out.summary.iterations = rounds.count + 1;
  }

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
  info.streams = true;
  info.options = weighted_majority_options().infos();
  info.make = [](const OptionValues& values) {
    return make_weighted_majority(make_options(weighted_majority_options(), values, "weighted_majority"));
  };
  return info;
}

}  // namespace assay::models
