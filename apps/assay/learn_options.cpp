#include "learn_options.h"

#include <algorithm>

#include "assay/base/error.h"
#include "assay/engine/learn.h"
#include "assay/io/reading_options.h"
#include "assay/planning/advise.h"
#include "common_options.h"

namespace assay::app {
namespace {

struct ModeRow {
  LearnMode mode;
  const char* flag;                  // "" for training
  std::vector<std::string> options;  // of LearnFlags, beside the common ones
};

const std::vector<std::string> kCommon = {
    "out", "format", "threads", "seed", "quiet", "features", "feature_item_column"};
const std::vector<std::string> kEncoding = {"text_columns",   "category_columns", "ignored_columns",
                                            "max_categories", "words_together",   "hash_bits"};

std::vector<std::string> with_encoding(std::vector<std::string> more) {
  more.insert(more.end(), kEncoding.begin(), kEncoding.end());
  return more;
}

const std::vector<ModeRow>& modes() {
  static const std::vector<ModeRow> rows = {
      {LearnMode::train, "", with_encoding({"truth", "gold", "priors", "model", "save", "join", "interval"})},
      {LearnMode::advise, "advise", with_encoding({"advise", "gold", "priors", "model", "interval"})},
      {LearnMode::curve, "curve", with_encoding({"curve", "class_column", "figure", "interval"})},
      {LearnMode::guided, "guided", with_encoding({"guided", "class_column", "rare_class", "figure", "interval"})},
      {LearnMode::predict, "predict", {"predict"}},
      {LearnMode::beat, "beat", {"beat", "class_column", "reward"}},
  };
  return rows;
}

using Infos = std::vector<OptionInfo>;

bool has(const Infos& infos, const std::string& name) {
  return std::any_of(infos.begin(), infos.end(), [&](const auto& info) { return info.name == name; });
}

Infos named(const Infos& infos, const std::vector<std::string>& names) {
  Infos out;
  for (const auto& info : infos) {
    if (std::find(names.begin(), names.end(), info.name) != names.end()) out.push_back(info);
  }
  return out;
}

Infos classifier_infos() {
  Infos out;
  for (const auto& row : learn::classifiers()) out = join(out, row.options);
  return out;
}

Infos options_of(const ModeRow& row) {
  const auto flags = learn_flag_table().infos();
  Infos out = join(named(flags, kCommon), named(flags, row.options));
  const Infos training = join(engine::learn_option_table().infos(), classifier_infos());
  const Infos advice = planning::advise_option_table().infos();
  switch (row.mode) {
    case LearnMode::train:
      return join(join(out, training), io::reading_option_table().infos());
    case LearnMode::advise:
      return join(join(join(out, training), advice), io::reading_option_table().infos());
    case LearnMode::curve:
      return join(join(out, join(named(training, {"classifier", "train_on"}), classifier_infos())),
                  planning::curve_option_table().infos());
    case LearnMode::guided:
      out = join(out, join(named(training, {"classifier"}), classifier_infos()));
      out = join(out, join(planning::search_option_table().infos(), planning::guided_option_table().infos()));
      out = join(out, named(planning::curve_option_table().infos(), {"test_share"}));
      return join(out, named(advice, {"label_price", "item_price"}));
    case LearnMode::predict:
    case LearnMode::beat:
      return out;
  }
  return out;
}

std::string in_words(const ModeRow& row) { return row.flag[0] == '\0' ? "training" : flag_name(row.flag); }

bool is_asked_for(const ModeRow& row, const Invocation& invocation) {
  const auto value = invocation.value(row.flag);
  return row.flag[0] != '\0' && !value.empty() && value != "false";
}

const ModeRow& mode_row(const Invocation& invocation) {
  const ModeRow* found = nullptr;
  for (const auto& row : modes()) {
    if (!is_asked_for(row, invocation)) continue;
    if (found != nullptr) throw bad_input("can't be together with " + flag_name(found->flag), flag_name(row.flag));
    found = &row;
  }
  return found != nullptr ? *found : modes().front();
}

void check_options(const ModeRow& row, const Invocation& invocation) {
  const Infos allowed = options_of(row);
  for (const auto& [name, value] : invocation.values) {
    if (has(allowed, name) || value == "false") continue;
    std::string where;
    for (const auto& other : modes()) {
      if (has(options_of(other), name)) where += (where.empty() ? "" : " or ") + in_words(other);
    }
    throw bad_input("counts only for " + where + ", not for " + in_words(row), flag_name(name));
  }
  const auto& chosen = learn::find_classifier(invocation.value("classifier", engine::LearnOptions{}.classifier));
  for (const auto& other : learn::classifiers()) {
    for (const auto& [name, value] : invocation.values) {
      if (has(other.options, name) && !has(chosen.options, name))
        throw bad_input("is an option of --classifier " + other.name + ", found " + chosen.name, flag_name(name));
    }
  }
}

void check_arguments(const ModeRow& row, const Invocation& invocation) {
  const bool takes_labels = row.mode == LearnMode::train || row.mode == LearnMode::advise;
  if (takes_labels && invocation.arguments.empty()) {
    throw bad_input("needed: LABELS... (assay learn --help tells more)", "assay learn");
  }
  if (!takes_labels && !invocation.arguments.empty()) {
    throw bad_input("found \"" + invocation.arguments.front() + "\", allowed with " + in_words(row) +
                        " are options only: it takes no labels",
                    "assay learn");
  }
  if (row.mode != LearnMode::guided && invocation.value("features").empty()) {
    throw bad_input("needed: a file with a row of features for each item", "--features");
  }
  const bool needs_class = row.mode == LearnMode::curve || row.mode == LearnMode::beat ||
                           (row.mode == LearnMode::guided && !invocation.value("features").empty());
  if (needs_class && invocation.value("class_column").empty()) {
    throw bad_input("needed: the column of --features that holds the true class", "--class-column");
  }
}

}  // namespace

const OptionTable<LearnFlags>& learn_flag_table() {
  using Flags = LearnFlags;
  static const auto table = [] {
    OptionTable<Flags> t;
    t.text("features", &Flags::features, "a file with a row an item", "what is known of each item");
    t.text("feature_item_column", &Flags::feature_item_column, "a column of --features",
           "the item; found by its name when not given");
    t.text("class_column", &Flags::class_column, "a column of --features",
           "the true class, for --curve, --guided and --beat");
    t.text("text_columns", &Flags::text_columns, "columns of --features separated by commas", "read as words");
    t.text("category_columns", &Flags::category_columns, "columns of --features separated by commas",
           "read as names even where all are numbers");
    t.text("ignored_columns", &Flags::ignored_columns, "columns of --features separated by commas", "left out");
    t.integer("max_categories", &Flags::max_categories, 2, 1'000'000, "names",
              "a column of more different names is read as words");
    t.integer("words_together", &Flags::words_together, 1, 10, "words", "of texts: runs of up to so many words count");
    t.integer("hash_bits", &Flags::hash_bits, 8, 24, "bits", "of texts: words are hashed to 2^bits features");
    t.text("truth", &Flags::truth, "a file with the columns item,label",
           "judge the classifier by it; it is not trained on");
    t.text("gold", &Flags::gold, "a file with the columns item,label", "items whose truth is known");
    t.text("priors", &Flags::priors, "a file with the columns class,prior, or uniform, or estimate", "class priors");
    t.text("model", &Flags::model, "a name from `assay models`", "how the truth of the labels is found");
    t.text("save", &Flags::save, "a file name", "leave the classifier there, for --predict");
    t.flag("join", &Flags::join,
           "estimate again with the classifier's out-of-fold predictions as one more worker; the results are written "
           "to --out");
    t.flag("advise", &Flags::advise, "say whether the next money is better spent on new items or on more labels");
    t.flag("curve", &Flags::curve, "learning curves with simulated labellers, from items whose class is known");
    t.flag("guided", &Flags::guided,
           "compare searching for examples of a rare class with labelling; with --features also by simulation");
    t.text("predict", &Flags::predict, "a file that --save wrote", "apply it to --features");
    t.text("beat", &Flags::beat, "a file that --save wrote",
           "what each item of --features earns that was found to fool it");
    t.text("reward", &Flags::reward, "an amount such as 0.50", "with --beat: for an error of 1");
    t.text("rare_class", &Flags::rare_class, "a class", "with --guided: searched for; the rarest when not given");
    t.text("figure", &Flags::figure, "a file name ending in .svg", "with --curve and --guided: draw the curves there");
    t.text("out", &Flags::out, "a folder, made when absent", "write the tables there");
    t.choice("format", &Flags::format, {"text", "csv", "jsonl"},
             "of what is printed: text for people, the others for programs; files in --out are CSV, or JSONL with it");
    t.number("interval", &Flags::interval, 0.5, 0.999, "", "level of every interval");
    add_threads(t);
    add_seed(t);
    add_quiet(t);
    return t;
  }();
  return table;
}

std::vector<OptionInfo> learn_options() {
  Infos out = join(learn_flag_table().infos(), engine::learn_option_table().infos());
  out = join(join(out, classifier_infos()), planning::advise_option_table().infos());
  out = join(join(out, planning::curve_option_table().infos()), planning::search_option_table().infos());
  return join(join(out, planning::guided_option_table().infos()), io::reading_option_table().infos());
}

LearnMode learn_mode(const Invocation& invocation) {
  const ModeRow& row = mode_row(invocation);
  check_options(row, invocation);
  check_arguments(row, invocation);
  return row.mode;
}

}  // namespace assay::app
