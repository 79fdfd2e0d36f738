#include "assay/models/em.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace assay::models {
namespace {

constexpr double kFirstStepLimit = 4;

struct Norms {
  double first = 0;   // |s1 - s0|^2
  double second = 0;  // |s2 - 2 s1 + s0|^2
};

void add_norms(std::span<const double> s0, std::span<const double> s1, std::span<const double> s2, Norms& norms) {
  for (std::size_t i = 0; i < s0.size(); ++i) {
    const double r = s1[i] - s0[i];
    const double v = s2[i] - s1[i] - r;
    norms.first += r * r;
    norms.second += v * v;
  }
}

// s0 + 2 a (s1 - s0) + a^2 (s2 - 2 s1 + s0), cut at zero and scaled so that the sum stays what it was.
void extrapolate(std::span<double> s0, std::span<const double> s1, std::span<const double> s2, double a) {
  double total = 0;
  double kept = 0;
  for (std::size_t i = 0; i < s0.size(); ++i) {
    const double r = s1[i] - s0[i];
    const double v = s2[i] - s1[i] - r;
    total += s2[i];
    // A count that would turn negative keeps a small part of itself: zero could never grow again.
    s0[i] = std::max(s0[i] + 2 * a * r + a * a * v, 0.01 * s2[i]);
    kept += s0[i];
  }
  if (kept <= 0) return;
  const double scale = total / kept;
  for (double& v : s0) v *= scale;
}

void extrapolate(Counts& s0, const Counts& s1, const Counts& s2, double a) {
  const std::size_t k = s0.classes.size();
  const std::size_t rows = k == 0 ? 0 : s0.labels.values().size() / k;
  for (std::size_t r = 0; r < rows; ++r) extrapolate(s0.labels.row(r), s1.labels.row(r), s2.labels.row(r), a);
  extrapolate(std::span<double>(s0.classes), s1.classes, s2.classes, a);
}

// One run of EM: where the state is, what the objective was, when to stop.
class Climb {
 public:
  Climb(LabelPass& pass, const MStep& m_step, const EmOptions& options, const Context& context)
      : pass_(pass), m_step_(m_step), options_(options), context_(context) {}

  EmFit run(Counts state) {
    Counts s1;
    Counts s2;
    while (!done_) {
      if (!step(state, s1)) break;
      if (done_ || !options_.accelerate) {
        std::swap(state, s1);
        continue;
      }
      step(s1, s2);
      if (done_ || !leap(state, s1, s2)) std::swap(state, s2);
    }
    fit_.iterations = passes_ + 1;
    const double penalty = m_step_.maximize(state, fit_.factors);
    pass_.run(fit_.factors, fit_.counts, pass_.gives_posterior() ? &fit_.posterior : nullptr);
    fit_.objective.push_back(std::max(fit_.counts.log_evidence + penalty, best_));
    return std::move(fit_);
  }

 private:
  // A pass from `from` to `to`; records the objective of `from`. Returns false when `to` is not worth having.
  bool step(const Counts& from, Counts& to) {
    const double objective = evaluate(from, to);
    accept(objective);
    return true;
  }

  double evaluate(const Counts& from, Counts& to) {
    const double penalty = m_step_.maximize(from, fit_.factors);
    pass_.run(fit_.factors, to);
    ++passes_;
    context_.report("fitting", passes_, options_.max_iterations);
    return to.log_evidence + penalty;
  }

  void accept(double objective) {
    const double gain = objective - best_;
    // Rounding may take a converged objective back by a few last bits.
    fit_.objective.push_back(std::max(objective, best_));
    best_ = std::max(objective, best_);
    if (gain <= options_.tolerance * (1 + std::abs(objective)))
      finish(Termination::converged);
    else if (passes_ + 1 >= options_.max_iterations)
      finish(Termination::max_iterations);
    else if (pass_.stopping(context_))
      finish(Termination::interrupted);
  }

  void finish(Termination termination) {
    done_ = true;
    fit_.termination = termination;
  }

  // Tries the extrapolated state; on success `s0` holds the pass's result from there.
  bool leap(Counts& s0, const Counts& s1, const Counts& s2) {
    Norms norms;
    add_norms(s0.labels.values(), s1.labels.values(), s2.labels.values(), norms);
    if (norms.second <= 0) return false;
    const double a = std::min(std::sqrt(norms.first / norms.second), step_limit_);
    if (a <= 1) return false;
    extrapolate(s0, s1, s2, a);
    Counts reached;
    const double objective = evaluate(s0, reached);
    if (!(objective >= best_)) {
      step_limit_ = std::max(1 + (a - 1) / 2, 1.5);
      if (passes_ + 1 >= options_.max_iterations) finish(Termination::max_iterations);
      return false;
    }
    if (a == step_limit_) step_limit_ *= 4;
    accept_leap(objective);
    std::swap(s0, reached);
    return true;
  }

  // The gain of a leap says nothing of convergence: a plain step follows it.
  void accept_leap(double objective) {
    fit_.objective.push_back(objective);
    best_ = objective;
    if (passes_ + 1 >= options_.max_iterations) finish(Termination::max_iterations);
  }

  LabelPass& pass_;
  const MStep& m_step_;
  const EmOptions& options_;
  const Context& context_;
  EmFit fit_;
  double best_ = -std::numeric_limits<double>::infinity();
  double step_limit_ = kFirstStepLimit;
  std::uint64_t passes_ = 0;
  bool done_ = false;
};

}  // namespace

EmFit run_em(LabelPass& pass, const MStep& m_step, Counts start, const EmOptions& options, const Context& context) {
  return Climb(pass, m_step, options, context).run(std::move(start));
}

}  // namespace assay::models
