#include "assay/selection/new_label_uncertainty.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "assay/base/numerics.h"

namespace assay::selection {
namespace {

constexpr int kPasses = 30;
constexpr double kLeastAlpha = 0.05;
constexpr double kMostAlpha = 1e3;

// Items with the same counts are one: how many there are of each.
using CountTable = std::map<std::vector<std::uint32_t>, double>;

CountTable tabulate(const LabelStore& labels) {
  CountTable table;
  std::vector<std::uint32_t> counts(labels.class_count());
  for (ItemIndex o = 0; o < labels.item_count(); ++o) {
    const auto rows = labels.rows(o);
    if (rows.empty()) continue;
    std::ranges::fill(counts, 0);
    for (const auto row : rows) ++counts[labels.label_of(row)];
    ++table[counts];
  }
  return table;
}

// The sums of Minka's fixed point, "Estimating a Dirichlet distribution" (2000), eq. 55: a(g) is multiplied by
// their ratio.
struct Sums {
  std::vector<double> above;  // sum weight (digamma(n_g + a_g) - digamma(a_g))
  double below = 0;           // sum weight (digamma(n + sum a) - digamma(sum a))
};

double sum_of(std::span<const double> values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return sum;
}

void add(Sums& sums, std::span<const double> alpha, std::span<const std::uint32_t> counts, double weight) {
  double n = 0;
  for (std::size_t g = 0; g < alpha.size(); ++g) {
    n += counts[g];
    if (counts[g] > 0) sums.above[g] += weight * (digamma(counts[g] + alpha[g]) - digamma(alpha[g]));
  }
  const double total = sum_of(alpha);
  sums.below += weight * (digamma(n + total) - digamma(total));
}

void improve(std::span<double> alpha, std::size_t truth, const Sums& sums) {
  if (!(sums.below > 0)) return;
  for (std::size_t g = 0; g < alpha.size(); ++g)
    alpha[g] = std::clamp(alpha[g] * sums.above[g] / sums.below, kLeastAlpha, kMostAlpha);
  alpha[truth] = std::ranges::max(alpha);
}

}  // namespace

std::vector<double> class_probability(const LabelQuality& quality, std::span<const std::uint32_t> counts) {
  std::vector<double> p(quality.prior.size());
  double n = 0;
  for (const auto c : counts) n += c;
  for (std::size_t t = 0; t < p.size(); ++t) {
    const auto alpha = quality.alpha.row(t);
    const double total = sum_of(alpha);
    p[t] = std::log(quality.prior[t]) + log_gamma(total) - log_gamma(total + n);
    for (std::size_t g = 0; g < p.size(); ++g) {
      if (counts[g] > 0) p[t] += log_gamma(alpha[g] + counts[g]) - log_gamma(alpha[g]);
    }
  }
  const double scale = log_sum_exp(p);
  for (double& x : p) x = std::exp(x - scale);
  return p;
}

LabelQuality fit_label_quality(const LabelStore& labels) {
  const std::size_t k = labels.class_count();
  LabelQuality out{std::vector<double>(k, 1 / static_cast<double>(k)), Matrix<double>(k, k, 1)};
  for (std::size_t t = 0; t < k; ++t) out.alpha(t, t) = 3;
  const CountTable table = tabulate(labels);
  for (int pass = 0; pass < kPasses && !table.empty() && k > 1; ++pass) {
    std::vector<Sums> sums(k, {std::vector<double>(k), 0});
    std::vector<double> classes(k, 1);
    for (const auto& [counts, item_count] : table) {
      const auto p = class_probability(out, counts);
      for (std::size_t t = 0; t < k; ++t) {
        classes[t] += item_count * p[t];
        add(sums[t], out.alpha.row(t), counts, item_count * p[t]);
      }
    }
    normalize(classes);
    out.prior = classes;
    for (std::size_t t = 0; t < k; ++t) improve(out.alpha.row(t), t, sums[t]);
  }
  return out;
}

namespace {

class NewLabelUncertainty final : public Strategy {
 public:
  [[nodiscard]] std::string_view name() const override { return "new_label_uncertainty"; }
  void learn(const Situation& situation) override { quality_ = fit_label_quality(situation.labels); }
  [[nodiscard]] double score(const ItemView& item, std::optional<WorkerIndex> /*worker*/) const override {
    return 1 - std::ranges::max(class_probability(quality_, item.counts));
  }
  [[nodiscard]] std::string reason(const ItemView& item, std::optional<WorkerIndex> worker) const override {
    return labels_leave(label_count(item)) + digits(score(item, worker)) + " to other classes, whoever gave them";
  }

 private:
  LabelQuality quality_;
};

}  // namespace

StrategyInfo new_label_uncertainty_info() {
  return {"new_label_uncertainty",
          "the least certain class by label counts and the quality of all labels first",
          "Ipeirotis, Provost, Sheng and Wang 2014, Repeated labeling using multiple noisy labelers, Data Mining and "
          "Knowledge Discovery 28(2)",
          false,
          false,
          [] { return std::make_unique<NewLabelUncertainty>(); }};
}

}  // namespace assay::selection
