#include "assay/quality/agreement.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "assay/base/error.h"
#include "assay/base/matrix.h"
#include "assay/base/numerics.h"
#include "assay/base/random.h"

namespace assay::quality {
namespace {

constexpr std::size_t kMostGroups = 1000;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::array<std::string_view, 4> kScaleNames = {"nominal", "ordinal", "interval", "ratio"};

struct ClassCount {
  ClassIndex label;
  double count;
};

// The distinct labels of an item with their counts, in class order.
void count_classes(const LabelStore& labels, ItemIndex item, std::vector<ClassCount>& out) {
  out.clear();
  std::vector<ClassIndex> given;
  for (const auto row : labels.rows(item)) given.push_back(labels.label_of(row));
  std::sort(given.begin(), given.end());
  for (const auto label : given) {
    if (out.empty() || out.back().label != label) out.push_back({label, 0});
    out.back().count += 1;
  }
}

double squared(double x) { return x * x; }

// Distance squared between classes, given how many labels each class has.
Matrix<double> distances(const AgreementOptions& options, std::span<const double> totals) {
  const std::size_t k = totals.size();
  Matrix<double> out(k, k);
  for (std::size_t a = 0; a < k; ++a) {
    double between = totals[a] / 2;
    for (std::size_t b = a + 1; b < k; ++b) {
      switch (options.scale) {
        case Scale::nominal:
          out(a, b) = 1;
          break;
        case Scale::ordinal:
          out(a, b) = squared(between + totals[b] / 2);
          break;
        case Scale::interval:
          out(a, b) = squared(options.values[a] - options.values[b]);
          break;
        case Scale::ratio: {
          const double sum = options.values[a] + options.values[b];
          out(a, b) = sum == 0 ? 0 : squared((options.values[a] - options.values[b]) / sum);
          break;
        }
      }
      between += totals[b];
      out(b, a) = out(a, b);
    }
  }
  return out;
}

double alpha_of(double observed, std::span<const double> totals, const Matrix<double>& distance) {
  double n = 0, expected = 0;
  for (std::size_t a = 0; a < totals.size(); ++a) {
    n += totals[a];
    double row = 0;
    for (std::size_t b = 0; b < totals.size(); ++b) row += totals[b] * distance(a, b);
    expected += totals[a] * row;
  }
  if (n < 2) return kNaN;
  return expected > 0 ? 1 - observed * (n - 1) / expected : 1.0;
}

// What a group of items adds to alpha: its observed disagreement and its labels by class.
struct Groups {
  std::vector<double> observed;
  Matrix<double> totals;
};

Groups group_items(const LabelStore& labels, const std::vector<ItemIndex>& items, const Matrix<double>& distance,
                   Random& random) {
  const std::size_t count = std::min(items.size(), kMostGroups);
  Groups out{std::vector<double>(count), Matrix<double>(count, labels.class_count())};
  std::vector<ClassCount> classes;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::size_t group = count < items.size() ? random.below(count) : i;
    count_classes(labels, items[i], classes);
    double n = 0, observed = 0;
    for (const auto& a : classes) {
      n += a.count;
      out.totals(group, a.label) += a.count;
      for (const auto& b : classes) observed += a.count * b.count * distance(a.label, b.label);
    }
    out.observed[group] += observed / (n - 1);
  }
  return out;
}

void bootstrap(Alpha& alpha, const Groups& groups, const Matrix<double>& distance, const AgreementOptions& options,
               Random& random) {
  const std::size_t count = groups.observed.size();
  std::vector<double> drawn, totals(distance.rows());
  for (std::uint64_t b = 0; b < options.bootstrap_count; ++b) {
    double observed = 0;
    std::fill(totals.begin(), totals.end(), 0.0);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t g = random.below(count);
      observed += groups.observed[g];
      const auto row = groups.totals.row(g);
      for (std::size_t c = 0; c < totals.size(); ++c) totals[c] += row[c];
    }
    drawn.push_back(alpha_of(observed, totals, distance));
  }
  std::sort(drawn.begin(), drawn.end());
  alpha.low = std::min(alpha.value, sample_quantile(drawn, (1 - options.interval) / 2));
  alpha.high = std::max(alpha.value, sample_quantile(drawn, (1 + options.interval) / 2));
}

}  // namespace

Scale parse_scale(std::string_view text) {
  const auto found = std::find(kScaleNames.begin(), kScaleNames.end(), text);
  if (found == kScaleNames.end()) {
    throw bad_input("'" + std::string(text) + "' is no scale; nominal, ordinal, interval and ratio are", "--scale");
  }
  return static_cast<Scale>(found - kScaleNames.begin());
}

std::string_view name(Scale scale) { return kScaleNames[static_cast<std::size_t>(scale)]; }

Alpha krippendorff_alpha(const LabelStore& labels, const AgreementOptions& options) {
  const bool numeric = options.scale == Scale::interval || options.scale == Scale::ratio;
  if (numeric && options.values.size() != labels.class_count()) {
    throw bad_input("the " + std::string(name(options.scale)) + " scale needs a number for each class", "--scale");
  }
  Alpha out;
  std::vector<double> totals(labels.class_count());
  std::vector<ItemIndex> items;
  for (std::size_t o = 0; o < labels.item_count(); ++o) {
    const auto rows = labels.rows(static_cast<ItemIndex>(o));
    if (rows.size() < 2) continue;
    items.push_back(static_cast<ItemIndex>(o));
    out.label_count += rows.size();
    for (const auto row : rows) totals[labels.label_of(row)] += 1;
  }
  out.item_count = items.size();
  out.value = out.low = out.high = kNaN;
  if (items.empty()) return out;
  const auto distance = distances(options, totals);
  Random random(options.seed);
  const auto groups = group_items(labels, items, distance, random);
  double observed = 0;
  for (const double d : groups.observed) observed += d;
  out.value = alpha_of(observed, totals, distance);
  bootstrap(out, groups, distance, options, random);
  return out;
}

double fleiss_kappa(const LabelStore& labels) {
  std::vector<double> totals(labels.class_count());
  std::vector<ClassCount> classes;
  double agreeing = 0, items = 0, all = 0;
  for (std::size_t o = 0; o < labels.item_count(); ++o) {
    const auto n = static_cast<double>(labels.rows(static_cast<ItemIndex>(o)).size());
    if (n < 2) continue;
    count_classes(labels, static_cast<ItemIndex>(o), classes);
    double pairs = 0;
    for (const auto& c : classes) {
      pairs += c.count * (c.count - 1);
      totals[c.label] += c.count;
    }
    agreeing += pairs / (n * (n - 1));
    items += 1;
    all += n;
  }
  double by_chance = 0;
  for (const double total : totals) by_chance += squared(total / all);
  return items > 0 && by_chance < 1 ? (agreeing / items - by_chance) / (1 - by_chance) : kNaN;
}

double wilson_high(double share, std::uint64_t count) {
  if (count == 0) return 1;
  constexpr double z = 1.959963984540054;
  return wilson_interval(share, static_cast<double>(count), z).second;
}

}  // namespace assay::quality
