#include "assay/models/one_coin.h"

#include <cmath>
#include <utility>

#include "assay/models/class_prior.h"
#include "assay/models/dawid_skene.h"

namespace assay::models {
namespace {

double times_log(double count, double probability) { return count > 0 ? count * std::log(probability) : 0; }

class OneCoinStep final : public MStep {
 public:
  OneCoinStep(const Problem& problem, ClassPrior prior, double pseudo_count)
      : problem_(problem), prior_(std::move(prior)), pseudo_count_(pseudo_count) {}

  double maximize_prior(const std::vector<double>& class_counts, std::vector<double>& prior) const override {
    return prior_.update(class_counts, prior);
  }
  double maximize_workers(const Confusions& counts, std::size_t begin, std::size_t end,
                          Confusions& table) const override {
    double penalty = 0;
    for (std::size_t w = begin; w < end; ++w) penalty += maximize_worker(counts, w, table.worker(w));
    return penalty;
  }

 private:
  struct Tally {
    double right = 0;
    double wrong = 0;
  };

  static void add(std::span<const double> n, std::size_t k, Tally& tally) {
    for (std::size_t i = 0; i < n.size(); ++i) (i / k == i % k ? tally.right : tally.wrong) += n[i];
  }

  double maximize_worker(const Confusions& counts, std::size_t w, std::span<double> out) const {
    const std::size_t k = counts.class_count();
    if (k < 2) {
      std::fill(out.begin(), out.end(), 1.0);
      return 0;
    }
    const double centre = (1 + 1 / static_cast<double>(k)) / 2;
    Tally prior{pseudo_count_ * centre, pseudo_count_ * (1 - centre)};
    if (!problem_.worker_priors.empty()) add(problem_.worker_priors.worker(w), k, prior);
    Tally all = prior;
    add(counts.worker(w), k, all);
    const double total = all.right + all.wrong;
    const double right = total > 0 ? all.right / total : centre;
    const double wrong = (1 - right) / static_cast<double>(k - 1);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = i / k == i % k ? right : wrong;
    return times_log(prior.right, right) + times_log(prior.wrong, wrong);
  }

  const Problem& problem_;
  ClassPrior prior_;
  double pseudo_count_;
};

class OneCoin final : public Aggregator {
 public:
  explicit OneCoin(const OneCoinOptions& options) : options_(options) {}
  std::string_view name() const override { return "one_coin"; }
  OptionValues options() const override { return one_coin_options().values(options_); }

  Estimate fit(const Problem& problem, const Context& context) const override {
    LabelPass pass(problem, context);
    Estimate out = to_estimate(climb(pass, context), pass, "log posterior");
    add_scores(out);
    return out;
  }
  BlockEstimate fit_blocks(const Problem& problem, const LabelSource& labels, const Context& context) const override {
    LabelPass pass(problem, labels, context);
    BlockEstimate out = to_block_estimate(climb(pass, context), pass, "log posterior");
    add_scores(out.estimate);
    return out;
  }

 private:
  [[nodiscard]] EmFit climb(LabelPass& pass, const Context& context) const {
    Counts start = pass.votes();
    const Problem& problem = pass.problem();
    const OneCoinStep m_step(problem, ClassPrior(problem, options_.class_prior, start), options_.pseudo_count);
    return run_em(pass, m_step, std::move(start), options_, context);
  }
  static void add_scores(Estimate& out) {
    out.worker_score_name = "accuracy";
    out.worker_score.resize(out.confusion.worker_count());
    for (std::size_t w = 0; w < out.worker_score.size(); ++w) out.worker_score[w] = out.confusion.at(w, 0, 0);
  }

  OneCoinOptions options_;
};

}  // namespace

const OptionTable<OneCoinOptions>& one_coin_options() {
  static const auto table = [] {
    OptionTable<OneCoinOptions> t;
    t.number("pseudo_count", &OneCoinOptions::pseudo_count, 0, 1e6, "labels",
             "labels that every worker is taken to have given beforehand, halfway between chance and perfect");
    t.choice(
        "class_prior", &OneCoinOptions::class_prior, ClassPrior::choices(),
        "the class prior when none is fixed: uniform, the vote's shares, or estimated (can collapse on skewed data)");
    add_em_fields(t);
    return t;
  }();
  return table;
}

std::unique_ptr<Aggregator> make_one_coin(const OneCoinOptions& options) { return std::make_unique<OneCoin>(options); }

ModelInfo one_coin_info() {
  ModelInfo info;
  info.name = "one_coin";
  info.meaning = "one accuracy for every worker, errors spread evenly over the other classes";
  info.citation = "Zhang, Chen, Zhou and Jordan 2016, Spectral methods meet EM, JMLR 17(102)";
  info.iterative = true;
  info.confusion = true;
  info.streams = true;
  info.resumes = true;
  info.options = one_coin_options().infos();
  info.make = [](const OptionValues& values) {
    return make_one_coin(make_options(one_coin_options(), values, "one_coin"));
  };
  return info;
}

}  // namespace assay::models
