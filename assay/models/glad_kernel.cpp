#include "assay/models/glad_kernel.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "assay/models/log_sum.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "assay/models/glad_kernel.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h: it is what changes from target to target.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace assay::models::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Wide = hn::ScalableTag<double>;
using V = hn::Vec<Wide>;

// Items are taken together until they have so many labels: what is known of them stays in the nearest cache.
constexpr std::size_t kBatchLabels = 256;
constexpr std::size_t kBatchItems = 128;
constexpr double kLargestLogEasiness = 20;
// Labels whose factors of up to 2 are multiplied before their product's logarithm is added.
constexpr std::size_t kLabelsPerProduct = 512;

// exp(x) for -700 <= x <= 700 within 3 units in the last place; x below -700 counts as -700. Products and sums are not
// fused: machines without fused operations get the same bits.
HWY_INLINE V exp_of(V x) {
  const Wide d;
  const hn::RebindToUnsigned<Wide> du;
  const V round = hn::Set(d, 6755399441055744.0);  // 1.5 x 2^52: adding it rounds to an integer in the low bits
  x = hn::Max(x, hn::Set(d, -700.0));
  const V shifted = hn::Add(hn::Mul(x, hn::Set(d, 1.4426950408889634)), round);
  const V n = hn::Sub(shifted, round);
  const V r = hn::Sub(hn::Sub(x, hn::Mul(n, hn::Set(d, 0.693147180369123816490))),
                      hn::Mul(n, hn::Set(d, 1.90821492927058770002e-10)));
  // Even and odd powers apart: two chains of dependent operations that run side by side.
  const V square = hn::Mul(r, r);
  const auto next = [&](V p, double c) HWY_ATTR { return hn::Add(hn::Mul(p, square), hn::Set(d, c)); };
  V even = hn::Set(d, 1.0 / 3628800);
  even = next(next(next(next(next(even, 1.0 / 40320), 1.0 / 720), 1.0 / 24), 0.5), 1);
  V odd = hn::Set(d, 1.0 / 39916800);
  odd = next(next(next(next(next(odd, 1.0 / 362880), 1.0 / 5040), 1.0 / 120), 1.0 / 6), 1);
  const V p = hn::Add(even, hn::Mul(r, odd));
  const auto power = hn::ShiftLeft<52>(hn::Add(hn::BitCast(du, shifted), hn::Set(du, 1023)));
  return hn::Mul(p, hn::BitCast(d, power));
}

// A column of a batch, with room for the last vector to be written whole.
class Column {
 public:
  void resize(std::size_t n) { values_.resize((n + lanes() - 1) / lanes() * lanes()); }
  [[nodiscard]] double* data() { return values_.data(); }
  double& operator[](std::size_t i) { return values_[i]; }
  static std::size_t lanes() { return hn::Lanes(Wide()); }

 private:
  std::vector<double> values_;
};

template <bool kWeighted>
class GladKernel {
 public:
  explicit GladKernel(const GladTask& task)
      : task_(task),
        k_(task.class_count),
        per_class_(1 / static_cast<double>(k_)),
        log_others_(std::log(static_cast<double>(k_ - 1))),
        start_scores_(task.log_prior, task.log_prior + k_) {}

  double run() {
    ItemIndex first = task_.begin;
    while (first < task_.end) {
      const std::uint64_t begin = task_.offsets[first];
      ItemIndex last = first + 1;
      while (last < task_.end && last - first < kBatchItems && task_.offsets[last + 1] - begin <= kBatchLabels) ++last;
      run_batch(first, last);
      first = last;
    }
    return sum_ + evidence_.value() - softplus_.value();
  }

 private:
  void run_batch(ItemIndex first, ItemIndex last) {
    const std::size_t items = last - first;
    const std::uint64_t begin = task_.offsets[first];
    const std::size_t labels = task_.offsets[last] - begin;
    make_room(items, labels);
    find_easiness(first, items);
    load_labels(first, items, begin);
    judge_labels(labels);
    find_posteriors(first, items);
    for (std::size_t i = 0; i < items; ++i) add_item(first + static_cast<ItemIndex>(i), i, begin);
  }

  void make_room(std::size_t items, std::size_t labels) {
    easiness_.resize(items);
    largest_.resize(items);
    scores_.resize(items * k_);
    worker_.resize(labels);
    given_.resize(labels);
    for (Column* column : {&x_, &scale_, &weight_, &decay_, &correct_, &by_x_, &by_ability_}) column->resize(labels);
  }

  void find_easiness(ItemIndex first, std::size_t items) {
    for (std::size_t i = 0; i < items; ++i)
      easiness_[i] = std::clamp(task_.log_easiness[first + i], -kLargestLogEasiness, kLargestLogEasiness);
    exp_in_place(easiness_, items);
  }

  static void exp_in_place(Column& column, std::size_t n) {
    const Wide d;
    for (std::size_t i = 0; i < n; i += Column::lanes())
      hn::StoreU(exp_of(hn::LoadU(d, column.data() + i)), d, column.data() + i);
  }

  // Entries are worker * K + label; the quotient of 32 bits by 16 is exact this way, and faster than a division.
  [[nodiscard]] std::uint32_t worker_of(std::uint32_t entry) const {
    return static_cast<std::uint32_t>(static_cast<std::int64_t>((static_cast<double>(entry) + 0.5) * per_class_));
  }

  void load_labels(ItemIndex first, std::size_t items, std::uint64_t begin) {
    const auto k = static_cast<std::uint32_t>(k_);
    for (std::size_t i = 0; i < items; ++i) {
      double* scores = scores_.data() + i * k_;
      std::copy(start_scores_.begin(), start_scores_.end(), scores);
      const double easiness = easiness_[i];
      const std::size_t end = task_.offsets[first + i + 1] - begin;
      for (std::size_t l = task_.offsets[first + i] - begin; l < end; ++l) {
        const std::uint32_t entry = task_.entries[begin + l];
        const std::uint32_t w = worker_of(entry);
        const std::uint32_t g = entry - w * k;
        const double x = task_.ability[w] * easiness;
        worker_[l] = w;
        given_[l] = g;
        x_[l] = x;
        scale_[l] = easiness;
        if (kWeighted) {
          weight_[l] = static_cast<double>(task_.weights[begin + l]);
          scores[g] += weight_[l] * (x + log_others_);
        } else {
          scores[g] += x + log_others_;
        }
      }
    }
  }

  // What a label says whatever the posterior: s(x) and the informations.
  void judge_labels(std::size_t labels) {
    const Wide d;
    const V zero = hn::Zero(d);
    const V one = hn::Set(d, 1.0);
    for (std::size_t l = 0; l < labels; l += Column::lanes()) {
      const V x = hn::LoadU(d, x_.data() + l);
      const V scale = hn::LoadU(d, scale_.data() + l);
      const V e = exp_of(hn::Sub(zero, hn::Abs(x)));
      const V larger = hn::Div(one, hn::Add(one, e));  // s(|x|)
      const V smaller = hn::Mul(e, larger);
      V slope = hn::Mul(larger, smaller);
      if (kWeighted) slope = hn::Mul(slope, hn::LoadU(d, weight_.data() + l));
      hn::StoreU(e, d, decay_.data() + l);
      hn::StoreU(hn::IfThenElse(hn::Ge(x, zero), larger, smaller), d, correct_.data() + l);
      hn::StoreU(hn::Mul(slope, hn::Mul(x, x)), d, by_x_.data() + l);
      hn::StoreU(hn::Mul(slope, hn::Mul(scale, scale)), d, by_ability_.data() + l);
    }
  }

  void find_posteriors(ItemIndex first, std::size_t items) {
    for (std::size_t i = 0; i < items; ++i) {
      double* scores = scores_.data() + i * k_;
      if (gold(first + i) != kNoClass) {
        set_gold(first + i, scores, largest_[i]);
        continue;
      }
      double largest = scores[0];
      for (std::size_t t = 1; t < k_; ++t) largest = std::max(largest, scores[t]);
      for (std::size_t t = 0; t < k_; ++t) scores[t] -= largest;
      largest_[i] = largest;
    }
    exp_in_place(scores_, items * k_);
  }

  [[nodiscard]] ClassIndex gold(std::size_t item) const { return task_.gold == nullptr ? kNoClass : task_.gold[item]; }

  void set_gold(std::size_t item, double* scores, double& largest) const {
    const ClassIndex truth = gold(item);
    largest = scores[truth] - (task_.gold_in_prior ? 0 : task_.log_prior[truth]);
    std::fill(scores, scores + k_, -700.0);
    scores[truth] = 0;
  }

  void add_item(ItemIndex item, std::size_t i, std::uint64_t begin) {
    const double distance = task_.log_easiness[item] - task_.easiness_mean;
    task_.slope[item] = -task_.easiness_precision * distance;
    task_.curvature[item] = task_.easiness_precision;
    if (task_.offsets[item] == task_.offsets[item + 1]) return;
    sum_ += largest_[i] - 0.5 * task_.easiness_precision * distance * distance;
    double* p = scores_.data() + i * k_;
    finish_posterior(item, p);
    std::copy(p, p + k_, task_.posterior + std::size_t{item} * k_);
    add_labels(item, p, task_.offsets[item] - begin, task_.offsets[item + 1] - begin);
  }

  void finish_posterior(ItemIndex item, double* p) {
    const ClassIndex truth = gold(item);
    if (truth != kNoClass) {
      std::fill(p, p + k_, 0.0);
      p[truth] = 1;
      if (!task_.gold_in_prior) return;
    } else {
      double sum = 0;
      for (std::size_t t = 0; t < k_; ++t) sum += p[t];
      evidence_.add(sum);
      const double scale = 1 / sum;
      for (std::size_t t = 0; t < k_; ++t) p[t] *= scale;
    }
    for (std::size_t t = 0; t < k_; ++t) task_.classes[t] += p[t];
  }

  void add_labels(ItemIndex item, const double* p, std::size_t begin, std::size_t end) {
    double slope = 0;
    double information = 0;
    double product = 1;
    for (std::size_t l = begin; l < end; ++l) {
      const double weight = kWeighted ? weight_[l] : 1;
      const double wrong = weight * (p[given_[l]] - correct_[l]);
      slope += x_[l] * wrong;
      information += by_x_[l];
      sum_ -= weight * (std::max(x_[l], 0.0) + log_others_);
      double* to = task_.workers + 2 * std::size_t{worker_[l]};
      to[0] += scale_[l] * wrong;
      to[1] += by_ability_[l];
      if (kWeighted) {
        sum_ -= weight * std::log1p(decay_[l]);
        continue;
      }
      product *= 1 + decay_[l];
      if ((l - begin) % kLabelsPerProduct != kLabelsPerProduct - 1) continue;
      softplus_.add(product);
      product = 1;
    }
    if (!kWeighted) softplus_.add(product);
    if (std::abs(task_.log_easiness[item]) > kLargestLogEasiness) return;
    task_.slope[item] += slope;
    task_.curvature[item] += information;
  }

  const GladTask& task_;
  std::size_t k_;
  double per_class_;
  double log_others_;
  std::vector<double> start_scores_;
  Column easiness_, largest_;                  // by item
  Column scores_;                              // K an item: log posteriors, then posteriors
  std::vector<std::uint32_t> worker_, given_;  // by label
  Column x_, scale_, weight_;                  // x, exp(b)
  Column decay_, correct_;                     // exp(-|x|), s(x)
  Column by_x_, by_ability_;                   // information on b and on the ability
  double sum_ = 0;
  LogSum evidence_, softplus_;
};

double run(const GladTask& task) {
  return task.weights == nullptr ? GladKernel<false>(task).run() : GladKernel<true>(task).run();
}

}  // namespace assay::models::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::models {

HWY_EXPORT(run);

double run_glad_kernel(const GladTask& task) { return HWY_DYNAMIC_DISPATCH(run)(task); }

}  // namespace assay::models
#endif
