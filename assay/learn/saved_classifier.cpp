#include "assay/learn/saved_classifier.h"

#include "assay/base/byte_record.h"
#include "assay/base/error.h"

namespace assay::learn {
namespace {

constexpr std::string_view kMark{
    "\x8A"
    "ASSAY\nL",
    8};
constexpr std::uint32_t kMostOptions = 1000;
constexpr std::uint32_t kMostClasses = 10'000;

const ClassifierInfo& info_of(const std::string& name, const ByteReader& in) {
  for (const auto& row : classifiers()) {
    if (row.name == name) return row;
  }
  in.fail("found the classifier \"" + name + "\", known are " + option_parsing::choices_in_words(classifier_names()));
}

ClassSet read_classes(ByteReader& in) {
  const auto count = in.integer<std::uint32_t>(1, kMostClasses, "the number of classes");
  in.expect_left(count, sizeof(std::uint32_t), "the classes");
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < count; ++i) names.emplace_back(in.text());
  try {
    return ClassSet(std::move(names));
  } catch (const Error& error) {
    in.fail(error.message());
  }
}

}  // namespace

std::string_view saved_classifier_mark() { return kMark; }

std::string save(const TrainedClassifier& classifier) {
  ByteWriter out(kMark, kSavedClassifierVersion);
  out.text(classifier.name);
  out.u32(static_cast<std::uint32_t>(classifier.options.size()));
  for (const auto& [name, value] : classifier.options) {
    out.text(name);
    out.text(value);
  }
  out.u32(static_cast<std::uint32_t>(classifier.classes.size()));
  for (const auto& name : classifier.classes.names()) out.text(name);
  classifier.encoder.write(out);
  classifier.predictor->write(out);
  return out.finish();
}

TrainedClassifier restore(std::string_view bytes, const std::string& where) {
  ByteReader in(bytes, kMark, kSavedClassifierVersion, where, "a saved classifier");
  TrainedClassifier out;
  out.name = in.text();
  const auto& info = info_of(out.name, in);
  const auto options = in.integer<std::uint32_t>(0, kMostOptions, "the number of options");
  for (std::uint32_t i = 0; i < options; ++i) {
    std::string name(in.text());
    out.options.emplace_back(std::move(name), in.text());
  }
  out.classes = read_classes(in);
  out.encoder = FeatureEncoder::read(in);
  out.predictor = info.read(in, out.classes.size(), out.encoder.column_count());
  in.expect_end();
  return out;
}

}  // namespace assay::learn
