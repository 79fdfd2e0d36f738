#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "assay/base/options.h"
#include "assay/learn/features.h"
#include "assay/learn/targets.h"

namespace assay {
class ByteReader;
class ByteWriter;
}  // namespace assay

namespace assay::learn {

/// A fitted classifier: features in, probabilities of K classes out. Immutable; may be asked from many threads.
class Predictor {
 public:
  virtual ~Predictor() = default;
  [[nodiscard]] virtual std::size_t class_count() const = 0;
  /// Fills `out` (K entries) with probabilities that sum to 1.
  virtual void predict(const FeatureRow& row, std::span<double> out) const = 0;
  /// Its parameters; what `ClassifierInfo::read` takes gives the same bits at every prediction.
  virtual void write(ByteWriter& to) const = 0;

  /// N x K.
  [[nodiscard]] Matrix<double> predict(const Features& features) const;
};

/// One way to learn. Stateless: `fit` may be called from many threads, and gives the same bits for the same input.
class Classifier {
 public:
  virtual ~Classifier() = default;
  /// Every option with its value.
  [[nodiscard]] virtual OptionValues options() const = 0;
  /// N rows of features and of targets. No row, or rows that teach nothing, are not errors: every class is as likely
  /// then.
  [[nodiscard]] virtual std::unique_ptr<Predictor> fit(const Features& features, const Targets& targets) const = 0;
};

/// One row of the table of classifiers.
struct ClassifierInfo {
  std::string name;
  std::string meaning;
  std::string citation;
  std::vector<OptionInfo> options;
  std::function<std::unique_ptr<Classifier>(const OptionValues&)> make;
  /// Reads what Predictor::write wrote. Throws Error{bad_input} for anything else. D: columns of the features.
  std::function<std::unique_ptr<Predictor>(ByteReader&, std::size_t class_count, std::size_t column_count)> read;
};

/// Every classifier; the first row is the default.
[[nodiscard]] const std::vector<ClassifierInfo>& classifiers();
[[nodiscard]] std::vector<std::string> classifier_names();
/// Throws Error{bad_input} that names the nearest one when there is none.
[[nodiscard]] const ClassifierInfo& find_classifier(std::string_view name);

}  // namespace assay::learn
