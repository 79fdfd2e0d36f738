#include "assay/quality/data_quality.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "assay/base/numerics.h"

namespace assay::quality {
namespace {

constexpr std::size_t kBins = 10;
constexpr double kLeastProbability = 1e-15;
constexpr double kTie = 1e-9;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double ratio(double part, double whole) { return whole > 0 ? part / whole : kNaN; }

DataQuality finish(DataQuality sum, double count, const QualityFormula& formula) {
  sum.expected_cost = ratio(sum.expected_cost, count);
  sum.minimum_cost = ratio(sum.minimum_cost, count);
  sum.accuracy = ratio(sum.accuracy, count);
  const auto quality = formula.quality({sum.expected_cost, sum.minimum_cost});
  sum.quality_expected = count > 0 ? quality.expected : kNaN;
  sum.quality_minimum = count > 0 ? quality.minimum : kNaN;
  return sum;
}

double mean_of_numbers(const std::vector<ClassScore>& classes, double ClassScore::* member) {
  double sum = 0, count = 0;
  for (const auto& c : classes) {
    if (std::isnan(c.*member)) continue;
    sum += c.*member;
    count += 1;
  }
  return ratio(sum, count);
}

void score_classes(Evaluation& out) {
  for (auto& c : out.classes) {
    const auto right = static_cast<double>(c.right_count);
    c.precision = ratio(right, static_cast<double>(c.decided_count));
    c.recall = ratio(right, static_cast<double>(c.true_count));
    c.f1 = ratio(2 * right, static_cast<double>(c.decided_count + c.true_count));
  }
  out.macro_precision = mean_of_numbers(out.classes, &ClassScore::precision);
  out.macro_recall = mean_of_numbers(out.classes, &ClassScore::recall);
  out.macro_f1 = mean_of_numbers(out.classes, &ClassScore::f1);
}

double share_of_tie(std::span<const double> p, ClassIndex truth) {
  const double most = *std::max_element(p.begin(), p.end());
  if (p[truth] < most - kTie) return 0;
  return 1 / static_cast<double>(std::count_if(p.begin(), p.end(), [&](double v) { return v >= most - kTie; }));
}

void finish_calibration(Evaluation& out) {
  for (auto& bin : out.calibration) {
    const auto n = static_cast<double>(bin.item_count);
    bin.mean_probability = ratio(bin.mean_probability, n);
    bin.accuracy = ratio(bin.accuracy, n);
    if (n > 0) out.calibration_error += n * std::abs(bin.accuracy - bin.mean_probability);
  }
  out.calibration_error = ratio(out.calibration_error, static_cast<double>(out.item_count));
}

// Ranks from 1, ties share the mean of theirs.
std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return values[a] < values[b]; });
  std::vector<double> out(values.size());
  for (std::size_t i = 0; i < order.size();) {
    std::size_t end = i;
    while (end < order.size() && values[order[end]] == values[order[i]]) ++end;
    for (std::size_t j = i; j < end; ++j) out[order[j]] = static_cast<double>(i + end + 1) / 2;
    i = end;
  }
  return out;
}

double correlation(const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = static_cast<double>(x.size());
  if (n < 3) return kNaN;
  const double mx = std::accumulate(x.begin(), x.end(), 0.0) / n;
  const double my = std::accumulate(y.begin(), y.end(), 0.0) / n;
  double xx = 0, yy = 0, xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mx) * (x[i] - mx);
    yy += (y[i] - my) * (y[i] - my);
    xy += (x[i] - mx) * (y[i] - my);
  }
  return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : kNaN;
}

// Counts [given][true] of one worker into a matrix whose rows sum to 1.
void rows_from_counts(std::span<double> matrix, std::size_t k) {
  std::vector<double> shares(k);
  const double total = std::accumulate(matrix.begin(), matrix.end(), 0.0);
  for (std::size_t g = 0; g < k; ++g) {
    for (std::size_t t = 0; t < k; ++t) shares[g] += matrix[g * k + t] / total;
  }
  for (std::size_t t = 0; t < k; ++t) {
    double sum = 0;
    for (std::size_t g = 0; g < k; ++g) sum += matrix[g * k + t];
    for (std::size_t g = 0; g < k; ++g) matrix[g * k + t] = sum > 0 ? matrix[g * k + t] / sum : shares[g];
  }
}

void evaluate_workers(Evaluation& out, const EvaluationProblem& problem, const QualityFormula& formula) {
  const std::size_t k = problem.labels.class_count();
  Confusions shown(problem.labels.worker_count(), k);
  for (std::size_t o = 0; o < problem.truth.size(); ++o) {
    if (problem.truth[o] == kNoClass) continue;
    for (const auto row : problem.labels.rows(static_cast<ItemIndex>(o))) shown.row(row)[problem.truth[o]] += 1;
  }
  out.workers.resize(problem.labels.worker_count());
  std::vector<double> estimated, actual;
  for (std::size_t w = 0; w < out.workers.size(); ++w) {
    auto& worker = out.workers[w];
    double right = 0, total = 0;
    for (std::size_t t = 0; t < k; ++t) {
      right += shown.at(w, t, t);
      total += shown.true_total(w, t);
    }
    worker.label_count = static_cast<std::uint64_t>(total);
    worker.accuracy = ratio(right, total);
    worker.quality_expected = worker.quality_minimum = kNaN;
    if (total <= 0) continue;
    rows_from_counts(shown.worker(w), k);
    const auto quality = formula.quality(formula.worker_cost(shown.worker(w)));
    worker.quality_expected = quality.expected;
    worker.quality_minimum = quality.minimum;
    if (worker.label_count < kFewestTruthLabels) continue;
    if (w >= problem.worker_quality.size() || std::isnan(quality.expected)) continue;
    if (std::isnan(problem.worker_quality[w])) continue;
    estimated.push_back(problem.worker_quality[w]);
    actual.push_back(quality.expected);
  }
  out.ranked_worker_count = actual.size();
  out.worker_rank_correlation = correlation(ranks(estimated), ranks(actual));
}

void evaluate_item(Evaluation& out, std::span<const double> p, ClassIndex decided, ClassIndex truth) {
  const bool right = decided == truth;
  out.accuracy += right ? 1 : 0;
  out.accuracy_ties_split += share_of_tie(p, truth);
  out.log_loss -= std::log(std::max(p[truth], kLeastProbability));
  for (std::size_t t = 0; t < p.size(); ++t) out.brier += (p[t] - (t == truth)) * (p[t] - (t == truth));
  ++out.classes[truth].true_count;
  ++out.classes[decided].decided_count;
  out.classes[truth].right_count += right ? 1 : 0;
  auto& bin = out.calibration[std::min(kBins - 1, static_cast<std::size_t>(p[decided] * double(kBins)))];
  ++bin.item_count;
  bin.mean_probability += p[decided];
  bin.accuracy += right ? 1 : 0;
}

}  // namespace

void Claim::add(std::span<const double> posterior, ClassIndex decided) {
  count_ += 1;
  sum_.expected_cost += expected_cost(posterior, costs_);
  for (std::size_t t = 0; t < posterior.size(); ++t) {
    shares_[t] += posterior[t];
    sum_.minimum_cost += posterior[t] * costs_(t, decided);
  }
  sum_.accuracy += posterior[decided];
}

DataQuality Claim::finish() const {
  std::vector<double> shares = shares_;
  normalize(shares);
  return quality::finish(sum_, count_, {shares, costs_});
}

DataQuality claimed_data_quality(const Matrix<double>& posterior, std::span<const ClassIndex> decided,
                                 const CostMatrix& costs, const std::vector<bool>& chosen) {
  Claim claim(costs);
  for (std::size_t o = 0; o < posterior.rows(); ++o) {
    if (chosen.empty() || chosen[o]) claim.add(posterior.row(o), decided[o]);
  }
  return claim.finish();
}

DataQuality true_data_quality(const Matrix<double>& posterior, std::span<const ClassIndex> decided,
                              std::span<const ClassIndex> truth, const QualityFormula& formula) {
  DataQuality sum;
  double count = 0;
  for (std::size_t o = 0; o < posterior.rows(); ++o) {
    if (truth[o] == kNoClass) continue;
    const auto p = posterior.row(o);
    count += 1;
    for (std::size_t j = 0; j < p.size(); ++j) sum.expected_cost += p[j] * formula.costs()(truth[o], j);
    sum.minimum_cost += formula.costs()(truth[o], decided[o]);
    sum.accuracy += decided[o] == truth[o] ? 1 : 0;
  }
  return finish(sum, count, formula);
}

Evaluation evaluate(const EvaluationProblem& problem) {
  const std::size_t k = problem.posterior.columns();
  Evaluation out;
  out.classes.resize(k);
  out.calibration.resize(kBins);
  for (std::size_t b = 0; b < kBins; ++b) {
    out.calibration[b].low = static_cast<double>(b) / kBins;
    out.calibration[b].high = static_cast<double>(b + 1) / kBins;
  }
  std::vector<ClassIndex> truth(problem.truth.begin(), problem.truth.end());
  std::vector<bool> chosen(truth.size());
  std::vector<double> shares(k);
  for (std::size_t o = 0; o < truth.size(); ++o) {
    if (truth[o] == kNoClass) continue;
    if (problem.labels.label_count() > 0 && problem.labels.rows(static_cast<ItemIndex>(o)).empty()) {
      ++out.unlabelled_count;
      truth[o] = kNoClass;
      continue;
    }
    chosen[o] = true;
    ++out.item_count;
    shares[truth[o]] += 1;
    evaluate_item(out, problem.posterior.row(o), problem.decided[o], truth[o]);
  }
  const auto n = static_cast<double>(out.item_count);
  for (double* sum : {&out.accuracy, &out.accuracy_ties_split, &out.log_loss, &out.brier}) *sum = ratio(*sum, n);
  for (double& share : shares) share = out.item_count > 0 ? share / n : 1.0 / static_cast<double>(k);
  const QualityFormula formula(shares, problem.costs);
  out.claimed = claimed_data_quality(problem.posterior, problem.decided, problem.costs, chosen);
  out.actual = true_data_quality(problem.posterior, problem.decided, truth, formula);
  score_classes(out);
  finish_calibration(out);
  evaluate_workers(out, problem, formula);
  return out;
}

}  // namespace assay::quality
