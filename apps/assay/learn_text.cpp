#include "learn_text.h"

#include <fmt/format.h>

#include <cmath>

#include "assay/base/money.h"

namespace assay::app {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string range(double low, double high) { return std::isnan(low) ? "-" : decimal(low) + " - " + decimal(high); }
std::string level(double interval) { return readable(100 * interval) + " % interval"; }
std::string count(double x) { return readable_count(static_cast<std::uint64_t>(std::llround(x))); }
std::string money(double x) { return fmt::format("{:.4g}", x); }
std::string signed_digits(double x) { return fmt::format("{:+.3f}", x); }

std::vector<std::string> score_row(const char* name, const learn::Interval& score) {
  return {name, decimal(score.value), range(score.low, score.high)};
}

}  // namespace

void print_training(const engine::LearnResult& result, const std::string& train_on, double interval,
                    Terminal& terminal) {
  auto& out = terminal.out();
  out << "Trained " << result.classifier << " on " << readable_count(result.trained_count) << " items with labels ("
      << train_on << ")";
  if (result.unlabelled_count > 0) out << "; " << readable_count(result.unlabelled_count) << " more have features only";
  out << "\n";
  if (result.featureless_count > 0) {
    out << "  * "
        << terminal.warn(readable_count(result.featureless_count) +
                         " items with labels have no features: not trained on")
        << "\n";
  }
  out << "\n"
      << aligned({{"out of fold", "value", level(interval)},
                  score_row("accuracy", result.scores.accuracy),
                  score_row("AUC", result.scores.auc),
                  score_row("log loss", result.scores.log_loss)});
  if (result.judged_by_truth) {
    out << "Judged by the truth of " << count(result.scores.item_count) << " items.\n";
  } else {
    out << "Judged by what the labels say, errors of the crowd included; --truth FILE judges by the truth.\n";
  }
}

void print_advice(const planning::Advice& advice, const planning::AdviseOptions& options, double interval,
                  Terminal& terminal) {
  auto& out = terminal.out();
  const bool items = advice.advises_new_items();
  const double sure = items ? advice.new_items_better : 1 - advice.new_items_better;
  out << "Next " << money(advice.spend) << ": "
      << terminal.bold(items ? "buy new items" : "buy more labels for the items at hand")
      << fmt::format(" (better in {:.0f} % of the draws)\n\n", 100 * sure);
  const auto row = [&](const char* name, const std::string& bought, const planning::Gain& gain) {
    return std::vector<std::string>{name,
                                    bought,
                                    signed_digits(gain.value),
                                    signed_digits(gain.low) + " to " + signed_digits(gain.high),
                                    decimal(gain.reliability),
                                    count(gain.effective)};
  };
  out << aligned({{"spent on", "buys", options.measure, level(interval), "reliability", "effective items"},
                  row("new items",
                      count(advice.new_items.items) + " items of " + readable_count(advice.labels_per_new_item) +
                          (advice.labels_per_new_item == 1 ? " label" : " labels"),
                      advice.new_items),
                  row("more labels", count(advice.more_labels.labels) + " labels", advice.more_labels)});
  out << "\nNow: " << count(advice.item_count) << " items of " << fmt::format("{:.3g}", advice.labels_per_item)
      << (advice.labels_per_item == 1 ? " label; " : " labels; ") << options.measure << " about "
      << decimal(advice.score) << " by the fitted surface; reliability " << decimal(advice.single_reliability)
      << " of one label, " << decimal(advice.reliability) << " of an item's labels.\n"
      << "Effective items: how many items of today's reliability would teach as much.\n";
}

void print_curves(const std::vector<planning::CurvePoint>& points, double interval, Terminal& terminal) {
  Rows rows = {{"labellers right", "labels an item", "items", "AUC", level(interval), "accuracy", level(interval)}};
  for (const auto& p : points) {
    rows.push_back({readable(100 * p.labeller_accuracy) + " %", readable_count(p.labels_per_item),
                    readable_count(p.items), decimal(p.auc.value), range(p.auc.low, p.auc.high),
                    decimal(p.accuracy.value), range(p.accuracy.low, p.accuracy.high)});
  }
  terminal.out() << aligned(rows);
}

void print_search_cost(const planning::SearchOptions& options, const planning::SearchCost& cost, Terminal& terminal) {
  auto& out = terminal.out();
  const bool search = cost.by_searching < cost.by_labelling;
  out << "An example of a class that " << readable(100 * options.base_rate)
      << " % of the items have: " << terminal.bold(search ? "search for it" : "label items") << "\n\n"
      << aligned({{"way", "price of a distinct, verified example"},
                  {"searching", money(cost.by_searching)},
                  {"labelling", money(cost.by_labelling)}});
  if (cost.crossing_base_rate >= 1) {
    out << "At these prices searching is cheaper at any base rate.\n";
  } else {
    out << "Searching is cheaper below a base rate of " << fmt::format("{:.4g}", cost.crossing_base_rate);
    if (cost.crossing_search_price > 0) {
      out << ", or at this one below " << money(cost.crossing_search_price) << " an example found";
    } else {
      out << "; at this one verifying alone costs more than labelling";
    }
    out << ".\n";
  }
}

void print_gathering(const std::vector<planning::GuidedPoint>& points, double interval, Terminal& terminal) {
  Rows rows = {{"spent", "gathering", "AUC", level(interval), "examples", "items", "duplicates"}};
  for (const auto& p : points) {
    rows.push_back({money(p.spent), std::string(planning::name(p.gathering)), decimal(p.auc.value),
                    range(p.auc.low, p.auc.high), fmt::format("{:.1f}", p.examples), fmt::format("{:.1f}", p.items),
                    fmt::format("{:.0f} %", 100 * p.duplicates)});
  }
  std::stable_sort(rows.begin() + 1, rows.end(),
                   [](const auto& a, const auto& b) { return std::stod(a[0]) < std::stod(b[0]); });
  terminal.out() << "\n" << aligned(rows);
}

void print_rewards(const std::vector<planning::BeatReward>& rewards, const std::vector<ClassIndex>& truth,
                   Terminal& terminal) {
  std::uint64_t fooled = 0, duplicates = 0;
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < rewards.size(); ++i) {
    fooled += rewards[i].decided != truth[i] ? 1 : 0;
    duplicates += rewards[i].is_duplicate ? 1 : 0;
    sum += rewards[i].reward_micros;
  }
  terminal.out() << "The classifier is wrong on " << readable_count(fooled) << " of " << readable_count(rewards.size())
                 << " items; " << readable_count(duplicates) << (duplicates == 1 ? " repeats" : " repeat")
                 << " features that came before; together they earn " << to_text(Money::of_micros(sum)) << "\n";
}

}  // namespace assay::app
