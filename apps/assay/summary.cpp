#include "summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "assay/io/text_list.h"
#include "assay/quality/expected_cost.h"
#include "assay/quality/worker_flags.h"

namespace assay::app {
namespace {

constexpr std::size_t kWorkersShown = 5;
constexpr std::size_t kNamesShown = 3;
constexpr std::size_t kNameCharacters = 40;

using engine::EstimateResult;
using quality::WorkerQuality;

std::string percent(double x) { return std::isnan(x) ? "-" : fmt::format("{:.1f} %", 100 * x); }

std::string between(double low, double high) {
  return std::isnan(low) ? "" : fmt::format("{:.2f} - {:.2f}", low, high);
}

// Items that somebody labelled: gold that nobody did stays in the results.
std::uint64_t labelled_items(const EstimateResult& result) {
  if (result.items.empty()) return result.shape.item_count;
  return static_cast<std::uint64_t>(
      std::count_if(result.items.begin(), result.items.end(), [](const auto& item) { return item.label_count > 0; }));
}

void print_data(const LabelTable& table, const EstimateResult& result, Terminal& terminal) {
  std::string classes;
  for (std::size_t c = 0; c < table.classes.size() && c < 8; ++c) {
    classes += (c > 0 ? ", " : "") + io::shown(table.classes.name(static_cast<ClassIndex>(c)), kNameCharacters);
  }
  if (table.classes.size() > 8) classes += ", ...";
  terminal.out() << fmt::format("{}: {} gave {} on {} in {} ({})\n", terminal.bold("Data"),
                                counted(table.workers.size(), "worker"), counted(result.shape.label_count, "label"),
                                counted(labelled_items(result), "item"),
                                counted(table.classes.size(), "class", "classes"), classes);
  const ReadingReport& reading = table.reading;
  if (reading.repeated_count > 0) {
    terminal.out() << fmt::format("      {} of a worker on the same item, {} of them contradicting the first\n",
                                  counted(reading.repeated_count, "repeated label"),
                                  readable_count(reading.contradicting_count));
  }
  if (reading.missing_count > 0) {
    terminal.out() << fmt::format("      {} without an answer left out\n", counted(reading.missing_count, "row"));
  }
  if (reading.rejected_count > 0) {
    terminal.out() << fmt::format("      {} left out (--include-rejected keeps them)\n",
                                  counted(reading.rejected_count, "rejected row"));
  }
}

void print_fit(const EstimateResult& result, Terminal& terminal) {
  const FitSummary& fit = result.estimate.summary;
  terminal.out() << fmt::format("{}: {}, {} after {} in {:.2f} s\n", terminal.bold("Model"), fit.model,
                                name(fit.termination), counted(fit.iterations, "pass", "passes"), fit.seconds);
  for (const auto& note : fit.notes) terminal.out() << "       " << note << "\n";
}

void print_quality(const EstimateResult& result, Terminal& terminal) {
  const auto& quality = result.data_quality;
  if (std::isnan(quality.quality_expected)) {
    terminal.out() << fmt::format("{}: {} of the labels found are estimated to be right\n", terminal.bold("Quality"),
                                  percent(quality.accuracy));
    return;
  }
  terminal.out() << fmt::format(
      "{}: {} of the labels found are estimated to be right; data quality {} (minimum cost), {} (expected cost)\n",
      terminal.bold("Quality"), percent(quality.accuracy), percent(quality.quality_minimum),
      percent(quality.quality_expected));
}

std::vector<std::string> worker_row(const LabelTable& table, const EstimateResult& result, WorkerIndex w) {
  const WorkerQuality& worker = result.workers.workers[w];
  return {std::to_string(worker.rank),
          io::shown(table.workers.name(w), kNameCharacters),
          readable_count(worker.label_count),
          std::isnan(worker.quality_expected.value) ? "-" : fmt::format("{:.3f}", worker.quality_expected.value),
          between(worker.quality_expected.low, worker.quality_expected.high),
          fmt::format("{:.3f}", worker.accuracy.value),
          quality::to_text(worker.flags)};
}

void print_workers(const LabelTable& table, const EstimateResult& result, Terminal& terminal) {
  const auto& workers = result.workers.workers;
  if (workers.empty()) return;
  std::vector<WorkerIndex> by_rank(workers.size());
  std::iota(by_rank.begin(), by_rank.end(), 0U);
  std::sort(by_rank.begin(), by_rank.end(), [&](auto a, auto b) { return workers[a].rank < workers[b].rank; });
  const std::string interval = fmt::format("{:g} % interval", 100 * result.interval);
  std::vector<std::vector<std::string>> rows = {{"rank", "worker", "labels", "quality", interval, "accuracy", "flags"}};
  const bool all = by_rank.size() <= 2 * kWorkersShown + 1;
  const std::size_t top = all ? by_rank.size() : kWorkersShown;
  for (std::size_t i = 0; i < top; ++i) rows.push_back(worker_row(table, result, by_rank[i]));
  if (!all) {
    rows.push_back({"...", "", "", "", "", "", ""});
    for (std::size_t i = by_rank.size() - kWorkersShown; i < by_rank.size(); ++i) {
      rows.push_back(worker_row(table, result, by_rank[i]));
    }
  }
  terminal.out() << "\n" << terminal.bold("Workers") << ", best to worst\n" << aligned(rows);
}

template <typename Index, typename Name>
std::string some_names(const std::vector<Index>& indices, const Name& name_of) {
  std::string out;
  for (std::size_t i = 0; i < indices.size() && i < kNamesShown; ++i) {
    out += (i > 0 ? ", " : "") + io::shown(name_of(indices[i]), kNameCharacters);
  }
  return out + (indices.size() > kNamesShown ? ", ..." : "");
}

std::string_view in_words(quality::WorkerFlag flag) {
  using quality::WorkerFlag;
  switch (flag) {
    case WorkerFlag::spammer:
      return "flagged spammer (answers that do not depend on the item)";
    case WorkerFlag::biased:
      return "flagged biased (often wrong, in a way that is undone)";
    case WorkerFlag::adversarial:
      return "flagged adversarial (right less often than by chance)";
    case WorkerFlag::colluding:
      return "flagged colluding (shares errors with another beyond chance)";
    case WorkerFlag::drifting:
      return "flagged drifting (gets worse with time)";
  }
  return "";
}

// The number of lines printed; likewise below.
std::size_t print_flagged(const LabelTable& table, const EstimateResult& result, Terminal& terminal) {
  std::size_t lines = 0;
  const auto& workers = result.workers.workers;
  for (const auto flag : quality::kAllWorkerFlags) {
    std::vector<WorkerIndex> flagged;
    std::uint64_t labels = 0;
    for (WorkerIndex w = 0; w < workers.size(); ++w) {
      if (!workers[w].flags.has(flag)) continue;
      flagged.push_back(w);
      labels += workers[w].label_count;
    }
    if (flagged.empty()) continue;
    std::sort(flagged.begin(), flagged.end(),
              [&](auto a, auto b) { return workers[a].label_count > workers[b].label_count; });
    const double share =
        static_cast<double>(labels) / static_cast<double>(std::max<std::uint64_t>(result.shape.label_count, 1));
    terminal.out() << fmt::format("  * {} {}, with {} of all labels: {}\n",
                                  counted(flagged.size(), "worker is", "workers are"), in_words(flag), percent(share),
                                  some_names(flagged, [&](auto w) { return table.workers.name(w); }));
    ++lines;
  }
  return lines;
}

std::size_t print_doubtful(const LabelTable& table, const EstimateResult& result, Terminal& terminal) {
  const double from = quality::doubtful_cost(result.costs);
  std::vector<ItemIndex> doubtful;
  for (ItemIndex o = 0; o < result.items.size(); ++o) {
    if (result.items[o].minimum_cost >= from) doubtful.push_back(o);
  }
  if (doubtful.empty()) return 0;
  std::stable_sort(doubtful.begin(), doubtful.end(),
                   [&](auto a, auto b) { return result.items[a].minimum_cost > result.items[b].minimum_cost; });
  terminal.out() << fmt::format("  * {} in doubt (minimum cost of {:.2g} or more), so worth another label: {}\n",
                                counted(doubtful.size(), "item is", "items are"), from,
                                some_names(doubtful, [&](auto o) { return table.items.name(o); }));
  return 1;
}

std::size_t print_notes(const std::vector<std::string>& notes, Terminal& terminal) {
  for (const auto& note : notes) terminal.out() << "  * " << terminal.warn(note) << "\n";
  return notes.size();
}

}  // namespace

void print_summary(const LabelTable& table, const EstimateResult& result, Terminal& terminal) {
  print_data(table, result, terminal);
  print_fit(result, terminal);
  print_quality(result, terminal);
  print_workers(table, result, terminal);
  terminal.out() << "\n" << terminal.bold("Look at first") << "\n";
  std::size_t lines = print_flagged(table, result, terminal);
  lines += print_doubtful(table, result, terminal);
  lines += print_notes(table.reading.warnings, terminal);
  lines += print_notes(result.warnings, terminal);
  lines += print_notes(result.workers.notes, terminal);
  if (lines == 0) terminal.out() << "  nothing stands out\n";
}

}  // namespace assay::app
