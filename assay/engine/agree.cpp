#include "assay/engine/agree.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "assay/base/error.h"

namespace assay::engine {
namespace {

std::vector<double> numbers_of(const ClassSet& classes, const std::string& scale) {
  std::vector<double> values;
  for (const auto& name : classes.names()) {
    double value = 0;
    const auto [end, status] = std::from_chars(name.data(), name.data() + name.size(), value);
    if (status != std::errc{} || end != name.data() + name.size() || !std::isfinite(value)) {
      throw bad_input("the scale " + scale + " needs classes that are numbers, found \"" + name + "\"", "--scale");
    }
    values.push_back(value);
  }
  return values;
}

}  // namespace

const OptionTable<AgreeOptions>& agree_option_table() {
  using Options = AgreeOptions;
  static const auto table = [] {
    OptionTable<Options> t;
    t.choice("scale", &Options::scale, {"nominal", "ordinal", "interval", "ratio"},
             "what classes are: names, ordered (in class order), numbers, or numbers with a true zero");
    t.number("interval", &Options::interval, 0.5, 0.999, "", "level of the bootstrap interval of alpha");
    t.integer("draws", &Options::draws, 0, 1'000'000, "", "how often items are drawn again for the interval");
    t.integer("least_common", &Options::least_common, 1, 1'000'000, "items",
              "two workers are compared when they have labelled so many items both");
    t.integer("seed", &Options::seed, 0, std::numeric_limits<std::int64_t>::max(), "", "of everything drawn at random");
    return t;
  }();
  return table;
}

AgreeResult agree(const LabelTable& table, const AgreeOptions& options, ThreadPool& threads) {
  quality::AgreementOptions alpha;
  alpha.scale = quality::parse_scale(options.scale);
  alpha.interval = options.interval;
  alpha.bootstrap_count = options.draws;
  alpha.seed = options.seed;
  const bool numeric = alpha.scale == quality::Scale::interval || alpha.scale == quality::Scale::ratio;
  if (numeric) alpha.values = numbers_of(table.classes, options.scale);
  AgreeResult result;
  result.scale = alpha.scale;
  result.alpha = quality::krippendorff_alpha(table.labels, alpha);
  result.fleiss_kappa = quality::fleiss_kappa(table.labels);
  result.pairs = quality::pairwise_agreement(table.labels, options.least_common, threads);
  return result;
}

}  // namespace assay::engine
