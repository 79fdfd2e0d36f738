#include "estimate_options.h"

#include "common_options.h"

namespace assay::app {

const OptionTable<EstimateOptions>& estimate_option_table() {
  using Options = EstimateOptions;
  static const auto table = [] {
    OptionTable<Options> t;
    t.text("gold", &Options::gold, "a file with the columns item,label", "items whose truth is known");
    t.text("costs", &Options::costs, "a file with the columns true,decided,cost, or ordinal",
           "misclassification costs; 0/1 when not given, distance in class order for ordinal");
    t.text("priors", &Options::priors, "a file with the columns class,prior, or uniform, or estimate", "class priors");
    t.text("model", &Options::model, "a name from `assay models`", "how the truth is found");
    t.text("worker_priors", &Options::worker_priors, "the --out folder of an earlier estimate",
           "what is known of the workers already: its soft counts are added to theirs");
    t.text("out", &Options::out, "a folder, made when absent",
           "write items, workers, confusions, soft_labels, classes and summary.json there");
    t.text("report", &Options::report, "a file name", "write a report in one HTML file");
    t.choice("format", &Options::format, {"csv", "jsonl", "parquet"}, "of the files in --out");
    t.text(
        "memory", &Options::memory, "such as 500MB or 2GB; fastest where labels are one .assay file",
        "take no more memory than this: what does not fit is read from disk block by block; empty takes what it needs");
    t.text("checkpoint", &Options::checkpoint, "a file name",
           "leave the state of the fit there after each pass, so that a run that was stopped or killed can go on");
    t.flag("resume", &Options::resume,
           "go on from the state in --checkpoint; the results are those of an unbroken run");
    t.number("interval", &Options::interval, 0.5, 0.999, "", "level of the credible intervals");
    add_threads(t);
    add_seed(t);
    t.flag("pseudonyms", &Options::pseudonyms, "call the workers worker 1, worker 2, ... in the report");
    add_quiet(t);
    return t;
  }();
  return table;
}

}  // namespace assay::app
