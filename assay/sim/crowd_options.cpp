#include "assay/sim/crowd_options.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "assay/base/error.h"

namespace assay::sim {
namespace {

constexpr std::array<std::string_view, kWorkerKindCount> kKindNames = {
    "good", "mediocre", "biased", "spammer", "random", "adversarial", "colluding", "drifting", "learning"};
constexpr std::int64_t kMaxClasses = 1000;

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (;;) {
    const auto end = text.find(',', begin);
    auto part = text.substr(begin, end == std::string::npos ? end : end - begin);
    const auto first = part.find_first_not_of(' ');
    const auto last = part.find_last_not_of(' ');
    parts.push_back(first == std::string::npos ? std::string() : part.substr(first, last - first + 1));
    if (end == std::string::npos) return parts;
    begin = end + 1;
  }
}

bool is_count(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string all_kinds() {
  return option_parsing::choices_in_words(std::vector<std::string>(kKindNames.begin(), kKindNames.end()));
}

}  // namespace

std::string_view name(WorkerKind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }

const OptionTable<CrowdOptions>& crowd_option_table() {
  constexpr std::int64_t kMany = 4'000'000'000;
  static const OptionTable<CrowdOptions> table =
      OptionTable<CrowdOptions>()
          .integer("items", &CrowdOptions::items, 0, kMany, "items", "how many items")
          .integer("workers", &CrowdOptions::workers, 1, 100'000'000, "workers", "how many workers")
          .text("classes", &CrowdOptions::classes, "a count up to 1,000, or names a,b,c", "the classes")
          .number("labels_per_item", &CrowdOptions::labels_per_item, 0, 1e6, "labels",
                  "mean number of labels of an item, each by another worker; 2.5 means 2 or 3")
          .text("priors", &CrowdOptions::priors, "uniform, or a number a class: 0.85,0.15", "how common each class is")
          .text("mix", &CrowdOptions::mix, "KIND:SHARE,... with the kinds " + all_kinds(),
                "what kinds of workers the crowd is made of")
          .number("hard_items", &CrowdOptions::hard_items, 0, 1, "",
                  "share of items that look like another class to everybody, half of the time")
          .number("activity_skew", &CrowdOptions::activity_skew, 0, 5, "",
                  "how unevenly work is spread: standard deviation of the log of a worker's activity")
          .number("gold_share", &CrowdOptions::gold_share, 0, 1, "", "share of items whose truth is given as gold")
          .flag("times", &CrowdOptions::times, "give every label the time at which it was made")
          .integer("seed", &CrowdOptions::seed, 0, std::numeric_limits<std::int64_t>::max(), "",
                   "of all that is drawn: the same seed gives the same crowd");
  return table;
}

std::vector<std::string> parse_classes(const std::string& text) {
  if (!is_count(text)) {
    auto names = split(text);
    if (names.size() > static_cast<std::size_t>(kMaxClasses)) throw bad_input("at most 1,000 classes", "--classes");
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i].empty()) throw bad_input("a class has an empty name in '" + text + "'", "--classes");
      if (std::find(names.begin(), names.begin() + std::ptrdiff_t(i), names[i]) != names.begin() + std::ptrdiff_t(i)) {
        throw bad_input("class '" + names[i] + "' is named twice", "--classes");
      }
    }
    return names;
  }
  const auto count = option_parsing::integer("classes", text, 1, kMaxClasses);
  const auto width = std::to_string(count).size();
  std::vector<std::string> names;
  for (std::int64_t i = 1; i <= count; ++i) {
    const auto number = std::to_string(i);
    names.push_back("c" + std::string(width - number.size(), '0') + number);
  }
  return names;
}

std::vector<double> parse_priors(const std::string& text, std::size_t class_count) {
  if (text == "uniform") return std::vector<double>(class_count, 1.0 / static_cast<double>(class_count));
  std::vector<double> prior;
  double sum = 0;
  for (const auto& part : split(text)) {
    prior.push_back(option_parsing::number("priors", part, 0, 1));
    sum += prior.back();
  }
  if (prior.size() != class_count) {
    throw bad_input("found " + std::to_string(prior.size()) + " of the priors, needed are " +
                        std::to_string(class_count) + ", one a class",
                    "--priors");
  }
  if (std::abs(sum - 1) > 1e-6) {
    throw bad_input(
        "the priors sum to " + option_parsing::to_text(std::round(sum * 1e9) / 1e9) + ", they must sum to 1",
        "--priors");
  }
  for (double& p : prior) p /= sum;
  return prior;
}

std::array<double, kWorkerKindCount> parse_mix(const std::string& text) {
  std::array<double, kWorkerKindCount> shares{};
  double sum = 0;
  for (const auto& part : split(text)) {
    const auto colon = part.find(':');
    const auto kind = part.substr(0, colon);
    const auto found = std::find(kKindNames.begin(), kKindNames.end(), kind);
    if (found == kKindNames.end() || colon == std::string::npos) {
      throw bad_input("'" + part + "' is not KIND:SHARE with KIND one of " + all_kinds(), "--mix");
    }
    double& share = shares[static_cast<std::size_t>(found - kKindNames.begin())];
    share += option_parsing::number("mix", part.substr(colon + 1), 0, 1e9);
  }
  for (const double share : shares) sum += share;
  if (!(sum > 0)) throw bad_input("the shares of '" + text + "' are all 0", "--mix");
  for (double& share : shares) share /= sum;
  return shares;
}

}  // namespace assay::sim
