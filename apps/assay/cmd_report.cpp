#include <filesystem>

#include "assay/base/error.h"
#include "assay/io/output_guard.h"
#include "assay/io/read_input.h"
#include "assay/io/read_labels.h"
#include "assay/io/report.h"
#include "assay/io/report_stored.h"
#include "commands.h"
#include "common_options.h"

namespace assay::app {
namespace {

struct Options {
  std::string report;
  std::string truth;
  std::string labels;
  std::string title;
  bool pseudonyms = false;
  std::uint64_t threads = 0;
  bool quiet = false;
};

const OptionTable<Options>& option_table() {
  static const auto table = [] {
    OptionTable<Options> t;
    t.text("report", &Options::report, "a file name",
           "write the report there; report.html in the folder when not given");
    t.text("truth", &Options::truth, "a file with the columns item,label", "hold the estimate against the known truth");
    t.text("labels", &Options::labels, "the file that was estimated", "show the votes on doubtful items");
    t.text("title", &Options::title, "a line of text", "headline; the name of the file of labels when not given");
    t.flag("pseudonyms", &Options::pseudonyms, "call the workers worker 1, worker 2, ...");
    add_threads(t);
    add_quiet(t);
    return t;
  }();
  return table;
}

std::string title(const Options& options, const ReadingReport& reading) {
  if (!options.title.empty()) return options.title;
  return reading.sources.empty() ? "" : std::filesystem::path(reading.sources.front()).filename().string();
}

int run(const Invocation& invocation, Terminal& terminal) {
  const auto options = make_options(option_table(), pick(invocation.values, option_table().infos()), "assay report");
  const std::filesystem::path folder = invocation.arguments.front();
  const std::string path = options.report.empty() ? (folder / "report.html").string() : options.report;
  io::OutputGuard({folder.string(), options.truth, options.labels}).add(path, "--report");
  ThreadPool threads(options.threads);
  ProgressBar progress(terminal, options.quiet);

  io::StoredEstimate stored = io::stored_estimate(io::read_results(folder.string()));
  if (!options.labels.empty()) {
    io::add_labels(stored, io::read_labels({options.labels}, io::ReadingOptions{}, threads, &progress));
  }
  io::ReportRequest request{stored.table, stored.result};
  if (!options.truth.empty()) {
    request.truth = io::match_gold(io::read_gold(options.truth), stored.table.items, stored.table.classes);
  }
  request.title = title(options, stored.table.reading);
  request.requested_model = stored.requested_model;
  request.gold_count = stored.gold_count;
  request.options = stored.options;
  request.pseudonyms = options.pseudonyms;
  io::write_report(path, io::report_json(request));
  if (!options.quiet) terminal.out() << "wrote " << path << "\n";
  return 0;
}

}  // namespace

Command report_command() {
  Command command;
  command.name = "report";
  command.meaning = "write a page that shows a stored estimate";
  command.arguments = "FOLDER";
  command.fewest_arguments = 1;
  command.most_arguments = 1;
  command.options = option_table().infos();
  command.examples =
      "  assay report results\n"
      "  assay report results --truth truth.csv --labels labels.csv --report report.html\n";
  command.run = run;
  return command;
}

}  // namespace assay::app
