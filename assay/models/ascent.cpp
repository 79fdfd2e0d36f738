#include "assay/models/ascent.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace assay::models {
namespace {

// Parameters that a thread takes at once; sums are taken piece by piece, in order.
constexpr std::size_t kSegment = 1 << 14;
// A step is shortened to a part of itself that lies between these.
constexpr double kShortest = 0.1;
constexpr double kLongest = 0.5;
// After so many steps down from a point the memory is dropped; without one, there is nowhere to go.
constexpr int kTriesWithMemory = 4;
constexpr int kTries = 20;

// Products of step s, fall of the slope y, slope g and inverse curvatures.
struct Products {
  double sy = 0, sg = 0, yhg = 0, yhy = 0;
};

class Climber {
 public:
  Climber(Hill& hill, std::vector<double>& x, std::span<const double> limits, const EmOptions& options,
          const Context& context)
      : hill_(hill),
        x_(x),
        limits_(limits),
        options_(options),
        context_(context),
        trial_(x.size()),
        step_(x.size()),
        slope_(x.size()),
        old_slope_(x.size()),
        curvature_(x.size()) {}

  Ascent run() {
    value_ = evaluate(x_);
    out_.objective.push_back(value_);
    bool learnt = false;
    while (!done_) {
      choose_step(learnt);
      if (learnt && !(rise_ > 0)) choose_step(learnt = false);
      std::swap(old_slope_, slope_);
      learnt = advance(learnt ? kTriesWithMemory : kTries) && options_.accelerate;
    }
    return std::move(out_);
  }

 private:
  // One pass is kept back for going back to where a step began.
  double evaluate(std::span<const double> x) {
    const double value = hill_.evaluate(x, slope_, curvature_);
    context_.report("fitting", ++out_.passes, 0);
    if (out_.passes + 1 >= options_.max_iterations)
      stop(Termination::max_iterations);
    else if (context_.stopping())
      stop(Termination::interrupted);
    return value;
  }

  void stop(Termination termination) {
    done_ = true;
    out_.termination = termination;
  }

  // Calls act(segment, begin, end) for the parameters of every segment.
  template <typename Act>
  void for_segments(Act act) {
    const std::size_t n = x_.size();
    context_.threads.run((n + kSegment - 1) / kSegment,
                         [&](std::size_t s) { act(s, s * kSegment, std::min(n, (s + 1) * kSegment)); });
  }

  // The step from here; `learnt`: step_ is the one that led here, and old_slope_ the slopes before it.
  void choose_step(bool learnt) {
    const Products p = learnt ? products() : Products{};
    // A slope that does not fall along the step says nothing of a maximum.
    const double r = p.sy > 0 ? 1 / p.sy : 0;
    const double of_y = r * p.sg;
    const double of_s = r * (p.sg * (1 + r * p.yhy) - p.yhg);
    std::vector<double> rises(segment_count());
    for_segments([&](std::size_t s, std::size_t begin, std::size_t end) {
      double rise = 0;
      for (std::size_t i = begin; i < end; ++i) {
        const double y = old_slope_[i] - slope_[i];
        const double step = (slope_[i] - of_y * y) / curvature_[i] + of_s * step_[i];
        step_[i] = std::clamp(step, -limits_[i], limits_[i]);
        rise += step_[i] * slope_[i];
      }
      rises[s] = rise;
    });
    rise_ = std::accumulate(rises.begin(), rises.end(), 0.0);
  }

  [[nodiscard]] std::size_t segment_count() const { return (x_.size() + kSegment - 1) / kSegment; }

  Products products() {
    std::vector<Products> parts(segment_count());
    for_segments([&](std::size_t s, std::size_t begin, std::size_t end) {
      Products part;
      for (std::size_t i = begin; i < end; ++i) {
        const double y = old_slope_[i] - slope_[i];
        const double hy = y / curvature_[i];
        part.sy += step_[i] * y;
        part.sg += step_[i] * slope_[i];
        part.yhg += hy * slope_[i];
        part.yhy += hy * y;
      }
      parts[s] = part;
    });
    Products out;
    for (const Products& part : parts) {
      out.sy += part.sy;
      out.sg += part.sg;
      out.yhg += part.yhg;
      out.yhy += part.yhy;
    }
    return out;
  }

  // Goes the step, or as much of it as leads up; false: back at its start, with nothing learnt.
  bool advance(int most_tries) {
    for (int tries = 0; tries < most_tries && !done_; ++tries) {
      for_segments([&](std::size_t, std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) trial_[i] = x_[i] + step_[i];
      });
      const double value = evaluate(trial_);
      if (value >= value_) {
        std::swap(x_, trial_);
        accept(value, tries == 0);
        return true;
      }
      if (!done_ && (is_small(rise_) || tries + 1 == kTries)) stop(Termination::converged);
      shorten(value);
    }
    hill_.evaluate(x_, slope_, curvature_);
    ++out_.passes;
    return false;
  }

  void accept(double value, bool is_whole) {
    const double gain = value - value_;
    value_ = value;
    out_.objective.push_back(value);
    // A shortened step gains little wherever it is.
    if (is_whole && is_small(gain) && !done_) stop(Termination::converged);
  }

  [[nodiscard]] bool is_small(double gain) const { return gain <= options_.tolerance * (1 + std::abs(value_)); }

  // To where the parabola through both values and the slope here is highest.
  void shorten(double value) {
    const double fall = value_ + rise_ - value;  // infinite or NaN where the value is
    const double part = fall > 0 ? std::clamp(rise_ / (2 * fall), kShortest, kLongest) : kShortest;
    for (double& s : step_) s *= part;
    rise_ *= part;
  }

  Hill& hill_;
  std::vector<double>& x_;
  std::span<const double> limits_;
  const EmOptions& options_;
  const Context& context_;
  std::vector<double> trial_, step_, slope_, old_slope_, curvature_;
  double value_ = 0;
  double rise_ = 0;  // of the whole step, by the slopes at its start
  bool done_ = false;
  Ascent out_;
};

}  // namespace

Ascent climb(Hill& hill, std::vector<double>& x, std::span<const double> limits, const EmOptions& options,
             const Context& context) {
  return Climber(hill, x, limits, options, context).run();
}

}  // namespace assay::models
