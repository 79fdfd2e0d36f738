#include <algorithm>

#include "assay/io/report_parts.h"
#include "assay/quality/agreement.h"
#include "assay/quality/beta_interval.h"
#include "assay/quality/data_quality.h"
#include "assay/quality/open_posterior.h"

namespace assay::io::report {
namespace {

bool any_known(const GoldLabels& labels) {
  return std::any_of(labels.begin(), labels.end(), [](ClassIndex label) { return label != kNoClass; });
}

// What the estimate is held against: the truth, else the gold as if it had not been told.
struct Judged {
  bool is_gold = false;
  GoldLabels truth;
  Matrix<double> posterior;
  std::vector<ClassIndex> decided;
};

Judged judged(const ReportRequest& request) {
  const engine::EstimateResult& result = request.result;
  Judged out;
  out.is_gold = !any_known(request.truth);
  out.truth = out.is_gold ? request.gold : request.truth;
  out.posterior = out.is_gold ? quality::open_posterior(result.estimate, request.table.labels, request.gold)
                              : result.estimate.posterior;
  for (std::size_t o = 0; o < result.items.size(); ++o) {
    if (result.items[o].label_count == 0) out.truth[o] = kNoClass;
    const bool decide_anew = out.is_gold && out.truth[o] != kNoClass;
    out.decided.push_back(decide_anew
                              ? quality::best_decision(out.posterior.row(o), result.estimate.prior, result.costs).label
                              : result.items[o].label);
  }
  return out;
}

Json costs_and_quality(const quality::DataQuality& data) {
  return {{"accuracy", data.accuracy},
          {"expected_cost", data.expected_cost},
          {"minimum_cost", data.minimum_cost},
          {"quality_expected", data.quality_expected},
          {"quality_minimum", data.quality_minimum}};
}

Json calibration(const quality::Evaluation& figures, double level) {
  const quality::BetaIntervals intervals(level);
  Json out = Json::object();
  for (const quality::CalibrationBin& bin : figures.calibration) {
    if (bin.item_count == 0) continue;
    const auto count = static_cast<double>(bin.item_count);
    const auto around = intervals.of_beta(count * bin.accuracy + 0.5, count * (1 - bin.accuracy) + 0.5);
    out["low"].push_back(bin.low);
    out["high"].push_back(bin.high);
    out["item_count"].push_back(bin.item_count);
    out["mean_probability"].push_back(bin.mean_probability);
    out["accuracy"].push_back(bin.accuracy);
    out["accuracy_low"].push_back(std::min(around.low, bin.accuracy));
    out["accuracy_high"].push_back(std::max(around.high, bin.accuracy));
  }
  return out;
}

Json class_scores(const ReportRequest& request, const quality::Evaluation& figures) {
  Json out{{"class", class_names(request)}};
  for (const quality::ClassScore& score : figures.classes) {
    out["true_count"].push_back(score.true_count);
    out["decided_count"].push_back(score.decided_count);
    out["precision"].push_back(score.precision);
    out["recall"].push_back(score.recall);
    out["f1"].push_back(score.f1);
  }
  return out;
}

// Counts of items [true][decided] over the classes of heat maps.
Json confusion(const Judged& judged, const std::vector<ClassIndex>& classes) {
  const auto place = [&](ClassIndex label) {
    return static_cast<std::size_t>(std::lower_bound(classes.begin(), classes.end(), label) - classes.begin());
  };
  Matrix<std::uint64_t> counts(classes.size(), classes.size());
  for (std::size_t o = 0; o < judged.truth.size(); ++o) {
    if (judged.truth[o] == kNoClass) continue;
    const std::size_t t = place(judged.truth[o]);
    const std::size_t d = place(judged.decided[o]);
    if (t == classes.size() || d == classes.size()) continue;
    if (classes[t] == judged.truth[o] && classes[d] == judged.decided[o]) ++counts(t, d);
  }
  Json rows = Json::array();
  for (std::size_t t = 0; t < classes.size(); ++t) {
    const auto row = counts.row(t);
    rows.push_back(std::vector<std::uint64_t>(row.begin(), row.end()));
  }
  return rows;
}

Json worker_truths(const quality::Evaluation& figures, const Shown& shown) {
  Json out{{"label_count", Json::array()}, {"accuracy", Json::array()}, {"quality_expected", Json::array()}};
  for (const WorkerIndex w : shown.workers) {
    out["label_count"].push_back(figures.workers[w].label_count);
    out["accuracy"].push_back(figures.workers[w].accuracy);
    out["quality_expected"].push_back(figures.workers[w].quality_expected);
  }
  return out;
}

std::vector<double> estimated_qualities(const ReportRequest& request) {
  std::vector<double> out;
  for (const auto& worker : request.result.workers.workers) out.push_back(worker.quality_expected.value);
  return out;
}

}  // namespace

Json evaluation(const ReportRequest& request, const Shown& shown) {
  if (!any_known(request.truth) && !any_known(request.gold)) return nullptr;
  const Judged held = judged(request);
  const auto qualities = estimated_qualities(request);
  const quality::Evaluation figures = quality::evaluate({.labels = request.table.labels,
                                                         .posterior = held.posterior,
                                                         .decided = held.decided,
                                                         .truth = held.truth,
                                                         .costs = request.result.costs,
                                                         .worker_quality = qualities});
  if (figures.item_count == 0) return nullptr;
  return {{"source", held.is_gold ? "gold" : "truth"},
          {"item_count", figures.item_count},
          {"accuracy", figures.accuracy},
          {"macro_precision", figures.macro_precision},
          {"macro_recall", figures.macro_recall},
          {"macro_f1", figures.macro_f1},
          {"log_loss", figures.log_loss},
          {"brier", figures.brier},
          {"expected_calibration_error", figures.calibration_error},
          {"claimed", costs_and_quality(figures.claimed)},
          {"actual", costs_and_quality(figures.actual)},
          {"calibration", calibration(figures, request.result.interval)},
          {"classes", class_scores(request, figures)},
          {"confusion", confusion(held, shown.matrix_classes)},
          {"worker_rank_correlation", figures.worker_rank_correlation},
          {"ranked_worker_count", figures.ranked_worker_count},
          {"fewest_truth_labels", quality::kFewestTruthLabels},
          {"workers", worker_truths(figures, shown)}};
}

Json agreement(const ReportRequest& request) {
  constexpr std::size_t kMostClasses = 100;  // the bootstrap takes a time that grows with their square
  const LabelStore& labels = request.table.labels;
  if (labels.label_count() == 0) return nullptr;
  quality::AgreementOptions options;
  options.interval = request.result.interval;
  options.bootstrap_count = labels.class_count() <= kMostClasses ? 200 : 0;
  const quality::Alpha alpha = quality::krippendorff_alpha(labels, options);
  return {
      {"krippendorff_alpha", alpha.value}, {"low", alpha.low}, {"high", alpha.high}, {"interval", options.interval}};
}

}  // namespace assay::io::report
