#include "assay/base/error.h"
#include "assay/engine/simulate.h"
#include "assay/io/crowd_blocks.h"
#include "assay/io/crowd_tables.h"
#include "assay/io/output_folder.h"
#include "assay/io/read_input.h"
#include "assay/io/records.h"
#include "commands.h"
#include "common_options.h"

namespace assay::app {
namespace {

struct Options {
  std::string costs;
  std::string out;
  std::string format = "csv";
  std::uint64_t threads = 0;
  bool quiet = false;
};

const OptionTable<Options>& option_table() {
  static const auto table = [] {
    OptionTable<Options> t;
    t.text("costs", &Options::costs, "a file with the columns true,decided,cost, or ordinal",
           "misclassification costs, written beside the labels; a spammer gives the answer that costs least");
    t.text("out", &Options::out, "a folder, made when absent", "write labels, truth, workers, gold and costs there");
    t.choice("format", &Options::format, {"csv", "jsonl", "parquet", "assay"},
             "of the files in --out; assay writes the labels in blocks and the rest as csv");
    add_threads(t);
    add_quiet(t);
    return t;
  }();
  return table;
}

std::string share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? "-" : readable(static_cast<double>(part) / static_cast<double>(whole));
}

void print_kinds(const engine::SimulateResult& result, Terminal& terminal) {
  std::vector<std::vector<std::string>> rows = {{"kind", "workers", "labels", "right"}};
  for (std::size_t i = 0; i < sim::kWorkerKindCount; ++i) {
    const auto& kind = result.kinds[i];
    if (kind.worker_count == 0) continue;
    rows.push_back({std::string(sim::name(static_cast<sim::WorkerKind>(i))), readable_count(kind.worker_count),
                    readable_count(kind.label_count), share(kind.right_count, kind.label_count)});
  }
  terminal.out() << "\n" << aligned(rows) << "\n";
}

void print_result(const sim::Crowd& crowd, const engine::SimulateResult& result, Terminal& terminal) {
  terminal.out() << "Simulated " << readable_count(result.label_count) << " labels of " << crowd.class_names().size()
                 << " classes: " << readable_count(crowd.worker_count()) << " workers, "
                 << readable_count(result.item_count) << " items";
  if (result.gold_count > 0) terminal.out() << ", " << readable_count(result.gold_count) << " of them gold";
  if (result.hard_count > 0) terminal.out() << ", " << readable_count(result.hard_count) << " hard";
  terminal.out() << "; seed " << crowd.options().seed << "\n";
  print_kinds(result, terminal);
}

// Returns the names of the files.
std::string write(const sim::Crowd& crowd, const Options& options, ThreadPool& threads, Progress* progress) {
  io::OutputFolder folder(options.out);
  const bool in_blocks = options.format == io::records::kAssay;
  const std::string ending = in_blocks ? "csv" : options.format;
  const auto format = io::table_format(ending);
  std::string names;
  if (in_blocks) {
    names = std::string(io::records::tables::kLabels) + "." + options.format;
    io::write_crowd_blocks(folder.add(names), crowd, threads, progress, nullptr);
  }
  for (const auto& table : io::crowd_tables(crowd, !in_blocks)) {
    folder.write(table, format, threads, progress);
    names += (names.empty() ? "" : ", ") + table.name + "." + ending;
  }
  folder.commit();
  return names;
}

CostMatrix costs_of(const Options& options, const sim::CrowdOptions& crowd) {
  if (options.costs.empty()) return {};
  return io::read_costs(options.costs, ClassSet(sim::parse_classes(crowd.classes)));
}

int run(const Invocation& invocation, Terminal& terminal) {
  const auto crowd_options = make_options(sim::crowd_option_table(),
                                          pick(invocation.values, sim::crowd_option_table().infos()), "assay simulate");
  const auto options = make_options(option_table(), pick(invocation.values, option_table().infos()), "assay simulate");
  if (options.out.empty()) throw bad_input("needed: the folder to write to", "--out");
  const sim::Crowd crowd(crowd_options, costs_of(options, crowd_options));
  ThreadPool threads(options.threads);
  ProgressBar bar(terminal, options.quiet);
  const auto result = engine::simulate(crowd, threads, &bar);
  const std::string names = write(crowd, options, threads, &bar);
  if (options.quiet) return 0;
  print_result(crowd, result, terminal);
  terminal.out() << "Wrote " << names << " to " << options.out << "\n";
  return 0;
}

}  // namespace

Command simulate_command() {
  Command command;
  command.name = "simulate";
  command.meaning = "make labels of a crowd whose truth is known";
  command.options = join(sim::crowd_option_table().infos(), option_table().infos());
  command.examples =
      "  assay simulate --out crowd\n"
      "  assay simulate --items 600 --classes G,P,R,X --priors 0.85,0.05,0.05,0.05 --mix good:0.6,spammer:0.4 --out "
      "crowd\n";
  command.run = run;
  return command;
}

}  // namespace assay::app
