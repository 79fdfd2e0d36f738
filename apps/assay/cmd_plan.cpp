#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "assay/base/error.h"
#include "assay/engine/plan.h"
#include "assay/io/output_folder.h"
#include "assay/io/output_guard.h"
#include "assay/io/plan_output.h"
#include "assay/io/read_input.h"
#include "assay/io/report_stored.h"
#include "assay/io/results.h"
#include "assay/io/small_files.h"
#include "assay/io/text_list.h"
#include "assay/models/registry.h"
#include "assay/planning/learning_curve.h"
#include "assay/quality/expected_cost.h"
#include "assay/sim/crowd_options.h"
#include "commands.h"
#include "common_options.h"
#include "text_chart.h"

namespace assay::app {
namespace {

constexpr std::uint64_t kMostLabelsPerItem = 1000;

struct Options {
  std::uint64_t items = 0;
  std::string accuracy;
  std::string from;
  std::string pilot;
  std::string curve;
  std::string truth;
  std::string classes;
  std::string priors;
  std::string costs;
  std::string labels_per_item = "1,2,3,5,7,9";
  std::string price;
  std::string currency = "USD";
  std::string target_cost;
  std::uint64_t most_labels = 100;
  std::string seconds_per_label;
  std::uint64_t active_workers = 1;
  std::string model;
  std::uint64_t draws = 40;
  double interval = 0.9;
  std::string picture;
  std::string format = "text";
  std::uint64_t threads = 0;
  std::uint64_t seed = 1;
};

const OptionTable<Options>& option_table() {
  static const auto table = [] {
    OptionTable<Options> t;
    t.integer("items", &Options::items, 0, 1'000'000'000'000, "items", "to be labelled");
    t.text("accuracy", &Options::accuracy, "0 to 1", "workers: each right with this probability, errors even");
    t.text("from", &Options::from, "the --out folder of an estimate", "workers: as that estimate found them");
    t.text("pilot", &Options::pilot, "a file of labels", "workers: as an estimate of these labels finds them");
    t.text("curve", &Options::curve, "a file of labels",
           "instead of planning: what these labels would have been worth with fewer an item");
    t.text("truth", &Options::truth, "a file with the columns item,label",
           "for --curve: the true labels; what all labels say when not given");
    t.text("classes", &Options::classes, "a count, or names a,b,c; with --pilot and --curve names, or a file",
           "the classes; 2 for --accuracy");
    t.text("priors", &Options::priors, "uniform, numbers 0.9,0.1, or a file with the columns class,prior",
           "class priors; uniform for --accuracy, those of the estimate otherwise");
    t.text("costs", &Options::costs, "a file with the columns true,decided,cost, or ordinal",
           "misclassification costs; those of the estimate for --from, else 0/1");
    t.text("labels_per_item", &Options::labels_per_item, "whole numbers 1,3,5 up to 1000", "what to compare");
    t.text("price", &Options::price, "an amount such as 0.05", "of one label");
    t.text("currency", &Options::currency, "three capital letters", "of all amounts");
    t.text("target_cost", &Options::target_cost, "a number of 0 or more",
           "also find the fewest labels for which a decision costs no more than this on average");
    t.integer("most_labels", &Options::most_labels, 1, 10000, "labels", "an item, in the search for --target-cost");
    t.text("seconds_per_label", &Options::seconds_per_label, "a number above 0",
           "how long a label takes; the pilot's median when it has a column seconds");
    t.integer("active_workers", &Options::active_workers, 1, 1'000'000'000, "workers", "at work at the same time");
    t.text("model", &Options::model, "a name from `assay models`",
           "for --pilot: how the truth is found, auto when not given; for --curve beside the vote, dawid_skene when "
           "not given");
    t.integer("draws", &Options::draws, 1, 10000, "", "simulated crowds, or subsamples for --curve");
    t.number("interval", &Options::interval, 0.5, 0.999, "", "level of the credible intervals");
    t.text("picture", &Options::picture, "a file name", "draw quality against cost there, as SVG");
    t.choice("format", &Options::format, {"text", "json"}, "text for people, json for programs");
    add_threads(t);
    add_seed(t);
    return t;
  }();
  return table;
}

std::vector<std::uint64_t> labels_per_item(const std::string& text) {
  std::vector<std::uint64_t> out;
  for (const auto& part : io::split_list(text)) {
    out.push_back(static_cast<std::uint64_t>(
        option_parsing::integer("labels_per_item", part, 1, std::int64_t{kMostLabelsPerItem})));
  }
  if (out.empty()) throw bad_input("found no number, allowed are whole numbers 1,3,5 up to 1000", "--labels-per-item");
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  return out;
}

std::vector<double> priors_of(const std::string& given, const ClassSet& classes) {
  const bool is_number = given.find_first_not_of("0123456789.") == std::string::npos;
  const bool is_list = given.find(',') != std::string::npos || given == "uniform" || is_number;
  return is_list ? sim::parse_priors(given.empty() ? "uniform" : given, classes.size())
                 : io::read_priors(given, classes);
}

planning::PlannedCrowd stated_crowd(const Options& options) {
  const ClassSet classes(sim::parse_classes(options.classes.empty() ? "2" : options.classes));
  if (classes.size() < 2) throw bad_input("found one class, needed are two or more", "--classes");
  const double accuracy = option_parsing::number("accuracy", options.accuracy, 0, 1);
  return engine::alike_crowd(accuracy, priors_of(options.priors, classes), io::read_costs(options.costs, classes));
}

planning::PlannedCrowd crowd_of(const LabelTable& table, const engine::EstimateResult& result, const Options& options) {
  std::vector<std::uint64_t> label_counts;
  for (const auto& worker : result.workers.workers) label_counts.push_back(worker.label_count);
  if (std::ranges::all_of(label_counts, [](auto n) { return n == 0; }))
    throw bad_input("found no worker with labels", options.from.empty() ? "--pilot" : "--from");
  return engine::estimated_crowd(
      {result.workers.confusion, result.workers.low, result.workers.high, result.estimate.counts, label_counts,
       result.interval},
      options.priors.empty() ? result.estimate.prior : priors_of(options.priors, table.classes),
      options.costs.empty() ? result.costs : io::read_costs(options.costs, table.classes));
}

// The usual work time of a label; nothing when the labels have none.
std::optional<double> median_seconds(const LabelStore& labels) {
  std::vector<float> known;
  for (const float s : labels.seconds()) {
    if (!std::isnan(s)) known.push_back(s);
  }
  if (known.empty()) return std::nullopt;
  const auto middle = known.begin() + static_cast<std::ptrdiff_t>(known.size() / 2);
  std::ranges::nth_element(known, middle);
  return *middle;
}

std::string three(double x) { return fmt::format("{:.3f}", x); }

void add_rows(const char* how, const std::vector<engine::PlanRow>& rows, std::vector<std::vector<std::string>>& cells) {
  for (const auto& row : rows) {
    const auto& q = row.quality;
    cells.push_back({how, readable(q.labels_per_item), fmt::format("{:.4f}", q.accuracy),
                     three(q.accuracy_low) + " - " + three(q.accuracy_high), fmt::format("{:.4f}", q.expected_cost),
                     row.total_price ? to_text(*row.total_price) : "-", row.hours ? readable(*row.hours) : "-"});
  }
}

void print_target(const engine::PlanRequest& request, const engine::PlanResult& result, Terminal& terminal) {
  if (!request.target_cost) return;
  terminal.out() << fmt::format("\nAn expected cost of {} takes {} for every item", readable(*request.target_cost),
                                counted(static_cast<std::uint64_t>(result.fixed_target->labels_per_item), "label"));
  if (result.adaptive_target->reached) {
    terminal.out() << fmt::format(", or {:.2f} an item on average where they are needed most",
                                  result.adaptive_target->labels_per_item);
  }
  terminal.out() << "\n";
}

// How far the plan can be trusted, by the labels that the workers were estimated from.
void print_at_hand(const engine::PlanRequest& request, const engine::PlanResult& result, Terminal& terminal) {
  if (!request.at_hand) return;
  constexpr double kClose = 0.03;
  const auto& at_hand = *request.at_hand;
  terminal.out() << fmt::format(
      "Check: the {:.3g} labels an item at hand are judged to decide {:.1f} % of the items rightly; this plan would "
      "expect {:.1f} %.\n",
      at_hand.labels_per_item, 100 * at_hand.accuracy, 100 * *result.at_hand_planned);
  if (*result.at_hand_planned - at_hand.accuracy <= kClose) return;
  terminal.out()
      << "       Real crowds have mostly kept to the first figure: items differ in how hard they are, and "
         "workers err together.\n       Count on less than planned (--curve shows what fewer labels give).\n";
}

void print_plan(const engine::PlanRequest& request, const engine::PlanResult& result, const Options& options,
                Terminal& terminal) {
  const auto& crowd = request.crowd;
  terminal.out() << "Plan: " << counted(request.item_count, "item") << ", " << crowd.prior.size()
                 << (crowd.prior.size() == 1 ? " class, " : " classes, ")
                 << (crowd.alike ? "workers right with probability " + options.accuracy
                                 : counted(crowd.share.size(), "worker") + " as in " +
                                       (options.from.empty() ? options.pilot : options.from));
  if (request.price) terminal.out() << ", " << to_text(*request.price) << " " << request.currency << " a label";
  terminal.out() << "\n\n";
  std::vector<std::vector<std::string>> cells = {{"labels", "an item", "accuracy",
                                                  readable(100 * options.interval) + " % interval", "expected cost",
                                                  io::total_price_title(request), "hours"}};
  add_rows("fixed", result.fixed, cells);
  add_rows("adaptive", result.adaptive, cells);
  terminal.out() << aligned(cells);
  double error = 0;
  for (const auto* rows : {&result.fixed, &result.adaptive}) {
    for (const auto& row : *rows) error = std::max(error, row.quality.simulation_error);
  }
  const bool exact = !result.fixed.empty() && result.fixed.back().quality.simulation_error == 0;
  terminal.out() << "\nfixed: as many labels for every item" << (exact ? ", exact" : "")
                 << "; adaptive: the same number, each to the item in most doubt. Accuracies by simulation are within "
                 << fmt::format("{:.4f}", 2 * error) << "\n(two standard errors).\n";
  print_at_hand(request, result, terminal);
  print_target(request, result, terminal);
  terminal.out() << text_chart(io::plan_chart(request, result));
}

void show_plan(const engine::PlanRequest& request, const Options& options, ThreadPool& threads, Terminal& terminal) {
  const auto result = [&] {
    ProgressBar progress(terminal, options.format != "text");
    return engine::plan(request, threads, options.seed, &progress);
  }();
  if (!options.picture.empty()) io::write_file(options.picture, io::svg(io::plan_chart(request, result)));
  if (options.format == "json") {
    terminal.out() << io::plan_json(request, result);
  } else {
    print_plan(request, result, options, terminal);
  }
}

engine::PlanRequest request_of(const Options& options) {
  engine::PlanRequest request;
  if (options.items == 0) throw bad_input("needed: how many items are to be labelled", "--items");
  request.item_count = options.items;
  request.labels_per_item = labels_per_item(options.labels_per_item);
  if (!options.price.empty()) request.price = parse_money(options.price, "--price");
  request.currency = parse_currency(options.currency, "--currency");
  if (!options.target_cost.empty())
    request.target_cost =
        option_parsing::number("target_cost", options.target_cost, 0, std::numeric_limits<double>::max());
  request.most_labels = options.most_labels;
  if (!options.seconds_per_label.empty())
    request.seconds_per_label = option_parsing::number("seconds_per_label", options.seconds_per_label, 1e-3, 1e9);
  request.active_workers = options.active_workers;
  request.interval = options.interval;
  request.draws = options.draws;
  return request;
}

io::ReadingOptions reading_of(const Options& options) {
  io::ReadingOptions reading;
  reading.classes = options.classes;
  return reading;
}

void plan_from_pilot(const Options& options, engine::PlanRequest request, ThreadPool& threads, Terminal& terminal) {
  ProgressBar progress(terminal, options.format != "text");
  const io::Input input = io::read_input({{options.pilot}, {}, {}, {}}, reading_of(options), threads, &progress);
  engine::EstimateRequest estimate{input.table};
  estimate.costs = io::read_costs(options.costs, input.table.classes);
  estimate.model = options.model.empty() ? "auto" : options.model;
  const auto result = engine::estimate(estimate, {threads, options.seed, &progress, nullptr});
  request.crowd = crowd_of(input.table, result, options);
  request.at_hand = engine::labels_at_hand(result);
  if (!request.seconds_per_label) request.seconds_per_label = median_seconds(input.table.labels);
  show_plan(request, options, threads, terminal);
}

void plan_from_folder(const Options& options, engine::PlanRequest request, ThreadPool& threads, Terminal& terminal) {
  const auto stored = io::stored_estimate(io::read_results(options.from));
  request.crowd = crowd_of(stored.table, stored.result, options);
  request.at_hand = engine::labels_at_hand(stored.result);
  show_plan(request, options, threads, terminal);
}

// What all labels say, where no truth is given.
GoldLabels consensus(const LabelStore& labels, const std::string& model, const models::Context& context) {
  const Estimate estimate = models::find_model(model).make({})->fit({labels}, context);
  GoldLabels out;
  for (ItemIndex item = 0; item < labels.item_count(); ++item)
    out.push_back(labels.rows(item).empty() ? kNoClass
                                            : quality::most_likely(estimate.posterior.row(item), estimate.prior));
  return out;
}

void print_curves(const std::vector<io::NamedCurve>& curves, const Options& options, const io::Input& input,
                  const std::string& measure, Terminal& terminal) {
  terminal.out() << "Labels: " << readable_count(input.table.labels.label_count()) << " on "
                 << readable_count(input.table.items.size()) << " items, subsampled " << options.draws << " times\n\n";
  std::vector<std::vector<std::string>> cells = {{"labels an item"}};
  for (const auto& curve : curves) {
    cells[0].push_back(curve.model);
    cells[0].emplace_back("+-");
  }
  for (std::size_t i = 0; i < curves.front().points.size(); ++i) {
    const auto& first = curves.front().points[i];
    std::vector<std::string> row = {readable(first.mean_labels)};
    for (const auto& curve : curves) {
      row.push_back(fmt::format("{:.4f}", curve.points[i].accuracy));
      row.push_back(fmt::format("{:.4f}", curve.points[i].accuracy_deviation));
    }
    cells.push_back(std::move(row));
  }
  terminal.out() << "Share of items " << measure << "; +- is the standard deviation over the draws\n"
                 << aligned(cells) << text_chart(io::curve_chart(curves, "share of items"));
  const auto& last = curves.front().points.back();
  if (last.mean_labels < static_cast<double>(last.labels_per_item)) {
    terminal.out() << "\nItems with fewer labels than asked for are taken with those they have: "
                   << last.labels_per_item << " an item come to " << readable(last.mean_labels) << " on average.\n";
  }
}

void draw_curve(const Options& options, ThreadPool& threads, Terminal& terminal) {
  ProgressBar progress(terminal, options.format != "text");
  const io::Input input = io::read_input({{options.curve}, {}, {}, {}}, reading_of(options), threads, &progress);
  const std::string model = options.model.empty() ? "dawid_skene" : options.model;
  const models::Context context{threads, options.seed, &progress};
  const GoldLabels truth = options.truth.empty()
                               ? consensus(input.table.labels, model, context)
                               : io::match_gold(io::read_gold(options.truth), input.table.items, input.table.classes);
  if (std::ranges::all_of(truth, [](ClassIndex t) { return t == kNoClass; }))
    throw bad_input("found the truth of no item that has labels", options.truth);
  std::vector<io::NamedCurve> curves;
  std::vector<std::string> names = {"majority_vote"};
  if (model != names[0]) names.push_back(model);
  for (const auto& name : names) {
    curves.push_back(
        {name,
         planning::learning_curve(
             {input.table.labels, truth, labels_per_item(options.labels_per_item), name, {}, options.draws}, context)});
  }
  const std::string measure = options.truth.empty() ? "decided as by " + model + " on all labels" : "decided right";
  if (!options.picture.empty())
    io::write_file(options.picture, io::svg(io::curve_chart(curves, "share of items " + measure)));
  if (options.format == "json") {
    terminal.out() << io::curve_json(curves);
  } else {
    print_curves(curves, options, input, measure, terminal);
  }
}

void check_one_source(const Options& options) {
  std::vector<std::string> given;
  for (const auto& [name, value] : {std::pair{"--accuracy", &options.accuracy}, std::pair{"--from", &options.from},
                                    std::pair{"--pilot", &options.pilot}, std::pair{"--curve", &options.curve}}) {
    if (!value->empty()) given.emplace_back(name);
  }
  if (given.size() == 1) return;
  throw bad_input(given.empty() ? "needed: the workers, by --accuracy, --from or --pilot, or labels for --curve"
                                : "found " + io::join(given) + ", allowed is one of them",
                  "assay plan");
}

// Each source of workers has options that say nothing there.
void refuse_unused_options(const Options& options, const Invocation& invocation) {
  if (!options.curve.empty()) {
    return refuse_unused(
        invocation, option_table(),
        {"curve", "truth", "classes", "labels_per_item", "model", "draws", "picture", "format", "threads", "seed"},
        "--curve");
  }
  if (!options.truth.empty()) throw bad_input("only with --curve", "--truth");
  if (!options.model.empty() && options.pilot.empty()) throw bad_input("only with --pilot and --curve", "--model");
  if (!options.classes.empty() && !options.from.empty()) throw bad_input("not with --from", "--classes");
}

int run(const Invocation& invocation, Terminal& terminal) {
  const auto options = make_options(option_table(), pick(invocation.values, option_table().infos()), "assay plan");
  check_one_source(options);
  refuse_unused_options(options, invocation);
  if (options.price.empty() && !invocation.value("currency").empty())
    throw bad_input("needed: the price of a label, --price", "--currency");
  if (!options.picture.empty()) {
    io::OutputGuard guard({options.from, options.pilot, options.curve, options.truth, options.costs, options.priors});
    guard.add(options.picture, "--picture");
  }
  ThreadPool threads(options.threads);
  if (!options.curve.empty()) {
    draw_curve(options, threads, terminal);
    return 0;
  }
  auto request = request_of(options);
  if (!options.pilot.empty()) {
    plan_from_pilot(options, std::move(request), threads, terminal);
  } else if (!options.from.empty()) {
    plan_from_folder(options, std::move(request), threads, terminal);
  } else {
    request.crowd = stated_crowd(options);
    show_plan(request, options, threads, terminal);
  }
  return 0;
}

}  // namespace

Command plan_command() {
  Command command;
  command.name = "plan";
  command.meaning = "how many labels an item: what they will cost and how good the data will be";
  command.options = option_table().infos();
  command.examples =
      "  assay plan --items 20000 --classes 2 --accuracy 0.8 --labels-per-item 1,3,5 --price 0.05\n"
      "  assay plan --items 20000 --from results --price 0.05 --target-cost 0.02 --picture plan.svg\n"
      "  assay plan --items 20000 --pilot labels.csv --seconds-per-label 12 --active-workers 30\n"
      "  assay plan --curve labels.csv --truth truth.csv --labels-per-item 1,3,5\n";
  command.run = run;
  return command;
}

}  // namespace assay::app
