#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <optional>

#include "assay/base/error.h"
#include "assay/base/shared_checkpoint.h"
#include "assay/engine/estimate.h"
#include "assay/engine/estimate_blocks.h"
#include "assay/io/block_labels.h"
#include "assay/io/checkpoint_file.h"
#include "assay/io/output_guard.h"
#include "assay/io/read_input.h"
#include "assay/io/report.h"
#include "assay/io/results.h"
#include "assay/models/registry.h"
#include "commands.h"
#include "estimate_options.h"
#include "memory_plan.h"
#include "summary.h"

namespace assay::app {
namespace {

StopFlag g_stop{false};

// A second Ctrl-C ends the program at once.
extern "C" void ask_to_stop(int signal) {
  g_stop.store(true);
  std::signal(signal, SIG_DFL);
}

std::vector<OptionInfo> model_options(const Invocation& invocation) {
  return models::find_model(invocation.value("model", EstimateOptions{}.model)).options;
}

// " (it is an option of --model a or b)", or empty when no model has it.
std::string models_with(const std::string& option) {
  std::vector<std::string> names;
  for (const auto& model : models::registry()) {
    const auto& all = model.options;
    if (std::any_of(all.begin(), all.end(), [&](const auto& info) { return info.name == option; }))
      names.push_back(model.name);
  }
  return names.empty() ? "" : " (it is an option of --model " + option_parsing::choices_in_words(names) + ")";
}

std::vector<OptionInfo> own_options() {
  return join(estimate_option_table().infos(), io::reading_option_table().infos());
}

// One `assay estimate` from its options to its files.
class EstimateRun {
 public:
  EstimateRun(const Invocation& invocation, Terminal& terminal)
      : invocation_(invocation),
        terminal_(terminal),
        options_(options_of(estimate_option_table())),
        reading_(options_of(io::reading_option_table())),
        labels_(invocation.arguments),
        labels_reading_(reading_),
        threads_(options_.threads),
        ranks_(*invocation.ranks),
        progress_(terminal, options_.quiet) {}

  void run() {
    try {
      estimate();
    } catch (const Error& e) {
      if (e.code() != ErrorCode::interrupted || e.message() != "interrupted") throw;
      throw Error(ErrorCode::interrupted,
                  options_.checkpoint.empty()
                      ? "interrupted: nothing is written; --checkpoint FILE would keep the state of the fit"
                      : "interrupted: the state after the last whole pass is in " + options_.checkpoint +
                            ", --resume goes on from there");
    }
  }

 private:
  void estimate() {
    if (ranks_.size() > 1) check_model_runs_on_ranks();
    check_company();
    if (ranks_.rank() > 0) return take_part();
    check_outputs();
    std::optional<io::OutputFolder> scratch;
    if (!options_.memory.empty() && !surely_fits()) {
      spill_to(scratch);
      if (!fits()) return run_from_blocks();
    }
    io::Input input =
        io::read_input({labels_, options_.gold, options_.costs, options_.priors}, reading_, threads_, &progress_);
    tell_of_files(input);
    const engine::EstimateRequest request = request_of(input);
    agree_on(request);
    keep_state(request);
    const auto result = engine::estimate(request, context());
    write(input, result);
    if (!options_.quiet) {
      print_summary(input.table, result, terminal_);
      print_places();
    }
    if (g_stop) throw Error(ErrorCode::interrupted, "interrupted: the results are those of the last pass");
  }

  // Options that only say something beside another one.
  void check_company() const {
    if (options_.resume && options_.checkpoint.empty()) {
      throw bad_input("needed: --checkpoint, the file that holds the state", "--resume");
    }
    const auto is_given = [&](std::string_view name) { return !invocation_.value(name).empty(); };
    if (is_given("format") && options_.out.empty()) {
      throw bad_input("needed: --out, the folder of the files that are to have this format", "--format");
    }
    if (options_.pseudonyms && options_.report.empty()) {
      throw bad_input("needed: --report, the page that is to show pseudonyms", "--pseudonyms");
    }
  }

  // Before hours of work: nothing that is written may replace what is read.
  void check_outputs() const {
    std::vector<std::string> inputs = invocation_.arguments;
    for (const auto& input :
         {options_.gold, options_.costs, options_.priors, reading_.classes, options_.worker_priors}) {
      inputs.push_back(input);
    }
    io::OutputGuard guard(inputs);
    if (!options_.out.empty()) {
      for (const auto& name : io::result_file_names(io::table_format(options_.format)))
        guard.add((std::filesystem::path(options_.out) / name).string(), "--out");
    }
    if (!options_.report.empty()) guard.add(options_.report, "--report");
    if (!options_.checkpoint.empty()) guard.add(options_.checkpoint, "--checkpoint");
  }

  [[nodiscard]] models::Context context() {
    return {threads_, options_.seed, &progress_, &g_stop, &ranks_, checkpoint()};
  }

  Checkpoint* checkpoint() {
    if (shared_checkpoint_) return &*shared_checkpoint_;
    return checkpoint_ ? &*checkpoint_ : nullptr;
  }

  void keep_state(const engine::EstimateRequest& request) {
    if (options_.checkpoint.empty()) return;
    checkpoint_.emplace(options_.checkpoint, engine::request_key(request, labels_key(request)), options_.resume);
    if (ranks_.size() > 1) shared_checkpoint_.emplace(ranks_, &*checkpoint_);
  }

  // Files in blocks are not read for it: their directories hold checksums.
  [[nodiscard]] std::uint64_t labels_key(const engine::EstimateRequest& request) const {
    return io::is_whole_block_file(labels_, labels_reading_) ? blocks::BlockFile(labels_.front()).content_key()
                                                             : fingerprint(StoreSource(request.table.labels));
  }

  void check_model_runs_on_ranks() const {
    if (models::find_model(options_.model).streams) return;
    throw bad_input("found " + options_.model + ", which runs on one rank; allowed on " +
                        std::to_string(ranks_.size()) + " ranks are " +
                        option_parsing::choices_in_words(models::streaming_models()),
                    "--model");
  }

  // All ranks must have read the same.
  void agree_on(const engine::EstimateRequest& request) const {
    if (ranks_.size() == 1) return;
    ranks_.agree(Stage::ready, engine::request_key(request, labels_key(request)));
  }

  // What ranks other than the first do: their part of the fit. They print and write nothing.
  void take_part() {
    if (io::is_whole_block_file(labels_, labels_reading_) && takes_part_from_blocks()) return;
    io::Input input =
        io::read_input({labels_, options_.gold, options_.costs, options_.priors}, reading_, threads_, &progress_);
    take_part(input, StoreSource(input.table.labels));
  }

  // False when only reading all labels can make sense of the other files (their classes may be new).
  bool takes_part_from_blocks() {
    const blocks::BlockFile file(labels_.front());
    std::optional<io::Input> input;
    try {
      input = io::read_input_for(file, {{}, options_.gold, options_.costs, options_.priors});
    } catch (const Error&) {
      return false;
    }
    if (!options_.memory.empty() && !fits()) {
      take_part(*input, file);
    } else {
      take_part(*input, engine::hold_own_blocks(file, context()));
    }
    return true;
  }

  void take_part(io::Input& input, const LabelSource& labels) {
    const engine::EstimateRequest request = request_of(input);
    agree_on(request);
    if (!options_.checkpoint.empty()) shared_checkpoint_.emplace(ranks_, nullptr);
    engine::estimate_on_other_ranks(request, labels, context());
  }

  [[nodiscard]] std::uint64_t memory() const { return option_parsing::bytes("memory", options_.memory); }

  // Whether text is so small that all that is made of it fits.
  [[nodiscard]] bool surely_fits() const {
    constexpr std::uint64_t kShare = 4;  // of the memory, for reading; the rest is for the fit
    return !io::is_whole_block_file(labels_, reading_) && io::fit_in_memory(labels_, memory() / kShare);
  }

  // Labels that are no .assay file and may not fit become one, which `scratch` takes away again.
  void spill_to(std::optional<io::OutputFolder>& scratch) {
    if (io::is_whole_block_file(labels_, reading_)) return;
    if (ranks_.size() > 1) {
      throw bad_input(
          "on many ranks labels can be kept within a bound only as one .assay file (assay convert makes one)",
          "--memory");
    }
    const std::string folder = std::filesystem::temp_directory_path().string();
    const std::string blocks = scratch.emplace(folder).add("labels.assay");
    spilled_ = io::spill_to_blocks(labels_, reading_, blocks, folder, memory(), threads_, &progress_).reading;
    labels_ = {blocks};
    labels_reading_ = {};
    labels_reading_.max_classes = reading_.max_classes;
  }

  // Blocks that were made of the files are nobody's business.
  void tell_of_files(io::Input& input) const {
    if (!spilled_) return;
    ReadingReport& reading = input.table.reading;
    reading.sources = spilled_->sources;
    reading.format = spilled_->format;
    reading.warnings.insert(reading.warnings.begin(), spilled_->warnings.begin(), spilled_->warnings.end());
  }

  // Whether --memory allows to hold everything; if not, how an estimate from blocks keeps to it stands in limits_.
  bool fits() {
    const blocks::BlockFile file(labels_.front());
    const auto plan = plan_memory(file, options_.model, !options_.gold.empty(), threads_.thread_count(),
                                  static_cast<std::size_t>(ranks_.size()), memory());
    limits_.copying_labels = plan.copying_labels;
    return plan.in_memory;
  }

  void run_from_blocks() {
    if (!options_.report.empty()) {
      throw bad_input("a report needs all items in memory, more than --memory allows", "--report");
    }
    if (options_.format == "parquet") {
      throw bad_input("found parquet, allowed within --memory are csv and jsonl", "--format");
    }
    blocks::BlockFile file(labels_.front());
    file.drop_pages_after_use();
    io::Input input = io::read_input_for(file, {{}, options_.gold, options_.costs, options_.priors});
    tell_of_files(input);
    const engine::EstimateRequest request = request_of(input);
    agree_on(request);
    keep_state(request);
    const auto estimate = engine::estimate_blocks(request, file, limits_, context());
    if (!options_.out.empty()) {
      io::OutputFolder folder(options_.out);
      io::write_results(folder, io::table_format(options_.format), io::named(input.table, file), input.table,
                        input.gold, estimate, facts(), threads_, &progress_);
      folder.commit();
    }
    if (!options_.quiet) {
      print_summary(input.table, estimate.result, terminal_);
      print_places();
    }
  }

  [[nodiscard]] io::RunFacts facts() const {
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start_;
    return {"estimate", record(), threads_.thread_count(), seconds.count()};
  }

  template <typename S>
  [[nodiscard]] S options_of(const OptionTable<S>& table) const {
    return make_options(table, pick(invocation_.values, table.infos()), "assay estimate");
  }

  [[nodiscard]] engine::EstimateRequest request_of(io::Input& input) const {
    engine::EstimateRequest request{input.table};
    request.gold = input.gold;
    request.costs = input.costs;
    if (!input.prior.empty()) {
      request.prior_mode = models::PriorMode::fixed;
      request.prior = input.prior;
    }
    if (!options_.worker_priors.empty()) {
      request.worker_priors = io::read_worker_priors(options_.worker_priors, input.table.workers, input.table.classes,
                                                     input.table.reading.warnings);
    }
    request.model = options_.model;
    request.model_options = pick(invocation_.values, model_options(invocation_));
    request.interval = options_.interval;
    return request;
  }

  // Every option of the command with its value, for the record.
  [[nodiscard]] OptionValues record() const {
    OptionValues out = estimate_option_table().values(options_);
    for (const auto& value : io::reading_option_table().values(reading_)) out.push_back(value);
    return out;
  }

  // Everything is written under temporary names before anything is renamed.
  void write(const io::Input& input, const engine::EstimateResult& result) {
    std::optional<io::OutputFolder> folder;
    if (!options_.out.empty()) {
      folder.emplace(options_.out);
      io::write_results(*folder, io::table_format(options_.format), input.table, input.gold, result, facts(), threads_);
    }
    if (!options_.report.empty()) io::write_report(options_.report, io::report_json(report_of(input, result)));
    if (folder) folder->commit();
  }

  [[nodiscard]] io::ReportRequest report_of(const io::Input& input, const engine::EstimateResult& result) const {
    io::ReportRequest report{input.table, result};
    report.title = std::filesystem::path(invocation_.arguments.front()).filename();
    report.gold = input.gold;
    report.requested_model = options_.model;
    report.options = record();
    report.pseudonyms = options_.pseudonyms;
    return report;
  }

  void print_places() {
    if (!options_.out.empty()) terminal_.out() << "\nResults: " << options_.out << "\n";
    if (!options_.report.empty()) terminal_.out() << "Report:  " << options_.report << "\n";
  }

  const Invocation& invocation_;
  Terminal& terminal_;
  EstimateOptions options_;
  io::ReadingOptions reading_;
  std::vector<std::string> labels_;    // the files to read: those given, or blocks made of them
  io::ReadingOptions labels_reading_;  // how to read these
  std::optional<ReadingReport> spilled_;
  ThreadPool threads_;
  Communicator& ranks_;
  ProgressBar progress_;
  engine::BlockEstimateLimits limits_;
  std::optional<io::CheckpointFile> checkpoint_;
  std::optional<SharedCheckpoint> shared_checkpoint_;  // on many ranks
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

int run(const Invocation& invocation, Terminal& terminal) {
  std::signal(SIGINT, ask_to_stop);
  EstimateRun(invocation, terminal).run();
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
  command.on_many_ranks = true;
  command.options = own_options();
  command.more_options = model_options;
  command.hint = models_with;
  command.examples =
      "  assay estimate labels.csv\n"
      "  assay estimate labels.csv --gold gold.csv --costs ordinal --out results --report report.html\n"
      "  assay estimate Batch_3930024_batch_results.csv --model dawid_skene --pseudo-count 0\n";
  command.run = run;
  return command;
}

}  // namespace assay::app
