#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "assay/core/label_table.h"
#include "assay/engine/estimate.h"
#include "assay/learn/classifier.h"
#include "assay/learn/scores.h"
#include "assay/planning/advise.h"

namespace assay::engine {

/// How a classifier is trained.
struct LearnOptions {
  std::string classifier = "logistic_regression";
  std::string train_on = "soft";
  std::uint64_t folds = 10;
};
[[nodiscard]] const OptionTable<LearnOptions>& learn_option_table();

/// F rows of features with the names of their items; items of labels and features are matched by name.
struct LearnRequest {
  const EstimateRequest& labels;  ///< and how their truth is found
  const learn::Features& features;
  const NameTable& items;                ///< F
  const std::vector<ClassIndex>& truth;  ///< F, kNoClass where not known; or empty. Never trained on
  LearnOptions options;
  OptionValues classifier_options;
};

struct LearnResult {
  std::string classifier;
  OptionValues options;                               ///< every option of the classifier
  std::shared_ptr<const learn::Predictor> predictor;  ///< trained on all items with features and labels
  learn::Targets targets;                             ///< F x K, rows of 0 where there is no label
  /// F x K: of items with labels by classifiers that were trained without their fold, of others by `predictor`.
  Matrix<double> predicted;
  learn::Scores scores;                 ///< of the predictions of items with labels
  bool judged_by_truth = false;         ///< else by the posteriors that the labels give, gold included
  std::uint64_t trained_count = 0;      ///< items with features and labels
  std::uint64_t unlabelled_count = 0;   ///< with features only
  std::uint64_t featureless_count = 0;  ///< with labels only: not trained on
  Estimate estimate;                    ///< of the labels
};

/// Finds the truth of the labels, trains on it and judges by cross-validation. Throws Error{bad_input} when no item has
/// both, or fewer of them than folds.
[[nodiscard]] LearnResult learn(const LearnRequest& request, const models::Context& context);

/// The labels with the predictions' decisions as those of one more worker, on every item that has features (new items
/// included). As predictions of labelled items are out of fold, no label of an item is in the worker's own.
/// Throws Error{bad_input} when a worker has that name already.
[[nodiscard]] LabelTable join_crowd(const LabelTable& labels, const NameTable& items, const Matrix<double>& predicted,
                                    const std::string& worker);

/// `advise` for labels and features that are matched by name.
[[nodiscard]] planning::Advice advise(const LearnRequest& request, const planning::AdviseOptions& options,
                                      const models::Context& context);

/// How messages and tables name the worker that a classifier is.
[[nodiscard]] std::string worker_name(const std::string& classifier);

}  // namespace assay::engine
