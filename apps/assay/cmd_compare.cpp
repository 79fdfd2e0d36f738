#include <fmt/format.h>

#include <cmath>
#include <csignal>

#include "assay/engine/compare.h"
#include "assay/io/comparison_output.h"
#include "assay/io/measures.h"
#include "assay/io/read_input.h"
#include "commands.h"
#include "common_options.h"

namespace assay::app {
namespace {

StopFlag g_stop{false};

extern "C" void ask_to_stop_comparing(int) { g_stop.store(true); }

struct Options {
  std::string models = "all";
  std::string truth;
  std::string gold;
  std::string costs;
  std::string priors = "estimate";
  std::string format = "text";
  std::uint64_t threads = 0;
  std::uint64_t seed = 1;
};

const OptionTable<Options>& option_table() {
  static const auto table = [] {
    OptionTable<Options> t;
    t.text("models", &Options::models, "all, or names from `assay models` a,b,c", "what to compare");
    t.text("truth", &Options::truth, "a file with the columns item,label",
           "true labels, for judging only: no model sees them");
    t.text("gold", &Options::gold, "a file with the columns item,label", "items whose truth the models are told");
    t.text("costs", &Options::costs, "a file with the columns true,decided,cost, or ordinal",
           "misclassification costs; 0/1 when not given");
    t.text("priors", &Options::priors, "a file with the columns class,prior, or uniform, or estimate", "class priors");
    t.choice("format", &Options::format, {"text", "json", "csv"}, "text for people, the others for programs");
    add_threads(t);
    add_seed(t);
    return t;
  }();
  return table;
}

std::vector<std::string> text_row(const engine::ComparedModel& row, bool has_truth) {
  std::vector<std::string> out = {row.model, fmt::format("{:.2f}", row.seconds), readable_count(row.iterations),
                                  decimal(row.claimed.accuracy, 4), decimal(row.vote_share, 4)};
  if (!has_truth) return out;
  const auto& e = row.evaluation;
  for (const double x : {e.accuracy_ties_split, e.macro_f1, e.log_loss, e.calibration_error})
    out.push_back(decimal(x, 4));
  return out;
}

void print_text(const io::Input& input, const std::vector<engine::ComparedModel>& rows, bool has_truth,
                Terminal& terminal) {
  const std::size_t classes = input.table.classes.size();
  terminal.out() << "Data: " << counted(input.table.workers.size(), "worker") << ", "
                 << counted(input.table.labels.label_count(), "label") << ", "
                 << counted(input.table.items.size(), "item") << ", " << classes
                 << (classes == 1 ? " class" : " classes");
  if (has_truth && !rows.empty()) {
    terminal.out() << "; the truth of " << counted(rows.front().evaluation.item_count, "labelled item") << " is known";
  }
  terminal.out() << "\n\n";
  std::vector<std::vector<std::string>> cells = {{"model", "seconds", "passes", "claimed accuracy", "as the vote"}};
  if (has_truth) {
    for (const char* heading : {"accuracy", "macro F1", "log loss", "calibration error"}) cells[0].push_back(heading);
  }
  for (const auto& row : rows) {
    if (row.failure.empty()) cells.push_back(text_row(row, has_truth));
  }
  terminal.out() << aligned(cells);
  for (const auto& row : rows) {
    if (!row.failure.empty()) terminal.out() << "  * " << terminal.warn(row.model + " failed: " + row.failure) << "\n";
  }
}

void print_json(const io::Table& table, Terminal& terminal) {
  const std::string lines = io::jsonl_text(table);
  std::string out = "[\n";
  for (std::size_t begin = 0; begin < lines.size();) {
    const auto end = lines.find('\n', begin);
    out += "  " + lines.substr(begin, end - begin) + (end + 1 < lines.size() ? ",\n" : "\n");
    begin = end + 1;
  }
  terminal.out() << out << "]\n";
}

int run(const Invocation& invocation, Terminal& terminal) {
  const auto options = make_options(option_table(), pick(invocation.values, option_table().infos()), "assay compare");
  const auto reading = make_options(io::reading_option_table(),
                                    pick(invocation.values, io::reading_option_table().infos()), "assay compare");
  const auto names = engine::model_names(options.models);
  std::signal(SIGINT, ask_to_stop_comparing);
  ThreadPool threads(options.threads);
  ProgressBar progress(terminal, false);
  const io::Input input =
      io::read_input({invocation.arguments, options.gold, options.costs, options.priors}, reading, threads, &progress);
  engine::EstimateRequest estimate{input.table};
  estimate.gold = input.gold;
  estimate.costs = input.costs;
  if (!input.prior.empty()) {
    estimate.prior_mode = models::PriorMode::fixed;
    estimate.prior = input.prior;
  }
  std::vector<std::string> new_classes;
  engine::CompareRequest request{estimate, names, {}};
  if (!options.truth.empty()) {
    const auto stated = io::read_gold(options.truth);
    new_classes = io::classes_lacking(input.table.classes, stated);
    auto classes = input.table.classes.names();
    classes.insert(classes.end(), new_classes.begin(), new_classes.end());
    request.truth = io::match_gold(stated, input.table.items, ClassSet(classes));
  }
  const auto rows = engine::compare(request, {threads, options.seed, &progress, &g_stop});
  const io::Table table = io::comparison_table(rows);
  if (options.format == "json") {
    print_json(table, terminal);
  } else if (options.format == "csv") {
    terminal.out() << io::csv_text(table);
  } else {
    print_text(input, rows, !request.truth.empty(), terminal);
    for (const auto& name : new_classes) {
      terminal.out() << "  * no label is of the class \"" << name << "\": items of it count as wrong\n";
    }
  }
  return 0;
}

}  // namespace

Command compare_command() {
  Command command;
  command.name = "compare";
  command.meaning = "fit several models to the same labels, side by side";
  command.arguments = "LABELS...";
  command.fewest_arguments = 1;
  command.most_arguments = 10000;
  command.options = join(option_table().infos(), io::reading_option_table().infos());
  command.examples =
      "  assay compare labels.csv\n"
      "  assay compare labels.csv --models dawid_skene,glad --truth truth.csv --format csv\n";
  command.run = run;
  return command;
}

}  // namespace assay::app
