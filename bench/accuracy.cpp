// Accuracy and calibration of models on real crowd data, gold never shown to them.
//
//   assay_accuracy [DATA_FOLDER] [MODEL...]      the folder from $ASSAY_DATA, or ../shared/data; all models when none
//   is named; live and live_swept are the live estimator before any settling
//
// An item counts when it has gold and a label; classes that share the highest posterior get an even share. "claims" is
// the mean of the items' highest posteriors minus the accuracy: 0 is honest, above 0 too sure.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "assay/base/error.h"
#include "assay/base/random.h"
#include "assay/io/read_input.h"
#include "assay/io/read_labels.h"
#include "assay/live/live_estimator.h"
#include "assay/models/registry.h"
#include "bench/accuracy_sets.h"

namespace assay::bench {
namespace {

struct Score {
  double accuracy = 0, claimed = 0, calibration_error = 0, log_loss = 0, seconds = 0;
  double items = 0;           // with truth
  double claimed_of_all = 0;  // mean of the highest posteriors of all labelled items
};

struct Truth {
  LabelTable table;
  GoldLabels gold;  // kNoClass: none; class_count: a class that no label has
};

Truth read(const std::filesystem::path& folder, ThreadPool& threads) {
  Truth out;
  out.table = io::read_labels({folder / "labels.csv"}, {}, threads);
  out.gold.assign(out.table.items.size(), kNoClass);
  for (const auto& row : io::read_gold(folder / "gold.csv")) {
    const auto item = out.table.items.find(row.item);
    if (!item || out.table.labels.rows(*item).empty()) continue;
    const auto found = out.table.classes.find(row.label);
    out.gold[*item] = found ? *found : static_cast<ClassIndex>(out.table.classes.size());
  }
  return out;
}

Score score(const Truth& truth, const Matrix<double>& posterior) {
  Score out;
  std::array<std::array<double, 2>, 10> bins{};  // sum of highest posteriors, sum of right ones
  double count = 0;
  double labelled = 0;
  for (ItemIndex o = 0; o < truth.gold.size(); ++o) {
    if (truth.table.labels.rows(o).empty()) continue;
    const auto p = posterior.row(o);
    const double top = *std::max_element(p.begin(), p.end());
    out.claimed_of_all += top;
    ++labelled;
    if (truth.gold[o] == kNoClass) continue;
    const auto tied = std::count_if(p.begin(), p.end(), [&](double v) { return v >= top - 1e-9; });
    const bool known = truth.gold[o] < p.size();
    const double right = known && p[truth.gold[o]] >= top - 1e-9 ? 1.0 / static_cast<double>(tied) : 0;
    auto& bin = bins[std::min<std::size_t>(9, static_cast<std::size_t>(top * 10))];
    bin[0] += top;
    bin[1] += right;
    out.accuracy += right;
    out.claimed += top;
    out.log_loss -= std::log(std::max(known ? p[truth.gold[o]] : 0, 1e-6));
    ++count;
  }
  for (const auto& bin : bins) out.calibration_error += std::abs(bin[0] - bin[1]) / count;
  out.accuracy /= count;
  out.claimed = out.claimed / count - out.accuracy;
  out.log_loss /= count;
  out.items = count;
  out.claimed_of_all /= labelled;
  return out;
}

Score measure(const Truth& truth, const models::ModelInfo& model, ThreadPool& threads) {
  const auto start = std::chrono::steady_clock::now();
  const auto estimate = model.make({})->fit(models::Problem{truth.table.labels}, models::Context{threads});
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  Score out = score(truth, estimate.posterior);
  out.seconds = seconds;
  return out;
}

// Labels one at a time in random order, never settled; a worker's last label on an item counts.
Score measure_live(const Truth& truth, bool swept) {
  const LabelStore& store = truth.table.labels;
  std::vector<Label> labels;
  for (ItemIndex item = 0; item < store.item_count(); ++item) {
    for (const auto row : store.rows(item)) labels.push_back({item, store.worker_of(row), store.label_of(row)});
  }
  Random random(1);
  random.shuffle(std::span<Label>(labels));
  const auto start = std::chrono::steady_clock::now();
  live::LiveEstimator estimator(store.class_count());
  estimator.grow(store.item_count(), store.worker_count());
  for (const auto& label : labels) estimator.observe(label.worker, label.item, label.label);
  if (swept) estimator.refresh(store.item_count());
  Score out = score(truth, estimator.estimate().posterior);
  out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return out;
}

Score measure(const Truth& truth, const std::string& name, ThreadPool& threads) {
  if (name == "live") return measure_live(truth, false);
  if (name == "live_swept") return measure_live(truth, true);
  return measure(truth, models::find_model(name), threads);
}

using Scores = std::map<std::string, std::vector<Score>>;  // by model, one a set

void print_rule(std::size_t columns) {
  std::printf("\n|---|");
  for (std::size_t i = 0; i < columns; ++i) std::printf("--:|");
  std::printf("\n");
}

void print_accuracy(const std::vector<RealSet>& sets, const std::vector<std::string>& names, const Scores& scores) {
  std::printf("| set |");
  for (const auto& name : names) std::printf(" %s |", name.c_str());
  std::printf(" best published |");
  print_rule(names.size() + 1);
  for (std::size_t s = 0; s < sets.size(); ++s) {
    std::printf("| %s |", std::string(sets[s].name).c_str());
    for (const auto& name : names) std::printf(" %.4f |", scores.at(name)[s].accuracy);
    std::printf(" %.4f %s |\n", sets[s].best_published, std::string(sets[s].best_model).c_str());
  }
  double best = 0;
  for (const auto& set : sets) best += set.best_published / static_cast<double>(sets.size());
  std::printf("| **mean** |");
  for (const auto& name : names) {
    double mean = 0;
    for (const auto& score : scores.at(name)) mean += score.accuracy / static_cast<double>(sets.size());
    std::printf(" **%.4f** |", mean);
  }
  std::printf(" **%.4f** with hindsight |\n\n", best);
}

void print_calibration(const std::vector<std::string>& names, const Scores& scores) {
  std::printf("| model | accuracy | claims | calibration error | log loss | worst set against the vote | seconds |");
  print_rule(6);
  for (const auto& name : names) {
    Score mean;
    double worst = 1;
    const auto& rows = scores.at(name);
    for (std::size_t s = 0; s < rows.size(); ++s) {
      const double share = 1 / static_cast<double>(rows.size());
      mean.accuracy += rows[s].accuracy * share;
      mean.claimed += rows[s].claimed * share;
      mean.calibration_error += rows[s].calibration_error * share;
      mean.log_loss += rows[s].log_loss * share;
      mean.seconds += rows[s].seconds;
      worst = std::min(worst, rows[s].accuracy - scores.at("majority_vote")[s].accuracy);
    }
    std::printf("| %s | %.4f | %+.3f | %.3f | %.3f | %+.4f | %.1f |\n", name.c_str(), mean.accuracy, mean.claimed,
                mean.calibration_error, mean.log_loss, worst, mean.seconds);
  }
}

// How far off a claim can be: what `auto` claims on the items with truth, and what is right there.
void print_claims(const std::filesystem::path& data, const std::vector<RealSet>& sets, ThreadPool& threads) {
  std::printf(
      "\n| set | items with truth | claimed | right | claimed - right | two standard errors | claimed of all items |");
  print_rule(6);
  std::vector<std::string_view> names;
  for (const auto& set : sets) names.push_back(set.name);
  for (const auto& name : kMoreSetsWithTruth) {
    if (std::filesystem::exists(data / name / "gold.csv")) names.push_back(name);
  }
  for (const auto& name : names) {
    const Score s = measure(read(data / name, threads), "auto", threads);
    const double error = 2 * std::sqrt(s.accuracy * (1 - s.accuracy) / s.items);
    std::printf("| %s | %.0f | %.3f | %.3f | %+.3f | %.3f | %.3f |\n", std::string(name).c_str(), s.items,
                s.claimed + s.accuracy, s.accuracy, s.claimed, error, s.claimed_of_all);
  }
}

int run(const std::filesystem::path& data, std::vector<std::string> names) {
  std::vector<RealSet> sets;
  for (const auto& set : kRealSets) {
    if (std::filesystem::exists(data / set.name / "labels.csv")) sets.push_back(set);
  }
  if (sets.empty()) {
    std::printf("skipped: the data sets are not in %s; name their folder in ASSAY_DATA\n", data.c_str());
    return 0;
  }
  if (names.empty()) {
    for (const auto& model : models::registry()) names.push_back(model.name);
  }
  if (std::find(names.begin(), names.end(), "majority_vote") == names.end())
    names.insert(names.begin(), "majority_vote");
  ThreadPool threads;
  Scores scores;
  for (const auto& set : sets) {
    std::fprintf(stderr, "%s\n", std::string(set.name).c_str());
    const Truth truth = read(data / set.name, threads);
    for (const auto& name : names) scores[name].push_back(measure(truth, name, threads));
  }
  print_accuracy(sets, names, scores);
  print_calibration(names, scores);
  print_claims(data, sets, threads);
  std::printf("\n%zu of %zu sets\n", sets.size(), kRealSets.size());
  return 0;
}

}  // namespace
}  // namespace assay::bench

int main(int argc, char** argv) {
  const char* given = std::getenv("ASSAY_DATA");
  std::filesystem::path data = argc > 1 ? argv[1] : given != nullptr ? given : "../shared/data";
  try {
    return assay::bench::run(data, std::vector<std::string>(argv + std::min(argc, 2), argv + argc));
  } catch (const assay::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
