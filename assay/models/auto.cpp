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

std::unique_ptr<Aggregator> model_with(double strength) {
  ShrunkenDawidSkeneOptions options;
  options.strength = strength;
  return make_shrunken_dawid_skene(options);
}

struct Choice {
  double strength = kUsualStrength;
  std::string why;
};

// Every rank makes the same choice for itself.
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
  if (context.ranks == nullptr) alone.stop = context.stop;
  std::string scores;
  double best = 0;
  for (const double strength : kStrengths) {
    const double score = held_out_log_likelihood(held, model_with(strength)->fit(rest, alone));
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
      : problem_(problem),
        vote_weight_(options.vote_weight),
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

  // Row i of the chunk is row first_row + i of `posterior`.
  Moved pool(const LabelChunk& chunk, std::size_t first_row, Matrix<double>& posterior) const {
    const ChunkProblem part(problem_, chunk);
    std::vector<double> vote(flatten_.size());
    Moved out;
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      const ItemIndex item = chunk.begin + static_cast<ItemIndex>(i);
      if (chunk.rows(i).empty() || part.problem().has_gold(item)) continue;
      const auto p = posterior.row(first_row + i);
      const auto counts = label_weights(chunk, i);
      vote_shares_of(part.problem(), item, voices_, vote);
      for (std::size_t t = 0; t < p.size(); ++t) p[t] *= flatten_[t];
      normalize(p);
      add_vote(std::accumulate(counts.begin(), counts.end(), 0.0), vote, p);
      ++out.labelled;
      if (counts[largest(p)] < counts[largest(counts)]) ++out.against;
    }
    return out;
  }

 private:
  // Of each class, the weight of its labels on an item.
  [[nodiscard]] std::vector<double> label_weights(const LabelChunk& chunk, std::size_t i) const {
    std::vector<double> out(flatten_.size(), 0.0);
    const auto rows = chunk.rows(i);
    const auto weights = chunk.store.weights();
    for (std::size_t e = 0; e < rows.size(); ++e)
      out[chunk.store.label_of(rows[e])] += weights.empty() ? 1 : static_cast<double>(weights[chunk.offset(i) + e]);
    return out;
  }

  void add_vote(double n, std::span<const double> vote, std::span<double> p) const {
    const auto k = static_cast<double>(p.size());
    for (std::size_t t = 0; t < p.size(); ++t) {
      const double smoothed = (n * vote[t] + kVoteSmoothing * k * before_[t]) / (n + kVoteSmoothing * k);
      p[t] = (1 - vote_weight_) * p[t] + vote_weight_ * smoothed;
    }
  }

  const Problem& problem_;
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
    const StoreSource labels(problem.labels);
    const Choice choice = choose_strength(problem, labels, context, options_.sample_labels);
    Estimate out = model_with(choice.strength)->fit(problem, context);
    const Pool pool(problem, options_, out);
    const auto moved = over_blocks(
        labels, context, [&](const LabelChunk& chunk) { return pool.pool(chunk, chunk.first_item, out.posterior); });
    add_notes(choice, moved, out);
    return out;
  }

  BlockEstimate fit_blocks(const Problem& problem, const LabelSource& labels, const Context& context) const override {
    const Choice choice = choose_strength(problem, labels, context, options_.sample_labels);
    BlockEstimate out = model_with(choice.strength)->fit_blocks(problem, labels, context);
    const auto pool = std::make_shared<const Pool>(problem, options_, out.estimate);
    const ChunkPosterior unpooled = std::move(out.posterior);
    // Other ranks have no use for more than their part of the fit.
    if (context.ranks == nullptr || context.ranks->rank() == 0) {
      const auto moved = over_blocks(labels, context, [&](const LabelChunk& chunk) {
        Matrix<double> posterior;
        unpooled(chunk, posterior);
        return pool->pool(chunk, 0, posterior);
      });
      add_notes(choice, moved, out.estimate);
    }
    out.posterior = [unpooled, pool](const LabelChunk& chunk, Matrix<double>& posterior) {
      unpooled(chunk, posterior);
      pool->pool(chunk, 0, posterior);
    };
    return out;
  }

 private:
  // Sums what `pool_chunk` says of every block.
  template <typename PoolChunk>
  static Pool::Moved over_blocks(const LabelSource& labels, const Context& context, const PoolChunk& pool_chunk) {
    std::atomic<std::uint64_t> labelled = 0;
    std::atomic<std::uint64_t> against = 0;
    context.threads.run(labels.block_count(), [&](std::size_t b) {
      LabelStore room;
      const Pool::Moved moved = pool_chunk(labels.chunk(b, room));
      labelled += moved.labelled;
      against += moved.against;
    });
    return {labelled, against};
  }

  void add_notes(const Choice& choice, const Pool::Moved& moved, Estimate& estimate) const {
    const double share =
        moved.labelled > 0 ? static_cast<double>(moved.against) / static_cast<double>(moved.labelled) : 0;
    auto& notes = estimate.summary.notes;
    notes.push_back("shrunken_dawid_skene, " + choice.why);
    notes.push_back("posteriors are " + fixed(1 - options_.vote_weight, 2) + " of the model's and " +
                    fixed(options_.vote_weight, 2) +
                    " of the vote's, which keeps them honest where workers err together");
    notes.push_back("decides " + fixed(100 * share, 1) + " % of the items against the majority of their labels");
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
