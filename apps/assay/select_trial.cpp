#include "select_trial.h"

#include <fmt/format.h>

#include <cmath>
#include <csignal>

#include "assay/base/error.h"
#include "assay/engine/select_trial.h"
#include "assay/io/line_chart.h"
#include "assay/io/measures.h"
#include "assay/io/output_folder.h"
#include "assay/io/output_guard.h"
#include "assay/io/read_input.h"
#include "assay/io/select_output.h"
#include "assay/io/small_files.h"
#include "assay/io/text_list.h"
#include "assay/selection/registry.h"
#include "text_chart.h"

namespace assay::app {
namespace {

StopFlag g_stop{false};

extern "C" void ask_to_stop_trying(int) { g_stop.store(true); }

std::vector<std::string> trial_strategies(const std::string& given) {
  if (given != "all") {
    const auto names = io::split_list(given);
    if (names.empty()) throw bad_input("found no strategy, allowed is all or names of strategies", "--strategies");
    for (const auto& name : names) static_cast<void>(selection::find_strategy(name));
    return names;
  }
  std::vector<std::string> names;
  for (const auto& row : selection::registry()) {
    if (!row.needs_model) names.push_back(row.name);
  }
  return names;
}

std::string percent_below(double value, double base) {
  return base > 0 ? fmt::format("{:+.0f} %", 100 * (value - base) / base) : "-";
}

const engine::TrialCurve* round_robin_of(const std::vector<engine::TrialCurve>& curves) {
  for (const auto& curve : curves) {
    if (curve.strategy == "round_robin") return &curve;
  }
  return nullptr;
}

io::LineChart chart_of(const std::vector<engine::TrialCurve>& curves, std::string title, double item_count,
                       bool accuracy) {
  io::LineChart chart{std::move(title), "labels an item", accuracy ? "accuracy" : "cost of a decision", {}, !accuracy};
  for (const auto& curve : curves) {
    io::ChartLine line{curve.strategy, {}, accuracy ? curve.accuracy : curve.cost};
    for (const double n : curve.labels) line.x.push_back(n / item_count);
    chart.lines.push_back(std::move(line));
  }
  return chart;
}

void print_simulation(const std::vector<engine::TrialCurve>& curves, const sim::AbilityCrowdOptions& crowd,
                      const engine::SelectTrialRequest& request, const io::LineChart& chart, Terminal& terminal) {
  terminal.out() << fmt::format(
      "Simulated {} times: {} items of two classes, {} workers of {} labels, the set-up of Wang, Ipeirotis and Provost "
      "2017;\ncost of deciding 0 for a true 1: {}, 1 for a true 0: {}; labels judged by {}\n\n",
      request.repeats, readable_count(crowd.items), readable_count(crowd.workers), crowd.labels_per_worker,
      readable(request.costs(1, 0)), readable(request.costs(0, 1)), request.model);
  std::vector<std::vector<std::string>> rows = {{"strategy"}};
  for (const double n : curves.front().labels)
    rows[0].push_back(fmt::format("{:.0f}", n / static_cast<double>(crowd.items)));
  rows[0].insert(rows[0].end(), {"+-", "against round_robin"});
  const auto* base = round_robin_of(curves);
  for (const auto& curve : curves) {
    std::vector<std::string> row = {curve.strategy};
    for (const double cost : curve.cost) row.push_back(fmt::format("{:.3f}", cost));
    row.push_back(fmt::format("{:.3f}", curve.cost_error.back()));
    row.push_back(base != nullptr ? percent_below(curve.cost.back(), base->cost.back()) : "-");
    rows.push_back(std::move(row));
  }
  terminal.out() << "Mean true cost of an item's decision, by labels an item; +- is the standard error of the last\n"
                 << aligned(rows) << text_chart(chart);
}

std::string per_item(double labels, double items) {
  return std::isnan(labels) ? "-" : fmt::format("{:.2f}", labels / items);
}

void print_replay(const engine::ReplayResult& result, const engine::SelectTrialRequest& request,
                  const io::LineChart& chart, Terminal& terminal) {
  const auto items = static_cast<double>(result.item_count);
  terminal.out() << fmt::format(
      "Replayed {} times: {} labels on {} items, {:.2f} an item; all of them judged by {} are right on {:.4f}\n\n",
      request.repeats, readable_count(result.label_count), readable_count(result.item_count),
      static_cast<double>(result.label_count) / items, request.model, result.full_accuracy);
  const auto* base = round_robin_of(result.curves);
  const double base_labels = base != nullptr ? engine::labels_to_reach(*base, result.full_accuracy) : std::nan("");
  std::vector<std::vector<std::string>> rows = {
      {"strategy", "labels an item to reach it", "against round_robin", "to reach 0.01 less"}};
  for (const auto& curve : result.curves) {
    const double labels = engine::labels_to_reach(curve, result.full_accuracy);
    rows.push_back({curve.strategy, per_item(labels, items),
                    std::isnan(labels) || std::isnan(base_labels) ? "-" : percent_below(labels, base_labels),
                    per_item(engine::labels_to_reach(curve, result.full_accuracy - 0.01), items)});
  }
  terminal.out() << aligned(rows) << text_chart(chart);
}

CostMatrix costs_of(const TrialSetting& setting) {
  return io::read_costs(setting.costs, ClassSet(std::vector<std::string>{"0", "1"}));
}

// Prints the outcome and writes the picture.
void show(const std::vector<engine::TrialCurve>& curves, const io::LineChart& chart, const TrialOptions& options,
          const TrialSetting& setting, Terminal& terminal, const std::function<void()>& print_text) {
  if (!options.picture.empty()) io::write_file(options.picture, io::svg(chart));
  const auto table = io::trial_table(curves);
  if (setting.format == "csv") {
    terminal.out() << io::csv_text(table);
  } else if (setting.format == "jsonl") {
    terminal.out() << io::jsonl_text(table);
  } else {
    print_text();
  }
}

void simulate(const TrialOptions& options, const TrialSetting& setting, engine::SelectTrialRequest request,
              Terminal& terminal) {
  request.costs = costs_of(setting);
  ThreadPool threads(setting.threads);
  ProgressBar progress(terminal, false);
  const sim::AbilityCrowdOptions crowd;
  const auto curves = engine::simulate_selection(request, crowd, threads, &progress, &g_stop);
  const auto chart = chart_of(curves, "Cost by strategy, simulated", static_cast<double>(crowd.items), false);
  show(curves, chart, options, setting, terminal, [&] { print_simulation(curves, crowd, request, chart, terminal); });
}

void replay(const Invocation& invocation, const TrialOptions& options, const TrialSetting& setting,
            engine::SelectTrialRequest request, Terminal& terminal) {
  const auto reading = make_options(io::reading_option_table(),
                                    pick(invocation.values, io::reading_option_table().infos()), "assay select");
  ThreadPool threads(setting.threads);
  ProgressBar progress(terminal, false);
  const io::Input input = io::read_input({invocation.arguments, {}, setting.costs, {}}, reading, threads, &progress);
  const auto truth = io::match_gold(io::read_gold(options.replay), input.table.items, input.table.classes);
  std::size_t known = 0;
  for (const auto t : truth) known += t != kNoClass ? 1 : 0;
  if (known == 0) throw bad_input("found the truth of no item that has labels", options.replay);
  request.costs = input.costs;
  const auto result = engine::replay_selection(request, input.table, truth, threads, &progress, &g_stop);
  const auto chart =
      chart_of(result.curves, "Accuracy by strategy, replayed", static_cast<double>(result.item_count), true);
  show(result.curves, chart, options, setting, terminal, [&] { print_replay(result, request, chart, terminal); });
}

}  // namespace

const OptionTable<TrialOptions>& trial_option_table() {
  static const auto table = [] {
    OptionTable<TrialOptions> t;
    t.flag("simulate", &TrialOptions::simulate,
           "instead of choosing: try the strategies on the simulated crowd of Wang, Ipeirotis and Provost 2017");
    t.text("replay", &TrialOptions::replay, "a file with the columns item,label",
           "instead of choosing: try the strategies on LABELS, given out one by one, against this truth");
    t.text("strategies", &TrialOptions::strategies, "all, or names a,b,c", "for --simulate and --replay: what to try");
    t.integer("repeats", &TrialOptions::repeats, 1, 10000, "",
              "for --simulate and --replay: crowds, or orders of labels");
    t.text("picture", &TrialOptions::picture, "a file name",
           "for --simulate and --replay: draw the curves there, as SVG");
    return t;
  }();
  return table;
}

int run_trial(const Invocation& invocation, const TrialOptions& options, const TrialSetting& setting,
              Terminal& terminal) {
  if (options.simulate && !options.replay.empty())
    throw bad_input("found --simulate as well, allowed is one of them", "--replay");
  if (options.simulate && !invocation.arguments.empty())
    throw bad_input("found labels (" + invocation.arguments.front() + ") as well, which a simulation does not read",
                    "--simulate");
  if (!options.simulate && invocation.arguments.empty()) throw bad_input("needed: the labels", "--replay");
  io::OutputGuard guard([&] {
    auto inputs = invocation.arguments;
    inputs.insert(inputs.end(), {options.replay, setting.costs});
    return inputs;
  }());
  if (!options.picture.empty()) guard.add(options.picture, "--picture");
  std::signal(SIGINT, ask_to_stop_trying);
  engine::SelectTrialRequest request;
  request.strategies = trial_strategies(options.strategies);
  if (!setting.model.empty()) request.model = setting.model;
  request.repeats = options.repeats;
  request.seed = setting.seed;
  if (options.simulate) {
    simulate(options, setting, std::move(request), terminal);
  } else {
    replay(invocation, options, setting, std::move(request), terminal);
  }
  return 0;
}

}  // namespace assay::app
