#include "assay/models/majority_vote.h"

#include <algorithm>
#include <utility>

#include "assay/base/numerics.h"
#include "assay/models/chunk_problem.h"
#include "assay/models/read_off.h"

namespace assay::models {
namespace {

// Adds the item's votes to `p`; returns false when every voter weighs nothing.
bool add_votes(const LabelStore& labels, ItemIndex item, std::span<const double> worker_weights, std::span<double> p) {
  const auto rows = labels.rows(item);
  const auto label_weights = labels.weights();
  double total = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    double weight = label_weights.empty() ? 1.0 : static_cast<double>(label_weights[labels.offset(item) + i]);
    if (!worker_weights.empty()) weight *= worker_weights[labels.worker_of(rows[i])];
    p[labels.label_of(rows[i])] += weight;
    total += weight;
  }
  if (!(total > 0)) return false;
  for (double& v : p) v /= total;
  return true;
}

class MajorityVote final : public Aggregator {
 public:
  std::string_view name() const override { return "majority_vote"; }
  OptionValues options() const override { return {}; }
  Estimate fit(const Problem& problem, const Context& context) const override {
    LabelPass pass(problem, context);
    Estimate out = read_off_estimate(vote_shares(pass, {}, context.threads), pass);
    out.summary.termination = Termination::closed_form;
    out.summary.iterations = 1;
    return out;
  }
  BlockEstimate fit_blocks(const Problem& problem, const LabelSource& labels, const Context& context) const override {
    LabelPass pass(problem, labels, context);
    BlockEstimate out = read_off_blocks(vote_shares_by(problem, {}), pass);
    out.estimate.summary.termination = Termination::closed_form;
    out.estimate.summary.iterations = 1;
    return out;
  }
};

}  // namespace

void vote_shares_of(const Problem& problem, ItemIndex item, std::span<const double> worker_weights,
                    std::span<double> shares) {
  std::fill(shares.begin(), shares.end(), 0.0);
  if (problem.has_gold(item)) {
    shares[problem.gold_of(item)] = 1;
  } else if (!add_votes(problem.labels, item, worker_weights, shares)) {
    std::fill(shares.begin(), shares.end(), 0.0);
    add_votes(problem.labels, item, {}, shares);
  }
}

ChunkPosterior vote_shares_by(const Problem& problem, std::vector<double> worker_weights) {
  return [&problem, weights = std::move(worker_weights)](const LabelChunk& chunk, Matrix<double>& out) {
    out = Matrix<double>(chunk.size(), chunk.store.class_count());
    const ChunkProblem part(problem, chunk);
    for (std::size_t i = 0; i < chunk.size(); ++i)
      vote_shares_of(part.problem(), chunk.begin + static_cast<ItemIndex>(i), weights, out.row(i));
  };
}

Matrix<double> vote_shares(const LabelPass& pass, std::span<const double> worker_weights, ThreadPool& threads) {
  const Problem& problem = pass.problem();
  const LabelStore& labels = problem.labels;
  Matrix<double> shares(labels.item_count(), labels.class_count());
  const auto borders = pass.borders();
  threads.run(pass.block_count(), [&](std::size_t b) {
    for (ItemIndex item = borders[b]; item < borders[b + 1]; ++item) {
      vote_shares_of(problem, item, worker_weights, shares.row(item));
    }
  });
  return shares;
}

const OptionTable<MajorityVoteOptions>& majority_vote_options() {
  static const OptionTable<MajorityVoteOptions> table;
  return table;
}

std::unique_ptr<Aggregator> make_majority_vote() { return std::make_unique<MajorityVote>(); }

ModelInfo majority_vote_info() {
  ModelInfo info;
  info.name = "majority_vote";
  info.meaning = "the share of each class among an item's labels; every worker counts the same";
  info.citation = "Sheng, Provost and Ipeirotis 2008, Get another label?, KDD";
  info.iterative = false;
  info.confusion = false;
  info.streams = true;
  info.options = majority_vote_options().infos();
  info.make = [](const OptionValues& values) {
    (void)make_options(majority_vote_options(), values, "majority_vote");
    return make_majority_vote();
  };
  return info;
}

}  // namespace assay::models
