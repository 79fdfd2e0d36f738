#include <filesystem>

#include "assay/base/error.h"
#include "assay/io/block_labels.h"
#include "assay/io/convert.h"
#include "assay/io/output_folder.h"
#include "assay/io/output_guard.h"
#include "assay/io/read_labels.h"
#include "assay/io/records.h"
#include "commands.h"
#include "common_options.h"

namespace assay::app {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string memory;
  std::uint64_t threads = 0;
  bool quiet = false;
};

const OptionTable<Options>& option_table() {
  static const auto table = [] {
    OptionTable<Options> t;
    t.text("memory", &Options::memory, "such as 500MB or 2GB",
           "take no more memory than this: labels that do not fit wait on disk beside OUT; empty takes what it needs");
    add_threads(t);
    add_quiet(t);
    return t;
  }();
  return table;
}

// "csv", "jsonl", "parquet" or "assay", by the ending of a file's name.
std::string format_of(const std::string& path) {
  std::string ending = fs::path(path).extension().string();
  if (!ending.empty()) ending.erase(0, 1);
  for (const std::string_view known : {"assay", "csv", "jsonl", "parquet"}) {
    if (ending == known) return ending;
  }
  throw bad_input("found the ending \"" + ending + "\", allowed are .assay, .csv, .jsonl and .parquet", path);
}

class Conversion {
 public:
  Conversion(const Invocation& invocation, Terminal& terminal)
      : options_(make_options(option_table(), pick(invocation.values, option_table().infos()), "assay convert")),
        reading_(make_options(io::reading_option_table(), pick(invocation.values, io::reading_option_table().infos()),
                              "assay convert")),
        terminal_(terminal),
        in_(invocation.arguments.begin(), invocation.arguments.end() - 1),
        out_(invocation.arguments.back()),
        format_(format_of(out_)),
        threads_(options_.threads),
        progress_(terminal, options_.quiet) {}

  void run() {
    io::OutputGuard guard(in_);
    guard.add(out_, "OUT");
    if (spills()) {
      spill();
    } else if (io::is_whole_block_file(in_, reading_)) {
      write_from(in_.front());
    } else {
      const LabelTable table = io::read_labels(in_, reading_, threads_, &progress_);
      const StoreSource source(table.labels);
      write(io::named(table, source), table.reading);
    }
  }

 private:
  [[nodiscard]] bool spills() const {
    if (options_.memory.empty()) return false;
    if (format_ == "parquet")
      throw bad_input("found parquet, allowed within --memory are .assay, .csv and .jsonl", out_);
    return !io::is_whole_block_file(in_, reading_) && !io::fit_in_memory(in_, memory());
  }
  [[nodiscard]] std::uint64_t memory() const { return option_parsing::bytes("memory", options_.memory); }

  // Into blocks first, from which any other format is written.
  void spill() {
    const fs::path target(out_);
    const std::string folder_path = target.has_parent_path() ? target.parent_path().string() : ".";
    io::OutputFolder folder(folder_path);
    const std::string name = target.filename().string();
    if (format_ == io::records::kAssay) {
      const auto done =
          io::spill_to_blocks(in_, reading_, folder.add(name), folder_path, memory(), threads_, &progress_);
      folder.commit();
      if (!options_.quiet) report(done.shape, done.reading);
      return;
    }
    io::OutputFolder between(folder_path);  // never committed
    const std::string blocks = between.add(name + "." + std::string(io::records::kAssay));
    (void)io::spill_to_blocks(in_, reading_, blocks, folder_path, memory(), threads_, &progress_);
    write_from(blocks);
  }

  void write_from(const std::string& blocks) {
    blocks::BlockFile file(blocks);
    file.drop_pages_after_use();
    const LabelTable known = io::describe_blocks(file);
    write(io::named(known, file), known.reading);
  }

  void write(const io::NamedLabels& labels, const ReadingReport& reading) {
    const fs::path target(out_);
    io::OutputFolder folder(target.has_parent_path() ? target.parent_path().string() : ".");
    if (format_ == io::records::kAssay) {
      io::write_block_file(folder.add(target.filename().string()), labels, reading, &progress_);
    } else {
      io::Table table = io::labels_table(labels);
      table.name = target.stem().string();
      folder.write(table, io::table_format(format_), threads_);
    }
    folder.commit();
    if (!options_.quiet) report(labels.labels.shape(), reading);
  }

  void report(const LabelShape& shape, const ReadingReport& reading) {
    terminal_.out() << "Wrote " << readable_count(shape.label_count) << " labels of "
                    << readable_count(shape.worker_count) << " workers on " << readable_count(shape.item_count)
                    << " items to " << out_ << ", " << readable_count(fs::file_size(out_)) << " bytes\n";
    for (const auto& warning : reading.warnings) terminal_.out() << "  * " << warning << "\n";
  }

  Options options_;
  io::ReadingOptions reading_;
  Terminal& terminal_;
  std::vector<std::string> in_;
  std::string out_;
  std::string format_;
  ThreadPool threads_;
  ProgressBar progress_;
};

int run(const Invocation& invocation, Terminal& terminal) {
  Conversion(invocation, terminal).run();
  return 0;
}

}  // namespace

Command convert_command() {
  Command command;
  command.name = "convert";
  command.meaning = "write labels in another format; .assay is the one that needs no parsing and little memory";
  command.arguments = "LABELS... OUT";
  command.fewest_arguments = 2;
  command.most_arguments = 10000;
  command.options = join(option_table().infos(), io::reading_option_table().infos());
  command.examples =
      "  assay convert labels.csv labels.assay\n"
      "  assay convert Batch_3930024_batch_results.csv labels.jsonl\n"
      "  assay convert labels.assay labels.csv\n";
  command.run = run;
  return command;
}

}  // namespace assay::app
