#include "assay/learn/classifier.h"

#include "assay/base/error.h"
#include "assay/base/text.h"
#include "assay/learn/boosted_trees.h"
#include "assay/learn/logistic_regression.h"

namespace assay::learn {

Matrix<double> Predictor::predict(const Features& features) const {
  Matrix<double> out(features.row_count(), class_count());
  for (std::size_t i = 0; i < out.rows(); ++i) predict(features.row(i), out.row(i));
  return out;
}

const std::vector<ClassifierInfo>& classifiers() {
  static const std::vector<ClassifierInfo> rows = {logistic_regression_info(), boosted_trees_info()};
  return rows;
}

std::vector<std::string> classifier_names() {
  std::vector<std::string> names;
  for (const auto& row : classifiers()) names.push_back(row.name);
  return names;
}

const ClassifierInfo& find_classifier(std::string_view name) {
  for (const auto& row : classifiers()) {
    if (row.name == name) return row;
  }
  throw bad_input("unknown classifier \"" + std::string(name) + "\"" + did_you_mean(name, classifier_names()) +
                      ", allowed is " + option_parsing::choices_in_words(classifier_names()),
                  "--classifier");
}

}  // namespace assay::learn
