#include "assay/models/em.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "assay/models/em_state.h"
#include "assay/models/resume.h"

namespace assay::models {
namespace {

constexpr double kFirstStepLimit = 4;
// Workers that one task of a thread takes.
constexpr std::size_t kWorkersATask = 64;

// Calls act(task, begin, end) for all workers, in tasks whose borders depend on their number alone.
template <typename Act>
void for_workers(std::size_t worker_count, ThreadPool& threads, Act act) {
  threads.run((worker_count + kWorkersATask - 1) / kWorkersATask, [&](std::size_t task) {
    act(task, task * kWorkersATask, std::min(worker_count, (task + 1) * kWorkersATask));
  });
}

// The sum over workers, in order, of what sum(begin, end) finds for some of them.
template <typename Sum>
auto sum_over_workers(std::size_t worker_count, ThreadPool& threads, Sum sum) {
  std::vector<decltype(sum(0, 0))> parts((worker_count + kWorkersATask - 1) / kWorkersATask);
  for_workers(worker_count, threads,
              [&](std::size_t task, std::size_t begin, std::size_t end) { parts[task] = sum(begin, end); });
  return std::accumulate(parts.begin(), parts.end(), decltype(sum(0, 0)){});
}

struct Norms {
  double first = 0;   // |s1 - s0|^2
  double second = 0;  // |s2 - 2 s1 + s0|^2

  Norms operator+(const Norms& other) const { return {first + other.first, second + other.second}; }
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

void extrapolate(Counts& s0, const Counts& s1, const Counts& s2, double a, ThreadPool& threads) {
  const std::size_t k = s0.classes.size();
  for_workers(s0.labels.worker_count(), threads, [&](std::size_t /*task*/, std::size_t begin, std::size_t end) {
    for (std::size_t r = begin * k; r < end * k; ++r)
      extrapolate(s0.labels.row(r), s1.labels.row(r), s2.labels.row(r), a);
  });
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
    const double penalty = maximize(m_step_, at_.s0, pass_.threads(), fit_.factors);
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
    const double penalty = maximize(m_step_, from, pass_.threads(), fit_.factors);
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
    const auto norms =
        sum_over_workers(at_.s0.labels.worker_count(), pass_.threads(), [&](std::size_t begin, std::size_t end) {
          Norms out;
          for (std::size_t w = begin; w < end; ++w)
            add_norms(at_.s0.labels.worker(w), at_.s1.labels.worker(w), at_.s2.labels.worker(w), out);
          return out;
        });
    return norms.second <= 0 ? 0 : std::min(std::sqrt(norms.first / norms.second), at_.step_limit);
  }
  [[nodiscard]] bool is_worth_a_leap() const { return step_length() > 1; }

  // Tries the extrapolated state; on success `s0` holds the pass's result from there.
  bool leap() {
    const double a = step_length();
    extrapolate(at_.s0, at_.s1, at_.s2, a, pass_.threads());
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

double maximize(const MStep& m_step, const Counts& counts, ThreadPool& threads, Factors& factors) {
  const std::size_t workers = counts.labels.worker_count();
  if (factors.table.worker_count() != workers) factors.table = Confusions(workers, counts.classes.size());
  const double of_prior = m_step.maximize_prior(counts.classes, factors.prior);
  return of_prior + sum_over_workers(workers, threads, [&](std::size_t begin, std::size_t end) {
           return m_step.maximize_workers(counts.labels, begin, end, factors.table);
         });
}

EmFit run_em(LabelPass& pass, const MStep& m_step, Counts start, const EmOptions& options, const Context& context) {
  return Climb(pass, m_step, options, context).run(std::move(start));
}

}  // namespace assay::models
