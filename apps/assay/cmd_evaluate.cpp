#include <fmt/format.h>

#include <cmath>

#include "assay/base/error.h"
#include "assay/engine/evaluate.h"
#include "assay/io/evaluation_output.h"
#include "assay/io/read_input.h"
#include "assay/io/stored_truth.h"
#include "assay/io/text_list.h"
#include "commands.h"
#include "common_options.h"

namespace assay::app {
namespace {

constexpr std::size_t kWorkersShown = 5;
constexpr std::size_t kClassesShown = 20;

struct Options {
  std::string truth;
  std::string costs;
  std::string gold;
  std::string labels;
  std::string format = "text";
  std::uint64_t threads = 0;
};

const OptionTable<Options>& option_table() {
  static const auto table = [] {
    OptionTable<Options> t;
    t.text("truth", &Options::truth, "a file with the columns item,label", "the true labels; needed");
    t.text("costs", &Options::costs, "a file with the columns true,decided,cost, or ordinal",
           "misclassification costs; those of the estimate when not given");
    t.text("gold", &Options::gold, "a file with the columns item,label",
           "items to leave out because the estimate was told their truth");
    t.text("labels", &Options::labels, "the file that was estimated",
           "to judge workers; when not given the files that summary.json names, if they are still there");
    t.choice("format", &Options::format, {"text", "json", "csv"}, "text for people, the others for programs");
    add_threads(t);
    return t;
  }();
  return table;
}

void print_quality(const quality::Evaluation& e, Terminal& terminal) {
  std::vector<std::vector<std::string>> rows = {{"all items", "claimed", "true"}};
  const auto row = [&](const char* name, double quality::DataQuality::* field) {
    rows.push_back({name, decimal(e.claimed.*field), decimal(e.actual.*field)});
  };
  row("accuracy", &quality::DataQuality::accuracy);
  row("quality, expected cost", &quality::DataQuality::quality_expected);
  row("quality, minimum cost", &quality::DataQuality::quality_minimum);
  row("expected cost", &quality::DataQuality::expected_cost);
  row("minimum cost", &quality::DataQuality::minimum_cost);
  terminal.out() << "\n"
                 << aligned(rows) << "\n"
                 << fmt::format("  log loss {}, Brier score {}, expected calibration error {}\n", decimal(e.log_loss),
                                decimal(e.brier), decimal(e.calibration_error));
}

void print_classes(const io::EvaluationOutput& output, Terminal& terminal) {
  const auto& e = output.evaluation;
  std::vector<std::vector<std::string>> rows = {{"class", "true", "decided", "precision", "recall", "F1"}};
  for (std::size_t c = 0; c < e.classes.size() && c < kClassesShown; ++c) {
    const auto& score = e.classes[c];
    rows.push_back({io::shown(output.table.classes.name(static_cast<ClassIndex>(c))), readable_count(score.true_count),
                    readable_count(score.decided_count), decimal(score.precision), decimal(score.recall),
                    decimal(score.f1)});
  }
  if (e.classes.size() > kClassesShown) rows.push_back({"...", "", "", "", "", ""});
  rows.push_back({"mean of classes", "", "", decimal(e.macro_precision), decimal(e.macro_recall), decimal(e.macro_f1)});
  terminal.out() << "\n" << aligned(rows);
}

void print_calibration(const quality::Evaluation& e, Terminal& terminal) {
  std::vector<std::vector<std::string>> rows = {{"probability", "items", "mean", "right"}};
  for (const auto& bin : e.calibration) {
    if (bin.item_count == 0) continue;
    rows.push_back({fmt::format("{:.1f} - {:.1f}", bin.low, bin.high), readable_count(bin.item_count),
                    decimal(bin.mean_probability), decimal(bin.accuracy)});
  }
  terminal.out() << "\nCalibration: how often labels of a stated probability are right\n" << aligned(rows);
}

std::vector<std::string> worker_row(const io::EvaluationOutput& output, WorkerIndex w) {
  const auto& estimated = output.result.workers.workers[w];
  const auto& worker = output.evaluation.workers[w];
  return {std::to_string(estimated.rank),
          io::shown(output.table.workers.name(w)),
          readable_count(worker.label_count),
          decimal(estimated.quality_expected.value),
          decimal(worker.quality_expected),
          decimal(estimated.accuracy.value),
          decimal(worker.accuracy)};
}

void print_workers(const io::EvaluationOutput& output, Terminal& terminal) {
  const auto& workers = output.evaluation.workers;
  std::vector<WorkerIndex> judged;
  for (WorkerIndex w = 0; w < workers.size(); ++w) {
    if (workers[w].label_count > 0) judged.push_back(w);
  }
  if (judged.empty()) return;
  std::vector<std::vector<std::string>> rows = {
      {"rank", "worker", "labels", "quality", "true quality", "accuracy", "true accuracy"}};
  const bool all = judged.size() <= 2 * kWorkersShown + 1;
  for (std::size_t i = 0; i < judged.size(); ++i) {
    if (!all && i == kWorkersShown) rows.push_back({"...", "", "", "", "", "", ""});
    if (all || i < kWorkersShown || i + kWorkersShown >= judged.size()) rows.push_back(worker_row(output, judged[i]));
  }
  terminal.out() << "\nWorkers, best to worst as estimated";
  if (!std::isnan(output.evaluation.worker_rank_correlation)) {
    terminal.out() << fmt::format("; rank correlation with the truth {} over the {} workers with {} labels or more",
                                  decimal(output.evaluation.worker_rank_correlation),
                                  readable_count(output.evaluation.ranked_worker_count), quality::kFewestTruthLabels);
  }
  terminal.out() << "\n" << aligned(rows);
}

void print_text(const io::EvaluationOutput& output, const Options& options, const io::StoredTruth& truth,
                std::uint64_t gold_count, const std::string& no_labels, Terminal& terminal) {
  const auto& e = output.evaluation;
  terminal.out() << "Judged: " << counted(e.item_count, "item") << " whose truth is in " << options.truth << "\n";
  const auto note = [&](const std::string& text) { terminal.out() << "  * " << terminal.warn(text) << "\n"; };
  if (output.unknown_count > 0) {
    note(counted(output.unknown_count, "item") + " of it " + (output.unknown_count == 1 ? "is" : "are") +
         " not in the estimate");
  }
  if (e.unlabelled_count > 0)
    note(counted(e.unlabelled_count, "item") + " of it " + (e.unlabelled_count == 1 ? "was" : "were") +
         " labelled by nobody");
  if (options.gold.empty() && gold_count > 0) {
    note("the estimate was told the truth of " + counted(gold_count, "item") +
         ", which flatters it: --gold FILE leaves them out");
  }
  for (const auto& name : truth.new_classes) {
    note("the estimate knows no class \"" + io::shown(name) + "\": items of it count as wrong");
  }
  print_quality(e, terminal);
  print_classes(output, terminal);
  print_calibration(e, terminal);
  print_workers(output, terminal);
  if (!no_labels.empty()) note("workers are not judged: " + no_labels + " (--labels FILE names the labels)");
}

[[noreturn]] void throw_nothing_judged(const Options& options, const quality::Evaluation& evaluation,
                                       const io::StoredTruth& truth) {
  throw bad_input("holds no item to judge: " + counted(truth.unknown_item_count, "item") + " not in the estimate, " +
                      counted(evaluation.unlabelled_count, "item") + " labelled by nobody" +
                      (options.gold.empty() ? "" : ", the others left out as gold of " + options.gold),
                  options.truth);
}

int run(const Invocation& invocation, Terminal& terminal) {
  const auto options = make_options(option_table(), pick(invocation.values, option_table().infos()), "assay evaluate");
  if (options.truth.empty()) throw bad_input("needed: a file with the true labels", "--truth");
  ThreadPool threads(options.threads);
  ProgressBar progress(terminal, options.format != "text");
  io::StoredEstimate stored = io::stored_estimate(io::read_results(invocation.arguments.front()));
  std::vector<io::StatedLabel> except;
  if (!options.gold.empty()) except = io::read_gold(options.gold);
  const auto truth = io::match_truth(stored, io::read_gold(options.truth), except);
  const auto no_labels = io::restore_labels(stored, options.labels, threads, &progress);
  engine::EvaluateRequest request{stored.table, stored.result, truth.truth, stored.result.costs};
  if (!options.costs.empty()) request.costs = io::read_costs(options.costs, stored.table.classes);
  const auto evaluation = engine::evaluate(request);
  if (evaluation.item_count == 0) throw_nothing_judged(options, evaluation, truth);
  const io::EvaluationOutput output{stored.table, stored.result, evaluation, truth.unknown_item_count};
  if (options.format == "json") {
    terminal.out() << io::evaluation_json(output);
  } else if (options.format == "csv") {
    terminal.out() << io::measures_csv(io::evaluation_measures(output));
  } else {
    print_text(output, options, truth, stored.gold_count, no_labels, terminal);
  }
  return 0;
}

}  // namespace

Command evaluate_command() {
  Command command;
  command.name = "evaluate";
  command.meaning = "hold a stored estimate against the truth";
  command.arguments = "FOLDER";
  command.fewest_arguments = 1;
  command.most_arguments = 1;
  command.options = option_table().infos();
  command.examples =
      "  assay evaluate results --truth truth.csv\n"
      "  assay evaluate results --truth truth.csv --gold gold.csv --format json\n";
  command.run = run;
  return command;
}

}  // namespace assay::app
