#include "assay/models/em.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "assay/models/em_state.h"
#include "assay/models/resume.h"

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

// One run of EM: where the state is, what the objective was, when to stop. After each pass the state is saved where the
// context has a checkpoint.
class Climb {
 public:
  Climb(LabelPass& pass, const MStep& m_step, const EmOptions& options, const Context& context)
      : pass_(pass), m_step_(m_step), options_(options), context_(context) {}

  EmFit run(Counts start) {
    begin(std::move(start));
    while (at_.next != Next::finish) {
      advance();
      save_state(at_, done(), pass_, context_);
    }
    fit_.termination = at_.termination;
    fit_.iterations = at_.passes + 1;
    fit_.objective = std::move(at_.objective);
    const double penalty = m_step_.maximize(at_.s0, fit_.factors);
    pass_.run(fit_.factors, fit_.counts, pass_.gives_posterior() ? &fit_.posterior : nullptr);
    fit_.objective.push_back(std::max(fit_.counts.log_evidence + penalty, at_.best));
    return std::move(fit_);
  }

 private:
  using Next = EmState::Next;

  void begin(Counts start) {
    const std::string saved = context_.checkpoint != nullptr ? context_.checkpoint->load() : "";
    if (!saved.empty()) {
      at_ = em_state_of(saved, start.labels.worker_count(), start.classes.size());
      return;
    }
    at_.s0 = std::move(start);
    at_.step_limit = kFirstStepLimit;
  }

  // The next pass.
  void advance() {
    switch (at_.next) {
      case Next::first_step:
        at_.next = options_.accelerate ? Next::second_step : Next::first_step;
        step(at_.s0, at_.s1);
        if (done() || !options_.accelerate) std::swap(at_.s0, at_.s1);
        return;
      case Next::second_step:
        at_.next = Next::leap;
        step(at_.s1, at_.s2);
        if (done()) std::swap(at_.s0, at_.s2);
        // Without a leap that is worth a pass, the round ends here.
        if (!done() && !is_worth_a_leap()) end_round();
        return;
      case Next::leap:
        at_.next = Next::first_step;
        if (!leap()) end_round();
        return;
      case Next::finish:
        return;
    }
  }

  [[nodiscard]] bool done() const { return at_.next == Next::finish; }

  void end_round() {
    std::swap(at_.s0, at_.s2);
    if (!done()) at_.next = Next::first_step;
  }

  // A pass from `from` to `to`; records the objective of `from`.
  void step(const Counts& from, Counts& to) { accept(evaluate(from, to)); }

  double evaluate(const Counts& from, Counts& to) {
    const double penalty = m_step_.maximize(from, fit_.factors);
    pass_.run(fit_.factors, to);
    ++at_.passes;
    context_.report("fitting", at_.passes, 0);
    return to.log_evidence + penalty;
  }

  void accept(double objective) {
    const double gain = objective - at_.best;
    // Rounding may take a converged objective back by a few last bits.
    at_.objective.push_back(std::max(objective, at_.best));
    at_.best = std::max(objective, at_.best);
    if (gain <= options_.tolerance * (1 + std::abs(objective)))
      finish(Termination::converged);
    else if (at_.passes + 1 >= options_.max_iterations)
      finish(Termination::max_iterations);
    else if (pass_.stopping(context_) && context_.checkpoint == nullptr)
      finish(Termination::interrupted);
  }

  void finish(Termination termination) {
    at_.next = Next::finish;
    at_.termination = termination;
  }

  [[nodiscard]] double step_length() const {
    Norms norms;
    add_norms(at_.s0.labels.values(), at_.s1.labels.values(), at_.s2.labels.values(), norms);
    return norms.second <= 0 ? 0 : std::min(std::sqrt(norms.first / norms.second), at_.step_limit);
  }
  [[nodiscard]] bool is_worth_a_leap() const { return step_length() > 1; }

  // Tries the extrapolated state; on success `s0` holds the pass's result from there.
  bool leap() {
    const double a = step_length();
    extrapolate(at_.s0, at_.s1, at_.s2, a);
    Counts reached;
    const double objective = evaluate(at_.s0, reached);
    if (!(objective >= at_.best)) {
      at_.step_limit = std::max(1 + (a - 1) / 2, 1.5);
      if (at_.passes + 1 >= options_.max_iterations) finish(Termination::max_iterations);
      return false;
    }
    if (a == at_.step_limit) at_.step_limit *= 4;
    accept_leap(objective);
    std::swap(at_.s0, reached);
    return true;
  }

  // The gain of a leap says nothing of convergence: a plain step follows it.
  void accept_leap(double objective) {
    at_.objective.push_back(objective);
    at_.best = objective;
    if (at_.passes + 1 >= options_.max_iterations) finish(Termination::max_iterations);
  }

  LabelPass& pass_;
  const MStep& m_step_;
  const EmOptions& options_;
  const Context& context_;
  EmFit fit_;
  EmState at_;
};

}  // namespace

EmFit run_em(LabelPass& pass, const MStep& m_step, Counts start, const EmOptions& options, const Context& context) {
  return Climb(pass, m_step, options, context).run(std::move(start));
}

}  // namespace assay::models
