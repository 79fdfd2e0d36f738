#include "assay/models/auto.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "assay/base/numerics.h"
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

Estimate fit_with(double strength, const Problem& problem, const Context& context) {
  ShrunkenDawidSkeneOptions options;
  options.strength = strength;
  return make_shrunken_dawid_skene(options)->fit(problem, context);
}

struct Choice {
  double strength = kUsualStrength;
  std::string why;
};

Choice choose_strength(const Problem& problem, const Context& context, std::uint64_t most_labels) {
  const HeldOut held = hold_out(problem, most_labels, context.seed);
  Choice choice;
  if (held.labels.size() < kFewestHeldOut) {
    choice.why = "strength " + fixed(kUsualStrength, 0) +
                 ", the usual one: too few labels can be held out to choose (" + std::to_string(held.labels.size()) +
                 ", needed are " + std::to_string(kFewestHeldOut) + " on items with 3 workers or more)";
    return choice;
  }
  const Problem rest{held.kept, held.gold, problem.prior_mode, problem.prior, problem.worker_priors};
  std::string scores;
  double best = 0;
  for (const double strength : kStrengths) {
    const double score = held_out_log_likelihood(held, fit_with(strength, rest, context));
    if (scores.empty() || score > best) {
      best = score;
      choice.strength = strength;
    }
    scores += (scores.empty() ? "" : ", ") + fixed(strength, 0) + ": " + fixed(score, 3);
    if (context.stopping()) break;
  }
  choice.why = "strength " + fixed(choice.strength, 0) + " predicts " + std::to_string(held.labels.size()) +
               " held-out labels best (mean log likelihood " + scores + ")";
  return choice;
}

// Of each class, the weight of its labels on an item.
std::vector<double> label_weights(const LabelStore& labels, ItemIndex item, std::size_t class_count) {
  std::vector<double> out(class_count, 0.0);
  for (std::uint64_t i = labels.offset(item); i < labels.offset(item + 1); ++i) {
    const double weight = labels.weights().empty() ? 1 : static_cast<double>(labels.weights()[i]);
    out[labels.label_of(labels.entries()[i])] += weight;
  }
  return out;
}

std::size_t largest(std::span<const double> p) {
  return static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin());
}

class Auto final : public Aggregator {
 public:
  explicit Auto(const AutoOptions& options) : options_(options) {}
  std::string_view name() const override { return "auto"; }
  OptionValues options() const override { return auto_options().values(options_); }

  Estimate fit(const Problem& problem, const Context& context) const override {
    const Choice choice = choose_strength(problem, context, options_.sample_labels);
    Estimate out = fit_with(choice.strength, problem, context);
    const double moved = pool(problem, context, out);
    auto& notes = out.summary.notes;
    notes.push_back("shrunken_dawid_skene, " + choice.why);
    notes.push_back("posteriors are " + fixed(1 - options_.vote_weight, 2) + " of the model's and " +
                    fixed(options_.vote_weight, 2) +
                    " of the vote's, which keeps them honest where workers err together");
    notes.push_back("decides " + fixed(100 * moved, 1) + " % of the items against the majority of their labels");
    return out;
  }

 private:
  // Pools the model's posteriors with the vote; returns the share of items whose class has fewer labels than another.
  double pool(const Problem& problem, const Context& context, Estimate& estimate) const {
    const LabelPass pass(problem, context.threads);
    const Matrix<double> votes = vote_shares(pass, voices(estimate.confusion), context.threads);
    const std::vector<double> flatten = flattening(problem, estimate.prior);
    std::size_t moved = 0;
    std::size_t labelled = 0;
    for (ItemIndex item = 0; item < problem.labels.item_count(); ++item) {
      if (problem.labels.rows(item).empty() || problem.has_gold(item)) continue;
      const auto vote = votes.row(item);
      const auto p = estimate.posterior.row(item);
      const auto counts = label_weights(problem.labels, item, p.size());
      for (std::size_t t = 0; t < p.size(); ++t) p[t] *= flatten[t];
      normalize(p);
      add_vote(problem, std::accumulate(counts.begin(), counts.end(), 0.0), vote, p);
      ++labelled;
      if (counts[largest(p)] < counts[largest(counts)]) ++moved;
    }
    return labelled > 0 ? static_cast<double>(moved) / static_cast<double>(labelled) : 0;
  }

  // How much each worker's vote counts: from his error rates, 1 for always right, the least for one who is right as
  // often on each class as a spammer. Macro-averaged, so that a constant answer gains nothing from a common class.
  [[nodiscard]] static std::vector<double> voices(const Confusions& confusion) {
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

  // prior^(q - 1), which leaves prior^q in a posterior.
  [[nodiscard]] std::vector<double> flattening(const Problem& problem, const std::vector<double>& prior) const {
    std::vector<double> out(prior.size(), 1.0);
    if (problem.prior_mode == PriorMode::fixed) return out;
    for (std::size_t t = 0; t < out.size(); ++t) {
      out[t] = std::pow(std::max(prior[t], kSmallestPrior), options_.prior_weight - 1);
    }
    return out;
  }

  void add_vote(const Problem& problem, double n, std::span<const double> vote, std::span<double> p) const {
    const auto k = static_cast<double>(p.size());
    for (std::size_t t = 0; t < p.size(); ++t) {
      const double before = problem.prior_mode == PriorMode::fixed ? problem.prior[t] : 1 / k;
      const double smoothed = (n * vote[t] + kVoteSmoothing * k * before) / (n + kVoteSmoothing * k);
      p[t] = (1 - options_.vote_weight) * p[t] + options_.vote_weight * smoothed;
    }
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
  info.options = auto_options().infos();
  info.make = [](const OptionValues& values) { return make_auto(make_options(auto_options(), values, "auto")); };
  return info;
}

}  // namespace assay::models
