// Saved classifiers: the bytes as they are, and as the body of a rightly sealed one. What is taken for one must save
// the same bytes again, and predict probabilities for whatever it is asked.
#include <cmath>
#include <cstdint>
#include <string>

#include "assay/base/byte_record.h"
#include "assay/base/check.h"
#include "assay/base/error.h"
#include "assay/learn/saved_classifier.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t kMostClassesAsked = 1000;

void use(const assay::learn::TrainedClassifier& classifier) {
  if (classifier.classes.size() > kMostClassesAsked) return;
  assay::learn::RawFeatures raw;
  for (const auto& column : classifier.encoder.columns()) raw.columns.push_back(column.name);
  const std::string texts[] = {"", "1.5", "-3", "some words here"};
  raw.row_count = 3;
  raw.text = [&](std::size_t row, std::size_t column) { return std::string_view(texts[(row + column) % 3]); };
  raw.place = [](std::size_t row) { return std::to_string(row); };
  const auto predicted = classifier.predictor->predict(classifier.encoder.encode(raw));
  for (const double p : predicted.values()) ASSAY_ASSERT(std::isnan(p) || (p >= 0 && p <= 1.000001));
}

void restore(const std::string& bytes) {
  try {
    const auto classifier = assay::learn::restore(bytes, "input");
    ASSAY_ASSERT(assay::learn::save(classifier) == bytes);
    use(classifier);
  } catch (const assay::Error&) {
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  restore(bytes);
  assay::ByteWriter sealed(assay::learn::saved_classifier_mark(), assay::learn::kSavedClassifierVersion);
  sealed.bytes(bytes);
  restore(sealed.finish());
  return 0;
}
