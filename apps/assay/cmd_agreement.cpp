#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "assay/engine/agree.h"
#include "assay/io/agreement_output.h"
#include "assay/io/read_labels.h"
#include "assay/io/text_list.h"
#include "commands.h"
#include "common_options.h"

namespace assay::app {
namespace {

constexpr std::size_t kWorkersShown = 10;

struct Options {
  std::string format = "text";
  std::uint64_t threads = 0;
};

const OptionTable<Options>& option_table() {
  static const auto table = [] {
    OptionTable<Options> t;
    t.choice("format", &Options::format, {"text", "json", "csv"}, "text for people, the others for programs");
    add_threads(t);
    return t;
  }();
  return table;
}

void print_workers(const LabelTable& table, const quality::PairwiseAgreement& pairs, Terminal& terminal) {
  std::vector<WorkerIndex> order(pairs.workers.size());
  std::iota(order.begin(), order.end(), 0U);
  // A few labels prove little: what counts is how much a worker may still agree.
  const auto most = [&](WorkerIndex w) {
    return quality::wilson_high(pairs.workers[w].majority_share, pairs.workers[w].compared_count);
  };
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return most(a) < most(b); });
  std::vector<std::vector<std::string>> rows = {
      {"worker", "compared labels", "agrees with the majority", "mean kappa"}};
  for (std::size_t i = 0; i < order.size() && i < kWorkersShown; ++i) {
    const auto& worker = pairs.workers[order[i]];
    rows.push_back({io::shown(table.workers.name(order[i])), readable_count(worker.compared_count),
                    worker.compared_count == 0 ? "-" : decimal(worker.majority_share), decimal(worker.mean_kappa)});
  }
  terminal.out() << "\nWorkers, those first who agree least even at the upper end of their interval"
                 << (order.size() > kWorkersShown ? " (--format csv gives all)" : "") << "\n"
                 << aligned(rows);
}

void print_text(const LabelTable& table, const engine::AgreeResult& result, double interval, std::uint64_t least_common,
                Terminal& terminal) {
  terminal.out() << "Data: " << readable_count(table.workers.size()) << " workers gave "
                 << readable_count(table.labels.label_count()) << " labels on " << readable_count(table.items.size())
                 << " items; " << readable_count(result.alpha.item_count) << " items have two labels or more\n\n";
  std::vector<std::vector<std::string>> rows = {{"measure", "value", readable(100 * interval) + " % interval"}};
  rows.push_back({"Krippendorff's alpha (" + std::string(quality::name(result.scale)) + ")",
                  decimal(result.alpha.value),
                  std::isnan(result.alpha.low) ? "" : decimal(result.alpha.low) + " - " + decimal(result.alpha.high)});
  rows.push_back({"Fleiss' kappa", decimal(result.fleiss_kappa), ""});
  rows.push_back({"Cohen's kappa, mean of " + readable_count(result.pairs.pair_count) + " pairs",
                  decimal(result.pairs.mean_kappa), ""});
  terminal.out() << aligned(rows) << "\n1 is perfect agreement, 0 is what chance gives.";
  if (result.scale != quality::Scale::nominal) terminal.out() << " Kappas are nominal: labels are equal or not.";
  terminal.out() << "\n";
  if (result.alpha.item_count == 0) {
    terminal.out() << "No item has two labels: there is no agreement to measure.\n";
    return;
  }
  if (std::isnan(result.pairs.mean_kappa)) {
    terminal.out() << "No two workers share " << least_common
                   << " items or more on which they use several classes: no pair has a kappa (--least-common).\n";
  }
  print_workers(table, result.pairs, terminal);
}

int run(const Invocation& invocation, Terminal& terminal) {
  const auto agree = make_options(engine::agree_option_table(),
                                  pick(invocation.values, engine::agree_option_table().infos()), "assay agreement");
  const auto options = make_options(option_table(), pick(invocation.values, option_table().infos()), "assay agreement");
  const auto reading = make_options(io::reading_option_table(),
                                    pick(invocation.values, io::reading_option_table().infos()), "assay agreement");
  ThreadPool threads(options.threads);
  ProgressBar bar(terminal, false);
  const LabelTable table = io::read_labels(invocation.arguments, reading, threads, &bar);
  const auto result = engine::agree(table, agree, threads);
  if (options.format == "json") {
    terminal.out() << io::agreement_json(table, result);
  } else if (options.format == "csv") {
    terminal.out() << io::measures_csv(io::agreement_measures(table, result));
  } else {
    print_text(table, result, agree.interval, agree.least_common, terminal);
  }
  return 0;
}

}  // namespace

Command agreement_command() {
  Command command;
  command.name = "agreement";
  command.meaning = "measure how far workers agree beyond chance";
  command.arguments = "LABELS...";
  command.fewest_arguments = 1;
  command.most_arguments = 10000;
  command.options =
      join(join(engine::agree_option_table().infos(), option_table().infos()), io::reading_option_table().infos());
  command.examples =
      "  assay agreement labels.csv\n"
      "  assay agreement ratings.csv --scale interval --format json\n";
  command.run = run;
  return command;
}

}  // namespace assay::app
