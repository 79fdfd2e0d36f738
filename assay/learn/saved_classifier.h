#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "assay/core/class_set.h"
#include "assay/learn/classifier.h"
#include "assay/learn/feature_encoder.h"

namespace assay::learn {

/// A classifier with all that is needed to apply it: how features are made, and what its classes are called.
struct TrainedClassifier {
  std::string name;      ///< of the table of classifiers
  OptionValues options;  ///< it was trained with
  ClassSet classes;
  FeatureEncoder encoder;
  std::shared_ptr<const Predictor> predictor;
};

/// The bytes of a saved classifier: "\x8AASSAY\nL", version 1, name, options, classes, encoder, parameters, XXH3.
[[nodiscard]] std::string save(const TrainedClassifier& classifier);
/// The classifier that `save` wrote: saving it again gives the same bytes, and it predicts the same bits. Throws
/// Error{bad_input} at `where` for anything else.
[[nodiscard]] TrainedClassifier restore(std::string_view bytes, const std::string& where);

/// What `bytes` must start with to be a saved classifier of any version.
[[nodiscard]] std::string_view saved_classifier_mark();
inline constexpr std::uint32_t kSavedClassifierVersion = 1;

}  // namespace assay::learn
