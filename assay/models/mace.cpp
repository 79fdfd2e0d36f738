#include "assay/models/mace.h"

#include <algorithm>
#include <utility>

#include "assay/base/random.h"
#include "assay/models/dawid_skene.h"
#include "assay/models/mace_step.h"

namespace assay::models {
namespace {

// Counts of one pass with competences drawn uniformly and flat habits.
Counts random_start(LabelPass& pass, std::uint64_t seed, std::uint64_t restart) {
  const LabelShape& shape = pass.labels().shape();
  const std::size_t k = shape.class_count;
  Random random(seed, restart);
  Factors factors{std::vector<double>(k, 1 / static_cast<double>(k)), Confusions(shape.worker_count, k)};
  for (std::size_t w = 0; w < shape.worker_count; ++w) {
    const double knows = random.uniform();
    const double spam = (1 - knows) / static_cast<double>(k);
    for (std::size_t t = 0; t < k; ++t) {
      for (std::size_t g = 0; g < k; ++g) factors.table.at(w, t, g) = spam + (t == g ? knows : 0);
    }
  }
  Counts counts;
  pass.run(factors, counts);
  return counts;
}

// Factors of variational Bayes don't sum to 1 over the given classes; error rates do.
void normalize_rows(Confusions& rows) {
  for (std::size_t w = 0; w < rows.worker_count(); ++w) {
    for (std::size_t t = 0; t < rows.class_count(); ++t) {
      const double total = rows.true_total(w, t);
      for (std::size_t g = 0; g < rows.class_count(); ++g) rows.at(w, t, g) /= total;
    }
  }
}

// Competence v of rows v [g = t] + u[g]: any diagonal cell minus another of its column.
std::vector<double> competences(const Confusions& rows) {
  std::vector<double> out(rows.worker_count(), 1.0);
  if (rows.class_count() < 2) return out;
  for (std::size_t w = 0; w < out.size(); ++w) out[w] = std::clamp(rows.at(w, 0, 0) - rows.at(w, 1, 0), 0.0, 1.0);
  return out;
}

class Mace final : public Aggregator {
 public:
  explicit Mace(const MaceOptions& options) : options_(options) {}
  std::string_view name() const override { return "mace"; }
  OptionValues options() const override { return mace_options().values(options_); }

  Estimate fit(const Problem& problem, const Context& context) const override {
    LabelPass pass(problem, context);
    Best best = best_of_all(pass, context);
    Estimate out = to_estimate(std::move(best.fit), pass, objective_name());
    complete(out, best.start);
    return out;
  }
  BlockEstimate fit_blocks(const Problem& problem, const LabelSource& labels, const Context& context) const override {
    LabelPass pass(problem, labels, context);
    Best best = best_of_all(pass, context);
    BlockEstimate out = to_block_estimate(std::move(best.fit), pass, objective_name());
    complete(out.estimate, best.start);
    return out;
  }

 private:
  struct Best {
    EmFit fit;
    std::uint64_t start = 1;
  };

  [[nodiscard]] Best best_of_all(LabelPass& pass, const Context& context) const {
    const Problem& problem = pass.problem();
    Counts votes = pass.votes();
    const ClassPrior prior(problem, options_.class_prior, votes);
    const auto m_step = make_step(problem, prior);
    Best best = {run_em(pass, *m_step, std::move(votes), options_, context)};
    for (std::uint64_t r = 1; r < options_.restarts && !pass.stopping(context); ++r) {
      EmFit fit = run_em(pass, *m_step, random_start(pass, context.seed, r), options_, context);
      const std::uint64_t iterations = best.fit.iterations + fit.iterations;
      if (fit.objective.back() > best.fit.objective.back()) best = {std::move(fit), r + 1};
      best.fit.iterations = iterations;
    }
    return best;
  }

  void complete(Estimate& out, std::uint64_t best_start) const {
    normalize_rows(out.confusion);
    out.worker_score = competences(out.confusion);
    out.worker_score_name = "competence";
    if (options_.restarts > 1) {
      out.summary.notes.push_back("start " + std::to_string(best_start) + " of " + std::to_string(options_.restarts) +
                                  " had the best objective");
    }
  }

  [[nodiscard]] std::string_view objective_name() const {
    return variational() ? "evidence lower bound" : "log posterior";
  }
  [[nodiscard]] bool variational() const { return options_.method == "variational"; }
  [[nodiscard]] std::unique_ptr<MStep> make_step(const Problem& problem, const ClassPrior& prior) const {
    if (variational()) return std::make_unique<MaceVariationalStep>(problem, prior);
    return std::make_unique<MaceMapStep>(problem, prior, options_.pseudo_count);
  }

  MaceOptions options_;
};

}  // namespace

const OptionTable<MaceOptions>& mace_options() {
  static const auto table = [] {
    OptionTable<MaceOptions> t;
    t.choice("method", &MaceOptions::method, {"map", "variational"},
             "maximum a posteriori, or variational Bayes with the authors' priors");
    t.choice("class_prior", &MaceOptions::class_prior, ClassPrior::choices(),
             "the class prior when none is fixed: uniform, the vote's shares, or estimated");
    t.number("pseudo_count", &MaceOptions::pseudo_count, 0, 1e6, "labels",
             "added to knowing and to each class of the habit (method map)");
    t.integer("restarts", &MaceOptions::restarts, 1, 10000, "fits",
              "fits from the votes and from random competences; the best objective wins");
    add_em_fields(t);
    return t;
  }();
  return table;
}

std::unique_ptr<Aggregator> make_mace(const MaceOptions& options) { return std::make_unique<Mace>(options); }

ModelInfo mace_info() {
  ModelInfo info;
  info.name = "mace";
  info.meaning = "every worker knows the class or answers from a habit of her own";
  info.citation = "Hovy, Berg-Kirkpatrick, Vaswani and Hovy 2013, Learning whom to trust with MACE, NAACL-HLT";
  info.iterative = true;
  info.confusion = true;
  info.streams = true;
  info.options = mace_options().infos();
  info.make = [](const OptionValues& values) { return make_mace(make_options(mace_options(), values, "mace")); };
  return info;
}

}  // namespace assay::models
