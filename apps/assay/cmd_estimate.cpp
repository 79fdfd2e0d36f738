#include <csignal>
#include <filesystem>

#include "assay/base/error.h"
#include "assay/engine/estimate.h"
#include "assay/io/read_labels.h"
#include "assay/io/report.h"
#include "assay/models/registry.h"
#include "commands.h"
#include "estimate_options.h"
#include "summary.h"

namespace assay::app {
namespace {

StopFlag g_stop{false};

extern "C" void ask_to_stop(int) { g_stop.store(true); }

std::vector<OptionInfo> model_options(const Invocation& invocation) {
  return models::find_model(invocation.value("model", EstimateOptions{}.model)).options;
}

void write_report(const LabelTable& table, const engine::EstimateResult& result, const engine::EstimateRequest& asked,
                  const EstimateOptions& options, const Invocation& invocation) {
  io::ReportRequest report{table, result};
  report.title = std::filesystem::path(invocation.arguments.front()).filename();
  report.gold = asked.gold;
  report.requested_model = options.model;
  report.options = estimate_option_table().values(options);
  report.pseudonyms = options.pseudonyms;
  io::write_report(options.report, io::report_json(report));
}

int run(const Invocation& invocation, Terminal& terminal) {
  const auto options =
      make_options(estimate_option_table(), pick(invocation.values, estimate_option_table().infos()), "");
  const auto reading =
      make_options(io::reading_option_table(), pick(invocation.values, io::reading_option_table().infos()), "");
  ThreadPool threads(options.threads);
  ProgressBar progress(terminal, options.quiet);
  std::signal(SIGINT, ask_to_stop);

  const LabelTable table = io::read_labels(invocation.arguments, reading, threads, &progress);
  engine::EstimateRequest request{table};
  request.model = options.model;
  request.model_options = pick(invocation.values, model_options(invocation));
  request.interval = options.interval;
  models::Context context{threads, options.seed, &progress, &g_stop};
  const auto result = engine::estimate(request, context);
  if (!options.report.empty()) write_report(table, result, request, options, invocation);
  if (!options.quiet) print_summary(table, result, terminal);
  return 0;
}

}  // namespace

Command estimate_command() {
  Command command;
  command.name = "estimate";
  command.meaning = "find the true labels and the quality of every worker";
  command.arguments = "LABELS...";
  command.fewest_arguments = 1;
  command.most_arguments = 10000;
  command.options = join(estimate_option_table().infos(), io::reading_option_table().infos());
  command.more_options = model_options;
  command.examples =
      "  assay estimate labels.csv\n"
      "  assay estimate labels.csv --gold gold.csv --costs ordinal --out results --report report.html\n"
      "  assay estimate Batch_3930024_batch_results.csv --model dawid_skene --pseudo-count 0\n";
  command.run = run;
  return command;
}

}  // namespace assay::app
