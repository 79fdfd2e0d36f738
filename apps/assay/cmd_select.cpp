#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "assay/base/error.h"
#include "assay/engine/select.h"
#include "assay/io/measures.h"
#include "assay/io/read_input.h"
#include "assay/io/select_input.h"
#include "assay/io/select_output.h"
#include "assay/io/text_list.h"
#include "assay/selection/registry.h"
#include "commands.h"
#include "common_options.h"
#include "select_trial.h"

namespace assay::app {
namespace {

using selection::StopReason;

struct Options {
  std::string strategy = "worker_routing";
  std::uint64_t batch = 10;
  std::string items;
  std::string worker_file;
  std::string model_probabilities;
  std::string target_cost;
  bool every_item = false;
  std::string budget;
  std::string price;
  std::string money_per_cost;
  std::string currency = "USD";
  std::string gold;
  std::string costs;
  std::string priors = "estimate";
  std::string model;
  std::string format = "text";
  std::uint64_t threads = 0;
  std::uint64_t seed = 1;
};

const OptionTable<Options>& option_table() {
  static const auto table = [] {
    OptionTable<Options> t;
    t.choice("strategy", &Options::strategy, selection::strategy_names(), "which item comes first");
    t.integer("batch", &Options::batch, 1, 1'000'000'000, "labels", "to ask for, each on another item");
    t.text("items", &Options::items, "a file with the column item", "more items, which nobody has labelled yet");
    t.text("worker_file", &Options::worker_file, "a file with the column worker, and if wanted price and labels",
           "who can be asked: the price of a label, and how many labels at most; without it somebody new each time");
    t.text("model_probabilities", &Options::model_probabilities, "a file with the columns item and p_CLASS",
           "a classifier's probabilities, for model_uncertainty and label_and_model_uncertainty");
    t.text("target_cost", &Options::target_cost, "a number of 0 or more",
           "stop when the mean minimum cost of the items is at or under this");
    t.flag("every_item", &Options::every_item, "the target is for every item by itself, not for their mean");
    t.text("budget", &Options::budget, "an amount such as 12.50", "stop before the labels cost more; needs prices");
    t.text("price", &Options::price, "an amount such as 0.05", "of one label");
    t.text("money_per_cost", &Options::money_per_cost, "an amount such as 2.00",
           "what a misclassification of cost 1 costs you: ask for no label that saves less than its price");
    t.text("currency", &Options::currency, "three capital letters", "of all amounts");
    t.text("gold", &Options::gold, "a file with the columns item,label",
           "items whose truth is known; they get no labels");
    t.text("costs", &Options::costs, "a file with the columns true,decided,cost, or ordinal",
           "misclassification costs; 0/1 when not given");
    t.text("priors", &Options::priors, "a file with the columns class,prior, or uniform, or estimate", "class priors");
    t.text("model", &Options::model, "a name from `assay models`",
           "how the truth is found; auto when not given, dawid_skene for --simulate and --replay");
    t.choice("format", &Options::format, {"text", "csv", "jsonl"}, "text for people, the others for programs");
    add_threads(t);
    add_seed(t);
    return t;
  }();
  return table;
}

std::optional<Money> money_of(const std::string& text, const char* option) {
  return text.empty() ? std::nullopt : std::optional(parse_money(text, option));
}

selection::StopRule stop_rule(const Options& options) {
  selection::StopRule rule;
  if (!options.target_cost.empty())
    rule.target_cost =
        option_parsing::number("target_cost", options.target_cost, 0, std::numeric_limits<double>::max());
  rule.every_item = options.every_item;
  if (rule.every_item && !rule.target_cost) throw bad_input("needed: the target, --target-cost", "--every-item");
  rule.budget = money_of(options.budget, "--budget");
  rule.money_per_cost = money_of(options.money_per_cost, "--money-per-cost");
  return rule;
}

// Money can only be compared where every label has a price.
void check_prices(const engine::SelectRequest& request, const Options& options) {
  const char* needing = request.stop.budget ? "--budget" : request.stop.money_per_cost ? "--money-per-cost" : nullptr;
  if (needing == nullptr || request.price) return;
  for (const auto& worker : request.workers) {
    if (worker.price) continue;
    throw bad_input("found no price of the worker \"" + worker.name + "\" in " + options.worker_file +
                        ", needed is one there or --price",
                    needing);
  }
  if (request.workers.empty()) throw bad_input("needed: the price of a label, --price", needing);
}

// A currency without an amount is a mistake.
void check_currency(const engine::SelectRequest& request, const Invocation& invocation) {
  const bool priced =
      request.price || std::ranges::any_of(request.workers, [](const auto& w) { return w.price.has_value(); });
  if (!priced && !invocation.value("currency").empty())
    throw bad_input("needed: the price of a label, --price or in the worker file", "--currency");
}

std::string stop_in_words(const engine::SelectResult& result, const engine::SelectRequest& request,
                          const std::string& currency) {
  const auto target = [&] { return readable(*request.stop.target_cost); };
  switch (result.stop) {
    case StopReason::none:
      return "";
    case StopReason::mean_cost_met:
      return "Stop: the mean minimum cost is at or under the target of " + target() + ".";
    case StopReason::every_cost_met:
      return "Stop: every item's minimum cost is at or under the target of " + target() + ".";
    case StopReason::budget_spent:
      return "Stop: the next label would exceed the budget of " + to_text(*request.stop.budget) + " " + currency + ".";
    case StopReason::nothing_worth_it:
      return "Stop: no other label is expected to save its price.";
    case StopReason::nothing_left:
      return result.open_count == 0 ? "Stop: there is no item that could get a label."
                                    : "Stop: no other item is left to ask about.";
  }
  return "";
}

void print_text(const io::Input& input, const engine::SelectRequest& request, const engine::SelectResult& result,
                const std::string& currency, Terminal& terminal) {
  terminal.out() << "Data: " << readable_count(input.table.labels.label_count()) << " labels on "
                 << readable_count(input.table.items.size()) << " items, judged by "
                 << result.estimate.estimate.summary.model << "; mean minimum cost " << readable(result.mean_cost);
  if (request.stop.target_cost) {
    terminal.out() << ", target " << readable(*request.stop.target_cost)
                   << (request.stop.every_item ? " for every item: " + readable_count(result.open_count) + " above it"
                                               : "");
  }
  terminal.out() << "\n";
  if (!result.labels.empty()) {
    std::vector<std::vector<std::string>> rows = {
        {"rank", "item", "worker", "score", "label now", "minimum cost", "labels", "why"}};
    for (std::size_t i = 0; i < result.labels.size(); ++i) {
      const auto& row = result.labels[i];
      rows.push_back({std::to_string(i + 1), io::shown(input.table.items.name(row.item)),
                      row.worker ? io::shown(request.workers[*row.worker].name) : "-", readable(row.score),
                      io::shown(input.table.classes.name(row.current_label)), fmt::format("{:.4f}", row.minimum_cost),
                      readable_count(row.label_count), row.reason});
    }
    terminal.out() << "\nAsk for a label of, by " << request.strategy << ":\n" << aligned(rows);
    if (result.spent > Money())
      terminal.out() << "\nThese labels cost " << to_text(result.spent) << " " << currency << ".";
    terminal.out() << "\n";
  }
  const auto stop = stop_in_words(result, request, currency);
  if (!stop.empty()) terminal.out() << stop << "\n";
}

int choose(const Invocation& invocation, const Options& options, Terminal& terminal) {
  const auto reading = make_options(io::reading_option_table(),
                                    pick(invocation.values, io::reading_option_table().infos()), "assay select");
  const auto rule = stop_rule(options);
  const auto currency = parse_currency(options.currency, "--currency");
  ThreadPool threads(options.threads);
  ProgressBar progress(terminal, false);
  io::Input input =
      io::read_input({invocation.arguments, options.gold, options.costs, options.priors}, reading, threads, &progress);
  if (!options.items.empty()) io::add_items(options.items, input.table);
  if (!input.gold.empty()) input.gold.resize(input.table.items.size(), kNoClass);

  engine::SelectRequest request{
      engine::EstimateRequest{input.table}, options.strategy, {}, {}, options.batch, rule, {}};
  request.estimate.gold = input.gold;
  request.estimate.costs = input.costs;
  request.estimate.model = options.model.empty() ? "auto" : options.model;
  if (!input.prior.empty()) {
    request.estimate.prior_mode = models::PriorMode::fixed;
    request.estimate.prior = input.prior;
  }
  request.price = money_of(options.price, "--price");
  std::uint64_t unknown = 0;
  if (!options.model_probabilities.empty())
    request.model_probability = io::read_model_probabilities(options.model_probabilities, input.table, &unknown);
  if (!options.worker_file.empty())
    request.workers = io::read_available_workers(options.worker_file, input.table.workers);
  check_prices(request, options);
  check_currency(request, invocation);

  const auto result = engine::select(request, {threads, options.seed, &progress, nullptr});
  const auto table = io::selection_table(input.table, request, result);
  if (options.format == "csv") {
    terminal.out() << io::csv_text(table);
  } else if (options.format == "jsonl") {
    terminal.out() << io::jsonl_text(table);
  } else {
    print_text(input, request, result, currency, terminal);
    if (unknown > 0)
      terminal.out() << "  * " << readable_count(unknown) << " items of " << options.model_probabilities
                     << " are neither labelled nor in --items and left out\n";
    return 0;
  }
  const auto stop = stop_in_words(result, request, currency);
  if (!stop.empty()) terminal.err() << stop << "\n";
  return 0;
}

// Trials play all strategies to the end: what chooses the next labels says nothing there.
void refuse_unused_in_trials(const Invocation& invocation) {
  refuse_unused(invocation, option_table(), {"model", "costs", "format", "threads", "seed"}, "--simulate or --replay");
}

int run(const Invocation& invocation, Terminal& terminal) {
  const auto options = make_options(option_table(), pick(invocation.values, option_table().infos()), "assay select");
  const auto trial =
      make_options(trial_option_table(), pick(invocation.values, trial_option_table().infos()), "assay select");
  if (trial.simulate || !trial.replay.empty()) {
    refuse_unused_in_trials(invocation);
    return run_trial(invocation, trial, {options.model, options.costs, options.format, options.threads, options.seed},
                     terminal);
  }
  for (const auto& [name, value] : pick(invocation.values, trial_option_table().infos()))
    throw bad_input("only with --simulate or --replay", flag_name(name));
  if (invocation.arguments.empty()) throw bad_input("needed: the labels (or --simulate)", "assay select");
  return choose(invocation, options, terminal);
}

}  // namespace

Command select_command() {
  Command command;
  command.name = "select";
  command.meaning = "choose which items need another label, from whom, and when to stop";
  command.arguments = "[LABELS...]";
  command.most_arguments = 10000;
  command.options =
      join(join(option_table().infos(), trial_option_table().infos()), io::reading_option_table().infos());
  command.examples =
      "  assay select labels.csv --batch 100 --format csv > next.csv\n"
      "  assay select labels.csv --items items.csv --worker-file workers.csv --budget 20 --price 0.05\n"
      "  assay select labels.csv --strategy expected_cost --target-cost 0.02\n"
      "  assay select labels.csv --replay truth.csv --picture replay.svg\n"
      "  assay select --simulate --picture simulation.svg\n";
  command.run = run;
  return command;
}

}  // namespace assay::app
