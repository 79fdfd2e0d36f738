#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>

#include "assay/base/error.h"
#include "assay/base/money.h"
#include "assay/base/text.h"
#include "assay/engine/learn.h"
#include "assay/io/classifier_file.h"
#include "assay/io/feature_file.h"
#include "assay/io/learn_figures.h"
#include "assay/io/learn_output.h"
#include "assay/io/output_folder.h"
#include "assay/io/output_guard.h"
#include "assay/io/read_input.h"
#include "assay/io/results.h"
#include "assay/io/text_list.h"
#include "commands.h"
#include "learn_options.h"
#include "learn_text.h"

namespace assay::app {
namespace {

class LearnRun {
 public:
  LearnRun(const Invocation& invocation, Terminal& terminal)
      : invocation_(invocation),
        terminal_(terminal),
        mode_(learn_mode(invocation)),
        flags_(options_of(learn_flag_table())),
        learning_(options_of(engine::learn_option_table())),
        reading_(options_of(io::reading_option_table())),
        threads_(flags_.threads),
        progress_(terminal, flags_.quiet || flags_.format != "text") {}

  void run() {
    guard_outputs();
    switch (mode_) {
      case LearnMode::train:
        return train();
      case LearnMode::advise:
        return advise();
      case LearnMode::curve:
        return curve();
      case LearnMode::guided:
        return guided();
      case LearnMode::predict:
        return predict();
      case LearnMode::beat:
        return beat();
    }
  }

 private:
  template <typename S>
  [[nodiscard]] S options_of(const OptionTable<S>& table) const {
    return make_options(table, pick(invocation_.values, table.infos()), "assay learn");
  }

  [[nodiscard]] OptionValues classifier_values() const {
    return pick(invocation_.values, learn::find_classifier(learning_.classifier).options);
  }

  [[nodiscard]] models::Context context() { return {threads_, flags_.seed, &progress_}; }

  [[nodiscard]] std::string ending() const { return flags_.format == "jsonl" ? "jsonl" : "csv"; }

  void guard_outputs() const {
    std::vector<std::string> inputs = invocation_.arguments;
    for (const auto& file : {flags_.features, flags_.truth, flags_.gold, flags_.priors, flags_.predict, flags_.beat})
      inputs.push_back(file);
    io::OutputGuard guard(inputs);
    if (!flags_.save.empty()) guard.add(flags_.save, "--save");
    if (!flags_.figure.empty()) guard.add(flags_.figure, "--figure");
    if (flags_.join && flags_.out.empty()) throw bad_input("needs --out, the folder for the results", "--join");
    if (flags_.out.empty()) return;
    for (const char* name : {"predictions", "scores", "advice", "learning_curves", "gathering", "rewards"})
      guard.add((std::filesystem::path(flags_.out) / (std::string(name) + "." + ending())).string(), "--out");
    if (!flags_.join) return;
    for (const auto& name : io::result_file_names(io::table_format(ending())))
      guard.add((std::filesystem::path(flags_.out) / name).string(), "--out");
  }

  [[nodiscard]] learn::EncoderOptions encoding() const {
    return {io::split_list(flags_.text_columns),
            io::split_list(flags_.category_columns),
            io::split_list(flags_.ignored_columns),
            flags_.max_categories,
            flags_.words_together,
            flags_.hash_bits};
  }

  // Prints the first table for programs, or calls `print`; writes all into --out.
  template <typename Print>
  void finish(const std::vector<io::Table>& tables, io::OutputFolder* folder, Print print) {
    std::optional<io::OutputFolder> own;
    if (folder == nullptr && !flags_.out.empty()) folder = &own.emplace(flags_.out);
    std::string names;
    for (const auto& table : tables) {
      if (folder != nullptr) folder->write(table, io::table_format(ending()), threads_);
      names += (names.empty() ? "" : ", ") + table.name + "." + ending();
    }
    if (folder != nullptr) folder->commit();
    if (flags_.quiet) return;
    if (flags_.format == "csv") {
      terminal_.out() << io::csv_text(tables.front());
    } else if (flags_.format == "jsonl") {
      terminal_.out() << io::jsonl_text(tables.front());
    } else {
      print();
      if (folder != nullptr) terminal_.out() << "Wrote " << names << " to " << flags_.out << "\n";
      if (!flags_.save.empty()) terminal_.out() << "Saved " << flags_.save << "\n";
      if (!flags_.figure.empty()) terminal_.out() << "Figure: " << flags_.figure << "\n";
    }
  }

  // ---- labels and features

  struct Data {
    io::Input input;
    io::FeatureFile file;
    learn::FeatureEncoder encoder;
    learn::Features features;
  };

  Data read() {
    Data out{io::read_input({invocation_.arguments, flags_.gold, "", flags_.priors}, reading_, threads_, &progress_),
             io::FeatureFile(flags_.features, {flags_.feature_item_column, "", true}),
             {},
             learn::Features()};
    out.encoder = learn::FeatureEncoder::learn(out.file.raw(), encoding());
    out.features = out.encoder.encode(out.file.raw());
    if (out.input.table.classes.size() < 2) {
      throw bad_input("found only the class \"" + io::shown(out.input.table.classes.name(0)) +
                          "\", a classifier needs two at least",
                      invocation_.arguments.front());
    }
    return out;
  }

  [[nodiscard]] engine::EstimateRequest estimate_request(const io::Input& input) const {
    engine::EstimateRequest request{input.table};
    request.gold = input.gold;
    request.costs = input.costs;
    if (!input.prior.empty()) {
      request.prior_mode = models::PriorMode::fixed;
      request.prior = input.prior;
    }
    request.model = flags_.model;
    request.interval = flags_.interval;
    return request;
  }

  [[nodiscard]] std::vector<ClassIndex> read_truth(const Data& data) const {
    if (flags_.truth.empty()) return {};
    std::uint64_t unknown = 0;
    auto truth = io::match_gold(io::read_gold(flags_.truth), data.file.items(), data.input.table.classes, &unknown);
    if (std::all_of(truth.begin(), truth.end(), [](auto t) { return t == kNoClass; })) {
      throw bad_input("holds none of the items of " + flags_.features, flags_.truth);
    }
    return truth;
  }

  void train() {
    const auto start = std::chrono::steady_clock::now();
    const Data data = read();
    const auto request = estimate_request(data.input);
    const auto truth = read_truth(data);
    const engine::LearnRequest learning{request, data.features, data.file.items(),
                                        truth,   learning_,     classifier_values()};
    const auto result = engine::learn(learning, context());
    std::optional<io::OutputFolder> folder;
    if (!flags_.out.empty()) folder.emplace(flags_.out);
    std::string joined;
    if (flags_.join) joined = join(data, request, result, *folder, start);
    if (!flags_.save.empty()) {
      io::write_classifier(
          flags_.save, {result.classifier, result.options, data.input.table.classes, data.encoder, result.predictor});
    }
    std::vector<bool> out_of_fold;
    for (std::size_t f = 0; f < result.targets.rows(); ++f) {
      const auto q = result.targets.row(f);
      out_of_fold.push_back(std::any_of(q.begin(), q.end(), [](double v) { return v > 0; }));
    }
    finish({io::scores_table(result),
            io::predictions_table(data.file.items(), data.input.table.classes, result.predicted, out_of_fold)},
           folder ? &*folder : nullptr, [&] {
             print_training(result, learning_.train_on, flags_.interval, terminal_);
             terminal_.out() << joined;
           });
  }

  // The classifier as one more worker; returns what there is to say of it.
  std::string join(const Data& data, const engine::EstimateRequest& alone, const engine::LearnResult& result,
                   io::OutputFolder& folder, std::chrono::steady_clock::time_point start) {
    const std::string name = engine::worker_name(result.classifier);
    const LabelTable table = engine::join_crowd(data.input.table, data.file.items(), result.predicted, name);
    engine::EstimateRequest request{table};
    request.gold = alone.gold;
    if (!request.gold.empty()) request.gold.resize(table.items.size(), kNoClass);
    request.costs = alone.costs;
    request.prior_mode = alone.prior_mode;
    request.prior = alone.prior;
    request.model = alone.model;
    request.interval = alone.interval;
    const auto joined = engine::estimate(request, context());
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    io::write_results(folder, io::table_format(ending()), table, request.gold, joined,
                      {"learn", record(), threads_.thread_count(), seconds.count()}, threads_);
    std::uint64_t changed = 0;
    for (ItemIndex o = 0; o < data.input.table.items.size(); ++o) {
      const bool labelled = !data.input.table.labels.rows(o).empty();
      changed +=
          labelled && joined.items[o].most_likely_label != learn::largest(result.estimate.posterior.row(o)) ? 1 : 0;
    }
    const auto& worker = joined.workers.workers[*table.workers.find(name)];
    return "\nIn the crowd " + name + " is number " + std::to_string(worker.rank) + " of " +
           readable_count(table.workers.size()) + " workers, quality " + readable(worker.quality_expected.value) +
           "; with it " + readable_count(changed) + " items get another label\n";
  }

  [[nodiscard]] OptionValues record() const {
    OptionValues out = learn_flag_table().values(flags_);
    for (const auto& value : engine::learn_option_table().values(learning_)) out.push_back(value);
    for (const auto& value : io::reading_option_table().values(reading_)) out.push_back(value);
    return out;
  }

  void advise() {
    const Data data = read();
    const auto request = estimate_request(data.input);
    const std::vector<ClassIndex> no_truth;
    const engine::LearnRequest learning{request,  data.features, data.file.items(),
                                        no_truth, learning_,     classifier_values()};
    const auto options = options_of(planning::advise_option_table());
    const auto advice = engine::advise(learning, options, context());
    finish({io::advice_table(advice)}, nullptr, [&] { print_advice(advice, options, flags_.interval, terminal_); });
  }

  // ---- items whose class is known

  struct Known {
    io::FeatureFile file;
    learn::Features features;
    ClassSet classes;
    std::vector<ClassIndex> truth;
  };

  Known read_known() {
    Known out{io::FeatureFile(flags_.features, {flags_.feature_item_column, flags_.class_column, false}),
              learn::Features(),
              {},
              {}};
    const auto raw = out.file.raw();
    out.features = learn::FeatureEncoder::learn(raw, encoding()).encode(raw);
    out.classes = out.file.classes();
    out.truth = out.file.truth(out.classes);
    return out;
  }

  [[nodiscard]] std::string figure_title(const std::string& what) const {
    return std::filesystem::path(flags_.features).stem().string() + ": " + what;
  }

  void curve() {
    const Known known = read_known();
    const auto classifier = learn::find_classifier(learning_.classifier).make(classifier_values());
    const planning::CurveRequest request{known.features,
                                         known.truth,
                                         known.classes.size(),
                                         *classifier,
                                         learn::parse_target_kind(invocation_.value("train_on", "share")),
                                         options_of(planning::curve_option_table()),
                                         flags_.interval};
    const auto points = planning::learning_curves(request, flags_.seed, threads_, &progress_);
    if (!flags_.figure.empty()) {
      io::write_file(flags_.figure,
                     io::figure_svg(io::curves_figure(points, figure_title("more data or better data"))));
    }
    finish({io::curves_table(points)}, nullptr, [&] { print_curves(points, flags_.interval, terminal_); });
  }

  [[nodiscard]] planning::SearchOptions search_options() const {
    auto out = options_of(planning::search_option_table());
    const auto prices = make_options(planning::advise_option_table(),
                                     pick(invocation_.values, planning::advise_option_table().infos()), "assay learn");
    out.search_label_price = prices.label_price;
    out.unlabelled_price = prices.item_price;
    return out;
  }

  [[nodiscard]] ClassIndex rare_class(const Known& known) const {
    if (!flags_.rare_class.empty()) {
      if (const auto found = known.classes.find(flags_.rare_class)) return *found;
      throw bad_input("found the unknown class \"" + flags_.rare_class + "\"" +
                          did_you_mean(flags_.rare_class, known.classes.names()) + ", allowed are " +
                          io::some_of(known.classes.names()),
                      "--rare-class");
    }
    std::vector<std::uint64_t> count(known.classes.size());
    for (const auto t : known.truth) ++count[t];
    return static_cast<ClassIndex>(std::min_element(count.begin(), count.end()) - count.begin());
  }

  void guided() {
    const auto prices = search_options();
    const auto cost = planning::search_cost(prices);
    if (flags_.features.empty()) {
      for (const auto& info : planning::guided_option_table().infos()) {
        if (!invocation_.value(info.name).empty()) {
          throw bad_input("needs --features: it is for the simulation", flag_name(info.name));
        }
      }
      if (!flags_.figure.empty()) throw bad_input("needs --features: the simulation is what is drawn", "--figure");
      return finish({io::search_cost_table(cost)}, nullptr, [&] { print_search_cost(prices, cost, terminal_); });
    }
    const Known known = read_known();
    const auto classifier = learn::find_classifier(learning_.classifier).make(classifier_values());
    auto options = options_of(planning::guided_option_table());
    options.test_share = options_of(planning::curve_option_table()).test_share;
    const planning::GuidedRequest request{known.features,    known.truth,    known.classes.size(),
                                          rare_class(known), *classifier,    prices,
                                          options,           flags_.interval};
    const auto points = planning::gather(request, flags_.seed, threads_, &progress_);
    if (!flags_.figure.empty()) {
      const std::string title = figure_title("gathering \"" + known.classes.name(request.rare) + "\", base rate " +
                                             shortest(prices.base_rate));
      io::write_file(flags_.figure, io::figure_svg(io::gathering_figure(points, title)));
    }
    finish({io::gathering_table(points)}, nullptr, [&] {
      print_search_cost(prices, cost, terminal_);
      print_gathering(points, flags_.interval, terminal_);
    });
  }

  // ---- a saved classifier

  void predict() {
    const auto classifier = io::read_classifier(flags_.predict);
    const io::FeatureFile file(flags_.features, {flags_.feature_item_column, "", true});
    const auto features = classifier.encoder.encode(file.raw());
    const auto predicted = classifier.predictor->predict(features);
    finish({io::predictions_table(file.items(), classifier.classes, predicted)}, nullptr, [&] {
      terminal_.out() << "Predicted " << readable_count(predicted.rows()) << " items by " << classifier.name << " of "
                      << classifier.classes.size() << " classes\n";
      if (flags_.out.empty())
        terminal_.out() << io::csv_text(io::predictions_table(file.items(), classifier.classes, predicted));
    });
  }

  void beat() {
    const Money most = parse_money(flags_.reward, "--reward");
    const auto classifier = io::read_classifier(flags_.beat);
    const io::FeatureFile file(flags_.features, {flags_.feature_item_column, flags_.class_column, true});
    const auto truth = file.truth(classifier.classes);
    const auto features = classifier.encoder.encode(file.raw());
    const auto rewards =
        planning::beat_rewards(features, classifier.predictor->predict(features), truth, most.micros());
    const auto table = io::rewards_table(file.items(), classifier.classes, truth, rewards);
    finish({table}, nullptr, [&] {
      print_rewards(rewards, truth, terminal_);
      if (flags_.out.empty()) terminal_.out() << io::csv_text(table);
    });
  }

  const Invocation& invocation_;
  Terminal& terminal_;
  LearnMode mode_;
  LearnFlags flags_;
  engine::LearnOptions learning_;
  io::ReadingOptions reading_;
  ThreadPool threads_;
  ProgressBar progress_;
};

int run(const Invocation& invocation, Terminal& terminal) {
  LearnRun(invocation, terminal).run();
  return 0;
}

}  // namespace

Command learn_command() {
  Command command;
  command.name = "learn";
  command.meaning = "train a classifier on labels and features, and say what data to buy for it";
  command.arguments = "[LABELS...]";
  command.fewest_arguments = 0;
  command.most_arguments = 10000;
  command.options = learn_options();
  command.examples =
      "  assay learn labels.csv --features features.csv --out learnt --save pages.model\n"
      "  assay learn --predict pages.model --features features.csv --out predicted\n"
      "  assay learn labels.csv --features features.csv --advise --label-price 0.05 --item-price 0.10\n"
      "  assay learn --curve --features features.csv --class-column class --figure curves.svg\n"
      "  assay learn --guided --base-rate 0.001 --search-price 0.25 --label-price 0.05\n"
      "  assay learn --beat pages.model --features found.csv --class-column class --reward 0.50\n";
  command.run = run;
  return command;
}

}  // namespace assay::app
