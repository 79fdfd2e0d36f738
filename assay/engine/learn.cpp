#include "assay/engine/learn.h"

#include <algorithm>

#include "assay/base/error.h"
#include "assay/core/label_store_builder.h"
#include "assay/engine/estimate_parts.h"
#include "assay/learn/cross_validation.h"

namespace assay::engine {
namespace {

// The labels in the order of the features' items, with their posteriors.
struct Matched {
  LabelStore labels;
  Matrix<double> posterior;
  std::uint64_t labelled = 0;
};

Matched match(const LearnRequest& request, const Estimate& estimate) {
  const LabelTable& table = request.labels.table;
  const std::size_t rows = request.features.row_count(), K = table.classes.size();
  Matched out;
  out.posterior = Matrix<double>(rows, K);
  LabelStoreBuilder builder;
  const auto weights = table.labels.weights();
  builder.expect(!weights.empty(), false, false);
  for (std::size_t f = 0; f < rows; ++f) {
    const auto item = table.items.find(request.items.name(static_cast<NameTable::Index>(f)));
    if (!item) continue;
    const auto p = estimate.posterior.row(*item);
    std::copy(p.begin(), p.end(), out.posterior.row(f).begin());
    const auto labels = table.labels.rows(*item);
    if (!labels.empty()) ++out.labelled;
    for (std::size_t j = 0; j < labels.size(); ++j) {
      LabelStoreBuilder::Extras extras;
      if (!weights.empty()) extras.weight = weights[table.labels.offset(*item) + j];
      builder.add(static_cast<ItemIndex>(f), table.labels.worker_of(labels[j]), table.labels.label_of(labels[j]),
                  extras);
    }
  }
  out.labels = builder.finish(rows, table.workers.size(), K);
  return out;
}

std::uint64_t count_labelled(const LabelStore& labels) {
  std::uint64_t count = 0;
  for (ItemIndex o = 0; o < labels.item_count(); ++o) count += labels.rows(o).empty() ? 0 : 1;
  return count;
}

Estimate estimate_of(const LearnRequest& request, const models::Context& context) {
  models::Problem problem = problem_of(request.labels);
  problem.gold = request.labels.gold;
  return model_of(request.labels, context)->fit(problem, context);
}

// What predictions are held against: the truth where it is given, else what the labels say.
Matrix<double> judges(const LearnRequest& request, const Matched& matched) {
  Matrix<double> out(matched.posterior.rows(), matched.posterior.columns());
  for (std::size_t f = 0; f < out.rows(); ++f) {
    if (matched.labels.rows(static_cast<ItemIndex>(f)).empty()) continue;
    if (request.truth.empty()) {
      const auto p = matched.posterior.row(f);
      std::copy(p.begin(), p.end(), out.row(f).begin());
    } else if (request.truth[f] != kNoClass) {
      out(f, request.truth[f]) = 1;
    }
  }
  return out;
}

void check_counts(const LearnRequest& request, std::uint64_t labelled) {
  if (labelled == 0) {
    throw bad_input("no item has both labels and features: names of items must be the same in both files",
                    "--features");
  }
  if (labelled < request.options.folds) {
    throw bad_input("found " + std::to_string(request.options.folds) +
                        ", allowed are at most as many folds as items with " +
                        "labels and features: " + std::to_string(labelled),
                    "--folds");
  }
}

}  // namespace

const OptionTable<LearnOptions>& learn_option_table() {
  using Options = LearnOptions;
  static const auto table = [] {
    OptionTable<Options> t;
    t.choice("classifier", &Options::classifier, learn::classifier_names(), "what is trained");
    t.choice("train_on", &Options::train_on, learn::target_kind_names(),
             "the decided class, the posterior, or each label weighted by its share of the item's labels; soft, with "
             "--curve "
             "share, when not given");
    t.integer("folds", &Options::folds, 2, 1000, "folds", "of the cross-validation");
    return t;
  }();
  return table;
}

std::string worker_name(const std::string& classifier) { return "classifier:" + classifier; }

LearnResult learn(const LearnRequest& request, const models::Context& context) {
  LearnResult out;
  out.estimate = estimate_of(request, context);
  const Matched matched = match(request, out.estimate);
  check_counts(request, matched.labelled);
  out.trained_count = matched.labelled;
  out.unlabelled_count = request.features.row_count() - matched.labelled;
  out.featureless_count = count_labelled(request.labels.table.labels) - matched.labelled;
  out.targets =
      learn::make_targets(learn::parse_target_kind(request.options.train_on), matched.labels, matched.posterior);
  out.classifier = request.options.classifier;
  const auto classifier = learn::find_classifier(out.classifier).make(request.classifier_options);
  out.options = classifier->options();

  std::vector<std::uint32_t> labelled;
  for (std::uint32_t f = 0; f < request.features.row_count(); ++f) {
    if (!matched.labels.rows(f).empty()) labelled.push_back(f);
  }
  const auto features = request.features.take(labelled);
  const auto targets = learn::take_rows(out.targets, labelled);
  const auto fold = learn::deal_folds(targets, request.options.folds, context.seed);
  const auto crossed =
      learn::cross_predict(*classifier, features, targets, fold, context.threads, context.progress, context.stop);
  out.predictor = classifier->fit(features, targets);
  out.predicted = out.predictor->predict(request.features);
  for (std::size_t i = 0; i < labelled.size(); ++i) {
    const auto p = crossed.row(i);
    std::copy(p.begin(), p.end(), out.predicted.row(labelled[i]).begin());
  }
  out.judged_by_truth = !request.truth.empty();
  out.scores = learn::score(out.predicted, judges(request, matched), request.labels.interval);
  return out;
}

LabelTable join_crowd(const LabelTable& labels, const NameTable& items, const Matrix<double>& predicted,
                      const std::string& worker) {
  if (labels.workers.find(worker)) {
    throw bad_input("a worker is called \"" + worker + "\" already, as the classifier would be", "--join");
  }
  LabelTable out;
  out.items = labels.items;
  out.workers = labels.workers;
  out.classes = labels.classes;
  out.reading = labels.reading;
  const WorkerIndex classifier = out.workers.intern(worker);
  LabelStoreBuilder builder;
  const auto weights = labels.labels.weights();
  const auto times = labels.labels.times();
  const auto seconds = labels.labels.seconds();
  builder.expect(!weights.empty(), !times.empty(), !seconds.empty());
  for (ItemIndex o = 0; o < labels.labels.item_count(); ++o) {
    const auto rows = labels.labels.rows(o);
    for (std::size_t j = 0; j < rows.size(); ++j) {
      const auto at = labels.labels.offset(o) + j;
      LabelStoreBuilder::Extras extras;
      if (!weights.empty()) extras.weight = weights[at];
      if (!times.empty()) extras.time = times[at];
      if (!seconds.empty()) extras.seconds = seconds[at];
      builder.add(o, labels.labels.worker_of(rows[j]), labels.labels.label_of(rows[j]), extras);
    }
  }
  for (std::size_t f = 0; f < predicted.rows(); ++f) {
    const auto item = out.items.intern(items.name(static_cast<NameTable::Index>(f)));
    builder.add(item, classifier, learn::largest(predicted.row(f)));
  }
  out.labels = builder.finish(out.items.size(), out.workers.size(), out.classes.size());
  return out;
}

planning::Advice advise(const LearnRequest& request, const planning::AdviseOptions& options,
                        const models::Context& context) {
  const Estimate estimate = estimate_of(request, context);
  const Matched matched = match(request, estimate);
  if (matched.labelled == 0) check_counts(request, 0);
  const auto targets =
      learn::make_targets(learn::parse_target_kind(request.options.train_on), matched.labels, matched.posterior);
  const auto classifier = learn::find_classifier(request.options.classifier).make(request.classifier_options);
  return planning::advise({request.features, matched.labels, targets, *classifier, options, request.labels.interval},
                          context.seed, context.threads, context.progress, context.stop);
}

}  // namespace assay::engine
