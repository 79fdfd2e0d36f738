#include "assay/planning/labeller_curves.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <mutex>
#include <numeric>

#include "assay/base/error.h"
#include "assay/base/numerics.h"
#include "assay/base/random.h"
#include "assay/base/text.h"

namespace assay::planning {
namespace {

constexpr std::size_t kMostValues = 200;

// "20,40" as numbers from `least` to `most`.
std::vector<double> parse_list(const std::string& text, const char* option, double least, double most, bool whole) {
  std::vector<double> out;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    std::string_view part(text.data() + begin, end - begin);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    double value = 0;
    const auto [stop, status] = std::from_chars(part.data(), part.data() + part.size(), value);
    const bool is_number = status == std::errc{} && stop == part.data() + part.size();
    if (!is_number || !(value >= least && value <= most) || (whole && value != std::floor(value))) {
      throw bad_input("found \"" + std::string(part) + "\", allowed is a list of " + (whole ? "whole " : "") +
                          "numbers from " + shortest(least) + " to " + shortest(most) + " separated by commas",
                      option);
    }
    out.push_back(value);
    begin = end + 1;
  }
  if (out.size() > kMostValues) {
    throw bad_input("found " + std::to_string(out.size()) + " numbers, allowed are " + std::to_string(kMostValues),
                    option);
  }
  return out;
}

struct Grid {
  std::vector<double> sizes, accuracies, redundancies;
  [[nodiscard]] std::size_t cells() const { return sizes.size() * accuracies.size() * redundancies.size(); }
};

Grid grid_of(const CurveRequest& request) {
  const auto& options = request.options;
  Grid grid;
  const auto n = static_cast<double>(request.truth.size());
  const double most = n - std::floor(options.test_share * n);
  if (most < 2) {
    throw bad_input("found " + std::to_string(request.truth.size()) + " items, learning curves need more");
  }
  grid.sizes = parse_list(options.sizes, "--sizes", 2, most, true);
  grid.accuracies = parse_list(options.labeller_accuracies, "--labeller-accuracies", 0, 1, false);
  grid.redundancies = parse_list(options.labels_per_item, "--labels-per-item", 1, 1000, true);
  std::sort(grid.sizes.begin(), grid.sizes.end());
  return grid;
}

ClassIndex draw_label(ClassIndex truth, double accuracy, std::size_t class_count, Random& random) {
  if (class_count < 2 || random.uniform() < accuracy) return truth;
  return static_cast<ClassIndex>((truth + 1 + random.below(class_count - 1)) % class_count);
}

// Counts of labels by class as what is learnt from.
void set_target(const CurveRequest& request, std::span<const double> prior, double accuracy, double labels,
                std::span<double> counts, Random& random) {
  if (request.train_on == learn::TargetKind::share) {
    for (double& c : counts) c /= labels;
    return;
  }
  if (request.train_on == learn::TargetKind::hard) {
    const double most = *std::max_element(counts.begin(), counts.end());
    for (double& c : counts) c = c == most ? 1 : 0;
    const auto winner = random.categorical(counts);
    std::fill(counts.begin(), counts.end(), 0.0);
    counts[winner] = 1;
    return;
  }
  const double wrong = (1 - accuracy) / std::max(1.0, static_cast<double>(counts.size()) - 1);
  const double gain = std::log(std::max(accuracy, 1e-9)) - std::log(std::max(wrong, 1e-9));
  for (std::size_t k = 0; k < counts.size(); ++k) counts[k] = std::log(std::max(prior[k], 1e-12)) + gain * counts[k];
  const double scale = log_sum_exp(counts);
  for (double& c : counts) c = std::exp(c - scale);
}

struct Split {
  std::vector<std::uint32_t> training, test;
};

Split split_of(const CurveRequest& request, Random& random) {
  std::vector<std::uint32_t> order(request.truth.size());
  std::iota(order.begin(), order.end(), 0U);
  random.shuffle(std::span(order));
  const auto tests = static_cast<std::ptrdiff_t>(request.options.test_share * static_cast<double>(order.size()));
  return {{order.begin() + tests, order.end()}, {order.begin(), order.begin() + tests}};
}

Matrix<double> truth_rows(const CurveRequest& request, const std::vector<std::uint32_t>& items) {
  Matrix<double> out(items.size(), request.class_count);
  for (std::size_t i = 0; i < items.size(); ++i) out(i, request.truth[items[i]]) = 1;
  return out;
}

double accuracy_of(const Matrix<double>& predicted, const Matrix<double>& truth) {
  double right = 0;
  for (std::size_t i = 0; i < truth.rows(); ++i) right += truth(i, learn::largest(predicted.row(i)));
  return right / static_cast<double>(truth.rows());
}

struct CellScore {
  double accuracy = 0, auc = 0;
};

// All cells of one repeat.
std::vector<CellScore> run_repeat(const CurveRequest& request, const Grid& grid, std::span<const double> prior,
                                  std::uint64_t seed, std::uint64_t repeat) {
  Random random(seed, repeat);
  const Split split = split_of(request, random);
  const auto test = request.features.take(split.test);
  const auto truth = truth_rows(request, split.test);
  std::vector<CellScore> out;
  for (const double accuracy : grid.accuracies) {
    for (const double redundancy : grid.redundancies) {
      const auto most = static_cast<std::size_t>(grid.sizes.back());
      learn::Targets targets(most, request.class_count);
      for (std::size_t i = 0; i < most; ++i) {
        for (double j = 0; j < redundancy; ++j) {
          ++targets(i, draw_label(request.truth[split.training[i]], accuracy, request.class_count, random));
        }
        set_target(request, prior, accuracy, redundancy, targets.row(i), random);
      }
      for (const double size : grid.sizes) {
        const auto count = static_cast<std::size_t>(size);
        std::vector<std::uint32_t> first(count);
        std::iota(first.begin(), first.end(), 0U);
        const auto fitted = request.classifier.fit(request.features.take(std::span(split.training).first(count)),
                                                   learn::take_rows(targets, first));
        const auto predicted = fitted->predict(test);
        out.push_back({accuracy_of(predicted, truth), learn::area_under_curve(predicted, truth)});
      }
    }
  }
  return out;
}

}  // namespace

const OptionTable<CurveOptions>& curve_option_table() {
  using Options = CurveOptions;
  static const auto table = [] {
    OptionTable<Options> t;
    t.text("sizes", &Options::sizes, "whole numbers separated by commas", "with --curve: how many items to train on");
    t.text("labeller_accuracies", &Options::labeller_accuracies, "numbers from 0 to 1 separated by commas",
           "with --curve: how often simulated labellers are right");
    t.text("labels_per_item", &Options::labels_per_item, "whole numbers separated by commas",
           "with --curve: how many labels each item gets");
    t.integer("curve_repeats", &Options::curve_repeats, 2, 100'000, "", "with --curve: how often all is drawn anew");
    t.number("test_share", &Options::test_share, 0.05, 0.9, "",
             "with --curve and --guided: part of the items to test on");
    return t;
  }();
  return table;
}

learn::Interval mean_interval(std::span<const double> values, double level) {
  double sum = 0, count = 0, squares = 0;
  for (const double v : values) {
    if (!std::isnan(v)) sum += v, ++count;
  }
  const double mean = count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
  for (const double v : values) {
    if (!std::isnan(v)) squares += (v - mean) * (v - mean);
  }
  const double half = count > 1 ? normal_quantile((1 + level) / 2) * std::sqrt(squares / (count - 1) / count) : 0;
  return {mean, mean - half, mean + half};
}

std::vector<CurvePoint> learning_curves(const CurveRequest& request, std::uint64_t seed, ThreadPool& threads,
                                        Progress* progress, const StopFlag* stop) {
  const Grid grid = grid_of(request);
  std::vector<double> prior(request.class_count);
  for (const auto t : request.truth) prior[t] += 1 / static_cast<double>(request.truth.size());
  const auto repeats = request.options.curve_repeats;
  std::vector<std::vector<CellScore>> scores(repeats);
  std::mutex reporting;
  std::uint64_t done = 0;
  threads.run(repeats, [&](std::size_t r) {
    if (stop != nullptr && *stop) throw Error(ErrorCode::interrupted, "interrupted");
    scores[r] = run_repeat(request, grid, prior, seed, r);
    const std::lock_guard lock(reporting);
    if (progress != nullptr) progress->update("learning", ++done, repeats);
  });
  std::vector<CurvePoint> out;
  std::vector<double> values(repeats);
  const auto mean = [&](std::size_t cell, double CellScore::* field) {
    for (std::size_t r = 0; r < repeats; ++r) values[r] = scores[r][cell].*field;
    return mean_interval(values, request.interval);
  };
  std::size_t cell = 0;
  for (const double accuracy : grid.accuracies) {
    for (const double redundancy : grid.redundancies) {
      for (const double size : grid.sizes) {
        out.push_back({static_cast<std::uint64_t>(size), static_cast<std::uint64_t>(redundancy), accuracy,
                       mean(cell, &CellScore::accuracy), mean(cell, &CellScore::auc)});
        ++cell;
      }
    }
  }
  return out;
}

}  // namespace assay::planning
