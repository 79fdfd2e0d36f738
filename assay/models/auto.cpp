#include "assay/models/auto.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "assay/base/numerics.h"
#include "assay/models/chunk_problem.h"
#include "assay/models/held_out.h"
#include "assay/models/majority_vote.h"
#include "assay/models/shrunken_dawid_skene.h"

namespace assay::models {
namespace {

constexpr std::array<double, 3> kStrengths = {4, 8, 16};
constexpr double kUsualStrength = 8;
constexpr std::size_t kFewestHeldOut = 50;
constexpr double kVoteSmoothing = 0.3;
constexpr double kSmallestPrior = 1e-6;
constexpr double kSmallestVoice = 0.05;

std::string fixed(double value, int digits) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

ShrunkenDawidSkeneOptions with_strength(double strength) {
  ShrunkenDawidSkeneOptions options;
  options.strength = strength;
  return options;
}

struct Choice {
  double strength = kUsualStrength;
  std::string why;
};

Choice choose_strength(const Problem& problem, const LabelSource& labels, const Context& context,
                       std::uint64_t most_labels) {
  const HeldOut held = hold_out(problem, labels, most_labels, context.seed);
  Choice choice;
  if (held.labels.size() < kFewestHeldOut) {
    choice.why = "strength " + fixed(kUsualStrength, 0) +
                 ", the usual one: too few labels can be held out to choose (" + std::to_string(held.labels.size()) +
                 ", needed are " + std::to_string(kFewestHeldOut) + " on items with 3 workers or more)";
    return choice;
  }
  const Problem rest{held.kept, held.gold, problem.prior_mode, problem.prior, problem.worker_priors};
  Context alone{context.threads, context.seed};
  alone.stop = context.stop;
  std::string scores;
  double best = 0;
  for (const double strength : kStrengths) {
    const double score =
        held_out_log_likelihood(held, make_shrunken_dawid_skene(with_strength(strength))->fit(rest, alone));
    if (scores.empty() || score > best) {
      best = score;
      choice.strength = strength;
    }
    scores += (scores.empty() ? "" : ", ") + fixed(strength, 0) + ": " + fixed(score, 3);
    if (alone.stopping()) break;
  }
  choice.why = "strength " + fixed(choice.strength, 0) + " predicts " + std::to_string(held.labels.size()) +
               " held-out labels best (mean log likelihood " + scores + ")";
  return choice;
}

// Rank 0 chooses for all.
Choice choose_for_all(LabelPass& pass, const Context& context, std::uint64_t most_labels) {
  Choice out;
  pass.on_all_ranks(0, [&] {
    if (pass.is_first_rank()) out = choose_strength(pass.problem(), pass.labels(), context, most_labels);
  });
  if (pass.on_ranks()) context.ranks->broadcast(0, std::as_writable_bytes(std::span(&out.strength, 1)));
  return out;
}

std::size_t largest(std::span<const double> p) {
  return static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin());
}

// How much each worker's vote counts: from his error rates, 1 for always right, the least for one who is right as often
// on each class as a spammer. Macro-averaged, so that a constant answer gains nothing from a common class.
std::vector<double> voices(const Confusions& confusion) {
  const std::size_t k = confusion.class_count();
  const double chance = 1 / static_cast<double>(k);
  std::vector<double> out(confusion.worker_count(), 1.0);
  for (std::size_t w = 0; w < out.size() && k > 1; ++w) {
    double right = 0;
    for (std::size_t t = 0; t < k; ++t) right += confusion.at(w, t, t) * chance;
    out[w] = std::clamp((right - chance) / (1 - chance), kSmallestVoice, 1.0);
  }
  return out;
}

// Pools posteriors of the model with the vote, chunk by chunk.
class Pool {
 public:
  Pool(const Problem& problem, const AutoOptions& options, const Estimate& estimate)
      : vote_weight_(options.vote_weight),
        voices_(voices(estimate.confusion)),
        flatten_(estimate.prior.size(), 1.0),
        before_(estimate.prior.size(), 1 / static_cast<double>(estimate.prior.size())) {
    if (problem.prior_mode == PriorMode::fixed) {
      before_ = problem.prior;
      return;
    }
    // prior^(q - 1), which leaves prior^q in a posterior.
    for (std::size_t t = 0; t < flatten_.size(); ++t)
      flatten_[t] = std::pow(std::max(estimate.prior[t], kSmallestPrior), options.prior_weight - 1);
  }

  struct Moved {
    std::uint64_t labelled = 0;
    std::uint64_t against = 0;  // items whose class has fewer labels than another
  };

  // `part` is the chunk's problem; its item i is row first_row + i of `posterior`.
  Moved pool(const Problem& part, const LabelChunk& chunk, std::size_t first_row, Matrix<double>& posterior) const {
    std::vector<double> vote(flatten_.size()), weights(flatten_.size());
    Moved out;
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      const ItemIndex item = chunk.begin + static_cast<ItemIndex>(i);
      if (chunk.rows(i).empty() || part.has_gold(item)) continue;
      const auto p = posterior.row(first_row + i);
      weigh_labels(chunk, i, weights);
      vote_shares_of(part, item, voices_, vote);
      for (std::size_t t = 0; t < p.size(); ++t) p[t] *= flatten_[t];
      normalize(p);
      add_vote(std::accumulate(weights.begin(), weights.end(), 0.0), vote, p);
      ++out.labelled;
      if (weights[largest(p)] < weights[largest(weights)]) ++out.against;
    }
    return out;
  }

 private:
  // Of each class, the weight of its labels on the chunk's i-th item.
  static void weigh_labels(const LabelChunk& chunk, std::size_t i, std::vector<double>& by_class) {
    std::fill(by_class.begin(), by_class.end(), 0.0);
    const auto rows = chunk.rows(i);
    const auto weights = chunk.store.weights();
    for (std::size_t e = 0; e < rows.size(); ++e)
      by_class[chunk.store.label_of(rows[e])] +=
          weights.empty() ? 1 : static_cast<double>(weights[chunk.offset(i) + e]);
  }

  void add_vote(double n, std::span<const double> vote, std::span<double> p) const {
    const auto k = static_cast<double>(p.size());
    for (std::size_t t = 0; t < p.size(); ++t) {
      const double smoothed = (n * vote[t] + kVoteSmoothing * k * before_[t]) / (n + kVoteSmoothing * k);
      p[t] = (1 - vote_weight_) * p[t] + vote_weight_ * smoothed;
    }
  }

  double vote_weight_;
  std::vector<double> voices_;   // by worker
  std::vector<double> flatten_;  // factors of the classes
  std::vector<double> before_;   // what a vote without labels says
};

class Auto final : public Aggregator {
 public:
  explicit Auto(const AutoOptions& options) : options_(options) {}
  std::string_view name() const override { return "auto"; }
  OptionValues options() const override { return auto_options().values(options_); }

  Estimate fit(const Problem& problem, const Context& context) const override {
    LabelPass pass(problem, context);
    return run(pass, context).estimate;
  }

  BlockEstimate fit_blocks(const Problem& problem, const LabelSource& labels, const Context& context) const override {
    LabelPass pass(problem, labels, context);
    return run(pass, context);
  }

 private:
  [[nodiscard]] BlockEstimate run(LabelPass& pass, const Context& context) const {
    const Choice choice = choose_for_all(pass, context, options_.sample_labels);
    BlockEstimate out = fit_shrunken(pass, context, with_strength(choice.strength));
    const auto pool = std::make_shared<const Pool>(pass.problem(), options_, out.estimate);
    const ChunkPosterior unpooled = std::move(out.posterior);
    add_notes(choice, pool_own_items(pass, *pool, unpooled, out.estimate.posterior), out.estimate);
    collect_items(pass, out.estimate);
    out.posterior = [&problem = pass.problem(), unpooled, pool](const LabelChunk& chunk, Matrix<double>& posterior) {
      unpooled(chunk, posterior);
      pool->pool(ChunkProblem(problem, chunk).problem(), chunk, 0, posterior);
    };
    return out;
  }

  // Pools what the pass gives; elsewhere it only finds what that would do. Returns the share of items decided against
  // the majority of their labels, of all ranks.
  static double pool_own_items(LabelPass& pass, const Pool& pool, const ChunkPosterior& unpooled,
                               Matrix<double>& posterior) {
    std::atomic<std::uint64_t> labelled = 0;
    std::atomic<std::uint64_t> against = 0;
    pass.on_all_ranks(0, [&] {
      pass.for_each_own_chunk([&](const Problem& part, const LabelChunk& chunk) {
        Matrix<double> room;
        if (!pass.gives_posterior()) unpooled(chunk, room);
        const Pool::Moved moved = pass.gives_posterior()
                                      ? pool.pool(part, chunk, chunk.first_item - pass.first_item(), posterior)
                                      : pool.pool(part, chunk, 0, room);
        labelled += moved.labelled;
        against += moved.against;
      });
    });
    std::array<double, 2> sums = {static_cast<double>(against), static_cast<double>(labelled)};
    pass.add_over_ranks(sums);
    return sums[1] > 0 ? sums[0] / sums[1] : 0;
  }

  void add_notes(const Choice& choice, double share_against, Estimate& estimate) const {
    auto& notes = estimate.summary.notes;
    notes.push_back("shrunken_dawid_skene, " + choice.why);
    notes.push_back("posteriors are " + fixed(1 - options_.vote_weight, 2) + " of the model's and " +
                    fixed(options_.vote_weight, 2) +
                    " of the vote's, which keeps them honest where workers err together");
    notes.push_back("decides " + fixed(100 * share_against, 1) +
                    " % of the items against the majority of their labels");
  }

  AutoOptions options_;
};

}  // namespace

const OptionTable<AutoOptions>& auto_options() {
  static const auto table = [] {
    OptionTable<AutoOptions> t;
    t.number("vote_weight", &AutoOptions::vote_weight, 0, 1, "",
             "the vote's part in the posteriors; the rest is the model's");
    t.number("prior_weight", &AutoOptions::prior_weight, 0, 1, "",
             "power at which an estimated class prior enters the posteriors; 0 takes all classes as equally common");
    t.integer("sample_labels", &AutoOptions::sample_labels, 1000, 1000000000, "labels",
              "the model is chosen on a sample of items with about so many labels");
    return t;
  }();
  return table;
}

std::unique_ptr<Aggregator> make_auto(const AutoOptions& options) { return std::make_unique<Auto>(options); }

ModelInfo auto_info() {
  ModelInfo info;
  info.name = "auto";
  info.meaning = "chooses by how well held-out labels are predicted, and pools the model with the vote";
  info.citation =
      "Dawid and Skene 1979, Applied Statistics 28(1); opinion pool: Stone 1961, Annals of Mathematical "
      "Statistics 32(4); the choice is this program's own";
  info.iterative = false;
  info.confusion = true;
  info.streams = true;
  info.resumes = true;
  info.options = auto_options().infos();
  info.make = [](const OptionValues& values) { return make_auto(make_options(auto_options(), values, "auto")); };
  return info;
}

}  // namespace assay::models
