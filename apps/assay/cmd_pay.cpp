#include <algorithm>
#include <filesystem>
#include <optional>

#include "assay/base/error.h"
#include "assay/engine/pay.h"
#include "assay/engine/pay_history.h"
#include "assay/io/measures.h"
#include "assay/io/output_folder.h"
#include "assay/io/pay_input.h"
#include "assay/io/pay_output.h"
#include "assay/io/read_input.h"
#include "assay/io/records.h"
#include "assay/io/report_stored.h"
#include "commands.h"
#include "common_options.h"
#include "pay_text.h"

namespace assay::app {
namespace {

// What --history pays on when no risk is given.
constexpr const char* kUsualRisk = "0.1";

struct Options {
  std::string costs;
  std::string paid_before;
  std::string out;
  std::string format = "text";
  bool history = false;
  std::uint64_t batch = 0;
  std::uint64_t threads = 0;
  bool quiet = false;
};

const OptionTable<Options>& option_table() {
  static const auto table = [] {
    OptionTable<Options> t;
    t.text("costs", &Options::costs, "a file with the columns true,decided,cost, or ordinal",
           "misclassification costs; those of the estimate when not given, 0/1 for labels");
    t.text("paid_before", &Options::paid_before, "a file with the columns worker,paid, or an earlier payments.csv",
           "what each worker has been paid already; it is never taken back");
    t.flag("history", &Options::history,
           "replay labels in time order, pay after each batch and print the ledger; needs times");
    t.integer("batch", &Options::batch, 0, 1'000'000'000'000, "labels",
              "between two payments of --history; 0 makes ten batches");
    t.text("out", &Options::out, "a folder, made when absent",
           "write payments.csv (with --history ledger.csv as well) there; the results' own folder when not given");
    t.choice("format", &Options::format, {"text", "json", "csv"},
             "of what is printed: text for people, the others for programs");
    add_threads(t);
    add_quiet(t);
    return t;
  }();
  return table;
}

// Only for labels that are estimated here.
struct LabelOptions {
  std::string gold;
  std::string priors = "estimate";
  std::string model = "auto";
};

const OptionTable<LabelOptions>& label_option_table() {
  static const auto table = [] {
    OptionTable<LabelOptions> t;
    t.text("gold", &LabelOptions::gold, "a file with the columns item,label", "for labels: items whose truth is known");
    t.text("priors", &LabelOptions::priors, "a file with the columns class,prior, or uniform, or estimate",
           "for labels: class priors");
    t.text("model", &LabelOptions::model, "a name from `assay models`", "for labels: how the truth is found");
    return t;
  }();
  return table;
}

class PayRun {
 public:
  PayRun(const Invocation& invocation, Terminal& terminal)
      : invocation_(invocation),
        terminal_(terminal),
        options_(options_of(option_table())),
        label_options_(options_of(label_option_table())),
        reading_(options_of(io::reading_option_table())),
        terms_(terms_of(invocation)),
        threads_(options_.threads),
        progress_(terminal, options_.quiet || options_.format != "text") {}

  void run() {
    if (options_.batch > 0 && !options_.history) throw bad_input("is for --history", "--batch");
    const bool is_folder = std::filesystem::is_directory(invocation_.arguments.front());
    if (is_folder) return pay_folder(invocation_.arguments.front());
    const io::Input input =
        io::read_input({invocation_.arguments, label_options_.gold, options_.costs, label_options_.priors}, reading_,
                       threads_, &progress_);
    options_.history ? pay_history(input) : pay_labels(input);
  }

 private:
  template <typename S>
  [[nodiscard]] S options_of(const OptionTable<S>& table) const {
    return make_options(table, pick(invocation_.values, table.infos()), "assay pay");
  }

  static engine::PayTerms terms_of(const Invocation& invocation) {
    OptionValues values = pick(invocation.values, engine::pay_option_table().infos());
    if (invocation.value("history") == "true" && invocation.value("risk").empty())
      values.emplace_back("risk", kUsualRisk);
    const auto terms = engine::pay_terms(make_options(engine::pay_option_table(), values, "assay pay"));
    if (invocation.value("history") == "true" && terms.risk == 0) {
      throw bad_input("found 0, allowed with --history is more: without it nothing is held", "--risk");
    }
    return terms;
  }

  // A folder was estimated with options of its own.
  void check_no_label_options() const {
    for (const auto& infos : {label_option_table().infos(), io::reading_option_table().infos()}) {
      for (const auto& info : infos) {
        if (!invocation_.value(info.name).empty()) {
          throw bad_input("is for labels; " + invocation_.arguments.front() + " holds an estimate",
                          flag_name(info.name));
        }
      }
    }
    if (options_.history) {
      throw bad_input("needs labels with times; " + invocation_.arguments.front() + " holds an estimate", "--history");
    }
    if (invocation_.arguments.size() > 1) {
      throw bad_input("found \"" + invocation_.arguments[1] + "\" beside a folder of results, allowed is one folder",
                      "assay pay");
    }
  }

  void pay_folder(const std::string& folder) {
    check_no_label_options();
    const auto results = io::read_results(folder, {.items = false, .workers = true, .confusions = true});
    io::check_payable(folder, results);
    const io::StoredEstimate stored = io::stored_estimate(results);
    const CostMatrix costs =
        options_.costs.empty() ? stored.result.costs : io::read_costs(options_.costs, results.classes);
    finish(results.workers, pay(stored.result, costs, results.workers), options_.out.empty() ? folder : options_.out);
  }

  void pay_labels(const io::Input& input) {
    const auto estimated = engine::estimate(request_of(input), {threads_, terms_.target.seed, &progress_});
    finish(input.table.workers, pay(estimated, estimated.costs, input.table.workers), options_.out);
  }

  void pay_history(const io::Input& input) {
    if (!options_.paid_before.empty()) throw bad_input("can't be given with --history", "--paid-before");
    const auto batches =
        engine::pay_history({request_of(input), terms_, options_.batch}, {threads_, terms_.target.seed, &progress_});
    if (batches.empty()) throw bad_input("found no labels", invocation_.arguments.front());
    const io::Table ledger = io::ledger_table(input.table.workers, batches);
    const auto& last = batches.back().result;
    const auto order = io::by_price(input.table.workers, last);
    if (!options_.out.empty()) {
      io::OutputFolder folder(options_.out);
      folder.write(ledger, io::TableFormat::csv, threads_);
      folder.write(io::payments_table(input.table.workers, last, order), io::TableFormat::csv, threads_);
      folder.commit();
    }
    if (options_.quiet) return;
    if (options_.format == "csv") terminal_.out() << io::csv_text(ledger);
    if (options_.format == "json") terminal_.out() << io::jsonl_text(ledger);
    if (options_.format != "text") return;
    print_history(batches, terminal_);
    terminal_.out() << "After the last batch\n";
    print_payments(input.table.workers, last, order, terminal_);
    print_place(options_.out, "ledger.csv, payments.csv");
  }

  [[nodiscard]] engine::EstimateRequest request_of(const io::Input& input) const {
    engine::EstimateRequest request{input.table};
    request.gold = input.gold;
    request.costs = input.costs;
    if (!input.prior.empty()) {
      request.prior_mode = models::PriorMode::fixed;
      request.prior = input.prior;
    }
    request.model = label_options_.model;
    return request;
  }

  engine::PayResult pay(const engine::EstimateResult& result, const CostMatrix& costs, const NameTable& workers) {
    engine::PayRequest request{result, costs, terms_, {}};
    if (!options_.paid_before.empty())
      request.paid_before = io::read_paid_before(options_.paid_before, workers, terms_.currency);
    return engine::pay(request, threads_, &progress_);
  }

  void finish(const NameTable& workers, const engine::PayResult& result, const std::string& out) {
    const auto order = io::by_price(workers, result);
    const io::Table table = io::payments_table(workers, result, order);
    if (!out.empty()) {
      io::OutputFolder folder(out);
      folder.write(table, io::TableFormat::csv, threads_);
      folder.commit();
    }
    if (options_.quiet) return;
    if (options_.format == "csv") terminal_.out() << io::csv_text(table);
    if (options_.format == "json") terminal_.out() << io::pay_json(workers, result, order);
    if (options_.format != "text") return;
    print_payments(workers, result, order, terminal_);
    print_place(out, "payments.csv");
  }

  void print_place(const std::string& out, const std::string& files) {
    if (!out.empty()) terminal_.out() << "Wrote " << files << " to " << out << "\n";
  }

  const Invocation& invocation_;
  Terminal& terminal_;
  Options options_;
  LabelOptions label_options_;
  io::ReadingOptions reading_;
  engine::PayTerms terms_;
  ThreadPool threads_;
  ProgressBar progress_;
};

int run(const Invocation& invocation, Terminal& terminal) {
  PayRun(invocation, terminal).run();
  return 0;
}

}  // namespace

Command pay_command() {
  Command command;
  command.name = "pay";
  command.meaning = "say what each worker's labels are worth and what to pay now";
  command.arguments = "FOLDER|LABELS...";
  command.fewest_arguments = 1;
  command.most_arguments = 10000;
  command.options = join(join(engine::pay_option_table().infos(), option_table().infos()),
                         join(label_option_table().infos(), io::reading_option_table().infos()));
  command.examples =
      "  assay pay results --price 0.05 --target-cost 0.02\n"
      "  assay pay results --price 0.05 --target-cost 0.02 --risk 0.1 --paid-before january/payments.csv --out "
      "february\n"
      "  assay pay labels.csv --history --price 0.05 --target-cost 0.02 --reservation-wage 0.005\n";
  command.run = run;
  return command;
}

}  // namespace assay::app
