#include "assay/engine/select_trial.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "assay/base/error.h"
#include "assay/base/random.h"
#include "assay/engine/selection_run.h"
#include "assay/models/registry.h"
#include "assay/quality/expected_cost.h"

namespace assay::engine {
namespace {

constexpr std::uint64_t kReplayPoints = 40;
constexpr std::uint64_t kSettlingsPerRound = 10;  // a settling after every tenth of a label an item

struct Point {
  double labels = 0, cost = 0, accuracy = 0;
};
using Path = std::vector<Point>;

Point judge(std::uint64_t labels, const std::vector<ClassIndex>& decisions, const GoldLabels& truth,
            const CostMatrix& costs) {
  Point out{static_cast<double>(labels), 0, 0};
  double known = 0;
  for (std::size_t o = 0; o < truth.size(); ++o) {
    if (truth[o] == kNoClass) continue;
    ++known;
    out.cost += costs(truth[o], decisions[o]);
    out.accuracy += decisions[o] == truth[o] ? 1 : 0;
  }
  out.cost /= known;
  out.accuracy /= known;
  return out;
}

std::vector<const selection::StrategyInfo*> checked_strategies(const std::vector<std::string>& names) {
  std::vector<const selection::StrategyInfo*> out;
  for (const auto& name : names) {
    out.push_back(&selection::find_strategy(name));
    if (out.back()->needs_model)
      throw bad_input("\"" + name + "\" needs a classifier's probabilities, which a trial does not have", "--strategy");
  }
  return out;
}

void check_stop(const StopFlag* stop) {
  if (stop != nullptr && *stop) throw Error(ErrorCode::interrupted, "interrupted");
}

TrialCurve mean_curve(const std::string& strategy, std::span<const Path> paths) {
  TrialCurve out{strategy, {}, {}, {}, {}};
  const auto n = static_cast<double>(paths.size());
  std::size_t points = std::numeric_limits<std::size_t>::max();
  for (const auto& path : paths) points = std::min(points, path.size());
  for (std::size_t i = 0; i < points; ++i) {
    double cost = 0, squares = 0, accuracy = 0;
    for (const auto& path : paths) {
      cost += path[i].cost / n;
      accuracy += path[i].accuracy / n;
    }
    for (const auto& path : paths) squares += (path[i].cost - cost) * (path[i].cost - cost);
    out.labels.push_back(paths[0][i].labels);
    out.cost.push_back(cost);
    out.cost_error.push_back(n > 1 ? std::sqrt(squares / (n - 1) / n) : 0);
    out.accuracy.push_back(accuracy);
  }
  return out;
}

// All repeats of all strategies on all threads; `walk(strategy, repeat)` gives one path.
template <typename Walk>
std::vector<TrialCurve> run_all(const SelectTrialRequest& request, ThreadPool& threads, Progress* progress,
                                const Walk& walk) {
  const auto strategies = checked_strategies(request.strategies);
  std::vector<Path> paths(strategies.size() * request.repeats);
  ProgressCount done(progress, "trying strategies", paths.size());
  threads.run(paths.size(), [&](std::size_t i) {
    paths[i] = walk(*strategies[i / request.repeats], i % request.repeats);
    done.add_one();
  });
  std::vector<TrialCurve> out;
  for (std::size_t s = 0; s < strategies.size(); ++s)
    out.push_back(mean_curve(strategies[s]->name, std::span(paths).subspan(s * request.repeats, request.repeats)));
  return out;
}

SelectionRun::Setup setup_of(const SelectTrialRequest& request, std::size_t items, std::size_t workers) {
  SelectionRun::Setup setup;
  setup.item_count = items;
  setup.worker_count = workers;
  setup.costs = request.costs;
  setup.model = request.model;
  setup.model_options = request.model_options;
  setup.settle_labels = std::max<std::uint64_t>(1, items / kSettlingsPerRound);
  setup.seed = request.seed;
  return setup;
}

Path simulate_once(const SelectTrialRequest& request, const selection::StrategyInfo& strategy,
                   const sim::AbilityCrowd& crowd, const StopFlag* stop) {
  const auto& options = crowd.options();
  SelectionRun run(strategy, setup_of(request, options.items, options.workers));
  std::vector<std::uint64_t> given(options.workers);
  std::vector<WorkerIndex> present;
  Path path;
  WorkerIndex next = 0;
  for (std::uint64_t step = 0; next < options.workers || !present.empty(); ++step) {
    check_stop(stop);
    if (step % options.steps_per_worker == 0 && next < options.workers) present.push_back(next++);
    for (const WorkerIndex worker : present) {
      const auto item = run.next_item_for(worker);
      ++given[worker];
      if (!item) continue;
      run.observe(worker, *item, crowd.label(worker, *item));
      if (run.label_count() % options.items != 0) continue;
      run.settle();
      path.push_back(judge(run.label_count(), run.decisions(), crowd.truth(), request.costs));
    }
    std::erase_if(present, [&](WorkerIndex worker) { return given[worker] >= options.labels_per_worker; });
  }
  return path;
}

// The labels of each item that have not been given out, the next one last.
struct HiddenLabels {
  std::vector<std::vector<WorkerIndex>> workers;
  std::vector<std::vector<ClassIndex>> labels;
  std::uint64_t count = 0;
};

HiddenLabels hide(const LabelStore& store, Random random) {
  HiddenLabels out{std::vector<std::vector<WorkerIndex>>(store.item_count()),
                   std::vector<std::vector<ClassIndex>>(store.item_count()), 0};
  for (ItemIndex item = 0; item < store.item_count(); ++item) {
    std::vector<std::uint32_t> rows(store.rows(item).begin(), store.rows(item).end());
    random.shuffle(std::span(rows));
    for (const auto row : rows) {
      const WorkerIndex worker = store.worker_of(row);
      if (std::ranges::find(out.workers[item], worker) != out.workers[item].end()) continue;
      out.workers[item].push_back(worker);
      out.labels[item].push_back(store.label_of(row));
      ++out.count;
    }
  }
  return out;
}

ClassIndex take(HiddenLabels& hidden, ItemIndex item, WorkerIndex worker) {
  auto& workers = hidden.workers[item];
  const auto at = std::ranges::find(workers, worker) - workers.begin();
  const ClassIndex label = hidden.labels[item][static_cast<std::size_t>(at)];
  workers.erase(workers.begin() + at);
  hidden.labels[item].erase(hidden.labels[item].begin() + at);
  return label;
}

Path replay_once(const SelectTrialRequest& request, const selection::StrategyInfo& strategy, const LabelTable& table,
                 const GoldLabels& truth, std::uint64_t repeat, const StopFlag* stop) {
  const LabelStore& store = table.labels;
  SelectionRun run(strategy, setup_of(request, store.item_count(), store.worker_count()));
  HiddenLabels hidden = hide(store, Random(request.seed, repeat));
  const std::uint64_t all = hidden.count;
  Path path;
  for (std::uint64_t n = 1; n <= all; ++n) {
    check_stop(stop);
    const auto item = run.next_item([&](ItemIndex o) { return !hidden.workers[o].empty(); });
    if (!item) break;
    const WorkerIndex worker = run.next_worker(*item, hidden.workers[*item]);
    run.observe(worker, *item, take(hidden, *item, worker));
    if (n * kReplayPoints / all == (n - 1) * kReplayPoints / all) continue;
    run.settle();
    path.push_back(judge(n, run.decisions(), truth, request.costs));
  }
  return path;
}

}  // namespace

std::vector<TrialCurve> simulate_selection(const SelectTrialRequest& request, const sim::AbilityCrowdOptions& crowd,
                                           ThreadPool& threads, Progress* progress, const StopFlag* stop) {
  return run_all(request, threads, progress, [&](const selection::StrategyInfo& strategy, std::uint64_t repeat) {
    return simulate_once(request, strategy, sim::AbilityCrowd(crowd, request.seed + repeat), stop);
  });
}

ReplayResult replay_selection(const SelectTrialRequest& request, const LabelTable& table, const GoldLabels& truth,
                              ThreadPool& threads, Progress* progress, const StopFlag* stop) {
  ReplayResult out;
  out.label_count = table.labels.label_count();
  out.item_count = table.items.size();
  models::Context context{threads};
  context.seed = request.seed;
  const auto model = models::find_model(request.model).make(request.model_options);
  const Estimate estimate = model->fit({table.labels}, context);
  std::vector<ClassIndex> decisions;
  for (ItemIndex item = 0; item < table.items.size(); ++item)
    decisions.push_back(quality::best_decision(estimate.posterior.row(item), estimate.prior, request.costs).label);
  const Point full = judge(out.label_count, decisions, truth, request.costs);
  out.full_accuracy = full.accuracy;
  out.full_cost = full.cost;
  out.curves = run_all(request, threads, progress, [&](const selection::StrategyInfo& strategy, std::uint64_t repeat) {
    return replay_once(request, strategy, table, truth, repeat, stop);
  });
  return out;
}

double labels_to_reach(const TrialCurve& curve, double accuracy) {
  constexpr double kRounding = 1e-9;
  for (std::size_t i = 0; i < curve.labels.size(); ++i) {
    if (curve.accuracy[i] < accuracy - kRounding) continue;
    if (i == 0) return curve.labels[0];
    const double rise = curve.accuracy[i] - curve.accuracy[i - 1];
    const double part = rise > 0 ? (accuracy - curve.accuracy[i - 1]) / rise : 1;
    return curve.labels[i - 1] + std::clamp(part, 0.0, 1.0) * (curve.labels[i] - curve.labels[i - 1]);
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace assay::engine
