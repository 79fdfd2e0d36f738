#include "assay/learn/logistic_regression.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "assay/base/byte_record.h"
#include "assay/base/numerics.h"
#include "assay/learn/minimize.h"

namespace assay::learn {
namespace {

constexpr std::uint32_t kNoPlace = 0xffffffff;

void softmax(std::span<double> scores) {
  const double scale = log_sum_exp(scores);
  for (double& s : scores) s = std::exp(s - scale);
}

// Weights by active column: (columns + 1) x K, the intercepts last.
class LinearPredictor final : public Predictor {
 public:
  LinearPredictor(std::size_t column_count, std::vector<std::uint32_t> columns, Matrix<double> weights)
      : columns_(std::move(columns)), weights_(std::move(weights)), place_(column_count, kNoPlace) {
    for (std::size_t i = 0; i < columns_.size(); ++i) place_[columns_[i]] = static_cast<std::uint32_t>(i);
  }
  using Predictor::predict;
  [[nodiscard]] std::size_t class_count() const override { return weights_.columns(); }

  void predict(const FeatureRow& row, std::span<double> out) const override {
    const auto intercepts = weights_.row(columns_.size());
    std::copy(intercepts.begin(), intercepts.end(), out.begin());
    for (std::size_t j = 0; j < row.columns.size(); ++j) {
      const auto place = place_[row.columns[j]];
      if (place == kNoPlace) continue;
      const auto w = weights_.row(place);
      for (std::size_t k = 0; k < out.size(); ++k) out[k] += w[k] * static_cast<double>(row.values[j]);
    }
    softmax(out);
  }

  void write(ByteWriter& to) const override {
    to.u32(static_cast<std::uint32_t>(columns_.size()));
    for (const auto c : columns_) to.u32(c);
    for (const double w : weights_.values()) to.f64(w);
  }

 private:
  std::vector<std::uint32_t> columns_;
  Matrix<double> weights_;
  std::vector<std::uint32_t> place_;  // by column, kNoPlace where it has no weight
};

std::unique_ptr<Predictor> read_linear(ByteReader& in, std::size_t class_count, std::size_t column_count) {
  const auto count =
      in.integer<std::uint32_t>(0, static_cast<std::uint32_t>(column_count), "the number of weighted columns");
  in.expect_left(count, sizeof(std::uint32_t), "the weighted columns");
  std::vector<std::uint32_t> columns;
  std::uint32_t least = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    columns.push_back(
        in.integer<std::uint32_t>(least, static_cast<std::uint32_t>(column_count - 1), "a weighted column"));
    least = columns.back() + 1;
  }
  in.expect_left((std::uint64_t{count} + 1) * class_count, sizeof(double), "the weights");
  Matrix<double> weights(count + 1, class_count);
  for (double& w : weights.values()) w = in.f64("a weight");
  return std::make_unique<LinearPredictor>(column_count, std::move(columns), std::move(weights));
}

// The training rows with columns numbered by place, so that a step costs what the data hold and not the hash space.
struct Problem {
  std::vector<std::uint32_t> columns;  // active ones, ascending
  std::vector<std::uint32_t> places;   // parallel to features.columns()
  double weight = 0;                   // sum of all targets
};

Problem active_part(const Features& features, const Targets& targets) {
  Problem out;
  std::vector<std::uint32_t> place(features.column_count(), kNoPlace);
  for (const auto c : features.columns()) place[c] = 0;
  for (std::uint32_t c = 0; c < place.size(); ++c) {
    if (place[c] == kNoPlace) continue;
    place[c] = static_cast<std::uint32_t>(out.columns.size());
    out.columns.push_back(c);
  }
  for (const auto c : features.columns()) out.places.push_back(place[c]);
  for (const double q : targets.values()) out.weight += q;
  return out;
}

// The objective and its gradient; x is (columns + 1) x K, row by row.
double objective(const Features& features, const Targets& targets, const Problem& problem, double penalty,
                 std::span<const double> x, std::span<double> gradient) {
  const std::size_t K = targets.columns();
  const std::size_t intercepts = problem.columns.size() * K;
  double value = 0;
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    const double p = i < intercepts ? penalty : 0;
    gradient[i] = p * x[i];
    value += p / 2 * x[i] * x[i];
  }
  std::vector<double> score(K);
  for (std::size_t i = 0; i < features.row_count(); ++i) {
    const auto q = targets.row(i);
    const double weight = std::accumulate(q.begin(), q.end(), 0.0);
    if (weight == 0) continue;
    const std::size_t begin = features.offsets()[i], end = features.offsets()[i + 1];
    for (std::size_t k = 0; k < K; ++k) score[k] = x[intercepts + k];
    for (std::size_t j = begin; j < end; ++j) {
      const double* w = &x[problem.places[j] * K];
      const double v = features.values()[j];
      for (std::size_t k = 0; k < K; ++k) score[k] += w[k] * v;
    }
    const double scale = log_sum_exp(score);
    for (std::size_t k = 0; k < K; ++k) {
      const double log_p = score[k] - scale;
      if (q[k] > 0) value -= q[k] * log_p;
      score[k] = weight * std::exp(log_p) - q[k];
      gradient[intercepts + k] += score[k];
    }
    for (std::size_t j = begin; j < end; ++j) {
      double* g = &gradient[problem.places[j] * K];
      const double v = features.values()[j];
      for (std::size_t k = 0; k < K; ++k) g[k] += score[k] * v;
    }
  }
  return value;
}

// log of the targets' class shares, so that the first step starts from the prior.
std::vector<double> start_point(const Targets& targets, std::size_t column_count) {
  const std::size_t K = targets.columns();
  std::vector<double> share(K, 1e-3), x(column_count * K);
  for (std::size_t i = 0; i < targets.rows(); ++i) {
    for (std::size_t k = 0; k < K; ++k) share[k] += targets(i, k);
  }
  normalize(share);
  for (const double s : share) x.push_back(std::log(s));
  return x;
}

const OptionTable<LogisticRegressionOptions>& option_table() {
  using Options = LogisticRegressionOptions;
  static const auto table = [] {
    OptionTable<Options> t;
    t.number("penalty", &Options::penalty, 1e-6, 1e6, "", "of logistic_regression: weight of the squared weights (L2)");
    t.integer("max_steps", &Options::max_steps, 1, 100'000, "steps", "of logistic_regression: end at so many at most");
    t.number("step_tolerance", &Options::step_tolerance, 1e-12, 1, "",
             "of logistic_regression: end when no entry of the gradient is larger than this times the number of items");
    return t;
  }();
  return table;
}

class LogisticRegression final : public Classifier {
 public:
  explicit LogisticRegression(const LogisticRegressionOptions& options) : options_(options) {}
  [[nodiscard]] OptionValues options() const override { return option_table().values(options_); }

  [[nodiscard]] std::unique_ptr<Predictor> fit(const Features& features, const Targets& targets) const override {
    Problem problem = active_part(features, targets);
    const auto function = [&](std::span<const double> x, std::span<double> gradient) {
      return objective(features, targets, problem, options_.penalty, x, gradient);
    };
    auto minimum = minimize(function, start_point(targets, problem.columns.size()), options_.max_steps,
                            options_.step_tolerance * std::max(1.0, problem.weight));
    Matrix<double> weights(problem.columns.size() + 1, targets.columns(), minimum.x);
    return std::make_unique<LinearPredictor>(features.column_count(), std::move(problem.columns), std::move(weights));
  }

 private:
  LogisticRegressionOptions options_;
};

}  // namespace

std::unique_ptr<Classifier> make_logistic_regression(const LogisticRegressionOptions& options) {
  return std::make_unique<LogisticRegression>(options);
}

ClassifierInfo logistic_regression_info() {
  ClassifierInfo info;
  info.name = "logistic_regression";
  info.meaning = "multinomial logistic regression with an L2 penalty";
  info.citation = "Cox 1958, The regression analysis of binary sequences, JRSS B";
  info.options = option_table().infos();
  info.make = [](const OptionValues& values) {
    return make_logistic_regression(make_options(option_table(), values, "logistic_regression"));
  };
  info.read = read_linear;
  return info;
}

}  // namespace assay::learn
