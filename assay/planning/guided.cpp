#include "assay/planning/guided.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <mutex>
#include <numeric>

#include "assay/base/error.h"
#include "assay/base/random.h"
#include "assay/planning/labeller_curves.h"

namespace assay::planning {
namespace {

constexpr std::size_t kFewestOfAClass = 10;
constexpr std::array<std::string_view, kGatheringCount> kNames = {"random_labelling", "uncertainty_sampling",
                                                                  "guided_learning", "hybrid"};

// What one repeat starts from.
struct Scene {
  std::vector<std::uint32_t> test, pool, findable;  // findable: by popularity
  std::vector<double> popularity;                   // cumulative
};

Scene scene_of(const GuidedRequest& request, Random& random) {
  std::array<std::vector<std::uint32_t>, 2> of;
  for (std::uint32_t i = 0; i < request.truth.size(); ++i) of[request.truth[i] == request.rare ? 1 : 0].push_back(i);
  Scene out;
  for (std::size_t c = 0; c < 2; ++c) {
    random.shuffle(std::span(of[c]));
    const auto tests = static_cast<std::ptrdiff_t>(request.options.test_share * static_cast<double>(of[c].size()));
    out.test.insert(out.test.end(), of[c].begin(), of[c].begin() + tests);
    of[c].erase(of[c].begin(), of[c].begin() + tests);
  }
  out.pool = of[0];
  const double rate = request.prices.base_rate;
  const double wanted = rate < 1 ? rate / (1 - rate) * static_cast<double>(of[0].size()) : 1e300;
  const auto rare = static_cast<std::size_t>(std::min(std::max(1.0, std::round(wanted)), double(of[1].size())));
  out.pool.insert(out.pool.end(), of[1].begin(), of[1].begin() + static_cast<std::ptrdiff_t>(rare));
  random.shuffle(std::span(out.pool));
  out.findable = of[1];
  random.shuffle(std::span(out.findable));
  double sum = 0;
  for (std::size_t j = 0; j < out.findable.size(); ++j) {
    sum += std::pow(static_cast<double>(j) + 1, -request.options.search_skew);
    out.popularity.push_back(sum);
  }
  return out;
}

// What is recorded at each step.
struct Record {
  double auc = 0.5, examples = 0, items = 0, found = 0, duplicates = 0;
};

// One strategy in one repeat: money goes out, training items come in.
class Gatherer {
 public:
  Gatherer(const GuidedRequest& request, const Scene& scene, Gathering gathering, Random random)
      : request_(request),
        scene_(scene),
        gathering_(gathering),
        random_(random),
        pool_(scene.pool),
        taken_(request.truth.size()),
        test_(request.features.take(scene.test)),
        truth_(scene.test.size(), 2) {
    for (std::size_t i = 0; i < scene.test.size(); ++i) truth_(i, is_rare(scene.test[i]) ? 1 : 0) = 1;
    const auto& p = request.prices;
    label_cost_ = p.unlabelled_price + p.search_label_price * static_cast<double>(p.judging_labels);
    verify_cost_ = p.search_label_price * static_cast<double>(p.verifying_labels);
  }

  std::vector<Record> run() {
    std::vector<Record> out;
    const auto steps = request_.options.steps;
    for (std::uint64_t step = 1; step <= steps; ++step) {
      const double until = request_.options.budget * static_cast<double>(step) / static_cast<double>(steps);
      spend_until(until);
      out.push_back(record());
    }
    return out;
  }

 private:
  [[nodiscard]] bool is_rare(std::uint32_t item) const { return request_.truth[item] == request_.rare; }

  void spend_until(double until) {
    const bool searches = gathering_ == Gathering::guided_learning ||
                          (gathering_ == Gathering::hybrid && search_is_cheaper(until - spent_));
    if (gathering_ == Gathering::uncertainty_sampling || (gathering_ == Gathering::hybrid && !searches)) sort_pool();
    bool search_next = searches;
    while (true) {
      const bool can_label = !pool_.empty();
      const bool search_now = searches && (search_next || !can_label);
      if (!search_now && !can_label) return;
      // A search may have to be verified.
      const double cost = search_now ? request_.prices.search_price + verify_cost_ : label_cost_;
      if (!(cost > 0) && step_without_cost()) return;
      if (spent_ + cost > until + 1e-9) return;
      if (search_now) {
        search();
        search_next = false;
      } else {
        label();
        search_next = true;
      }
    }
  }

  // Free items have no end: as many as there are in the pool a step.
  bool step_without_cost() { return ++free_steps_ > scene_.pool.size(); }

  void label() {
    spent_ += label_cost_;
    add(pool_.back());
    pool_.pop_back();
  }

  void search() {
    spent_ += request_.prices.search_price;
    ++found_;
    if (random_.uniform() >= request_.prices.valid_share) {
      spent_ += verify_cost_;
      return;
    }
    const double at = random_.uniform() * scene_.popularity.back();
    const auto j = static_cast<std::size_t>(std::upper_bound(scene_.popularity.begin(), scene_.popularity.end(), at) -
                                            scene_.popularity.begin());
    const auto item = scene_.findable[std::min(j, scene_.findable.size() - 1)];
    if (taken_[item]) {
      ++duplicates_;
      return;
    }
    spent_ += verify_cost_;
    add(item);
    pool_.erase(std::remove(pool_.begin(), pool_.end(), item), pool_.end());
  }

  void add(std::uint32_t item) {
    if (taken_[item]) return;
    taken_[item] = true;
    training_.push_back(item);
    if (is_rare(item)) ++examples_;
  }

  [[nodiscard]] bool has_both() const { return examples_ > 0 && examples_ < training_.size(); }

  // The least sure last, where labelling takes them from.
  void sort_pool() {
    if (!has_both()) return;
    std::vector<double> sure(request_.truth.size());
    std::array<double, 2> p{};
    for (const auto item : pool_) {
      classifier_->predict(request_.features.row(item), p);
      sure[item] = std::abs(p[1] - 0.5);
    }
    std::stable_sort(pool_.begin(), pool_.end(), [&](auto a, auto b) { return sure[a] > sure[b]; });
  }

  bool search_is_cheaper(double money) {
    if (!has_both()) return true;
    sort_pool();
    const auto batch = static_cast<std::size_t>(std::max(1.0, money / std::max(label_cost_, 1e-12)));
    double probability = 0, count = 0;
    std::array<double, 2> p{};
    for (std::size_t i = pool_.size(); i-- > 0 && count < static_cast<double>(batch);) {
      classifier_->predict(request_.features.row(pool_[i]), p);
      probability += p[1];
      ++count;
    }
    if (count == 0) return true;
    const double distinct = (found_ - duplicates_ + 1) / (found_ + 1);
    const auto& prices = request_.prices;
    const double by_search = (prices.search_price + distinct * verify_cost_) / (distinct * prices.valid_share);
    return by_search < label_cost_ * count / std::max(probability, 1e-12);
  }

  Record record() {
    Record out;
    out.items = static_cast<double>(training_.size());
    out.examples = static_cast<double>(examples_);
    out.found = found_;
    out.duplicates = duplicates_;
    if (!has_both()) return out;
    learn::Targets targets(training_.size(), 2);
    for (std::size_t i = 0; i < training_.size(); ++i) targets(i, is_rare(training_[i]) ? 1 : 0) = 1;
    classifier_ = request_.classifier.fit(request_.features.take(training_), targets);
    out.auc = learn::area_under_curve(classifier_->learn::Predictor::predict(test_), truth_);
    return out;
  }

  const GuidedRequest& request_;
  const Scene& scene_;
  Gathering gathering_;
  Random random_;
  std::vector<std::uint32_t> pool_, training_;
  std::vector<bool> taken_;
  learn::Features test_;
  Matrix<double> truth_;
  std::unique_ptr<learn::Predictor> classifier_;
  double label_cost_ = 0, verify_cost_ = 0, spent_ = 0, found_ = 0, duplicates_ = 0;
  std::size_t examples_ = 0, free_steps_ = 0;
};

void check(const GuidedRequest& request) {
  std::size_t rare = 0;
  for (const auto t : request.truth) rare += t == request.rare ? 1 : 0;
  if (rare < kFewestOfAClass || request.truth.size() - rare < kFewestOfAClass) {
    throw bad_input("found " + std::to_string(rare) + " items of the class and " +
                        std::to_string(request.truth.size() - rare) + " others, the simulation needs " +
                        std::to_string(kFewestOfAClass) + " of each at least",
                    "--rare-class");
  }
  (void)search_cost(request.prices);
}

}  // namespace

std::string_view name(Gathering gathering) { return kNames[static_cast<std::size_t>(gathering)]; }

const OptionTable<GuidedOptions>& guided_option_table() {
  using Options = GuidedOptions;
  static const auto table = [] {
    OptionTable<Options> t;
    t.number("budget", &Options::budget, 1e-6, 1e12, "", "with --guided: the money of the simulation");
    t.integer("steps", &Options::steps, 1, 10'000, "", "with --guided: points of each curve; each trains anew");
    t.integer("gathering_repeats", &Options::gathering_repeats, 2, 100'000, "",
              "with --guided: how often all is drawn anew");
    t.number("search_skew", &Options::search_skew, 0, 10, "",
             "with --guided: the example that is j-th best known is found in proportion to j^-skew");
    return t;
  }();
  return table;
}

std::vector<GuidedPoint> gather(const GuidedRequest& request, std::uint64_t seed, ThreadPool& threads,
                                Progress* progress, const StopFlag* stop) {
  check(request);
  const auto repeats = request.options.gathering_repeats;
  std::vector<std::array<std::vector<Record>, kGatheringCount>> records(repeats);
  std::mutex reporting;
  std::uint64_t done = 0;
  threads.run(repeats, [&](std::size_t r) {
    if (stop != nullptr && *stop) throw Error(ErrorCode::interrupted, "interrupted");
    Random random(seed, r);
    const Scene scene = scene_of(request, random);
    for (std::size_t g = 0; g < kGatheringCount; ++g) {
      records[r][g] = Gatherer(request, scene, static_cast<Gathering>(g), Random(seed + 1 + g, r)).run();
    }
    const std::lock_guard lock(reporting);
    if (progress != nullptr) progress->update("gathering", ++done, repeats);
  });
  std::vector<GuidedPoint> out;
  std::vector<double> auc(repeats);
  for (std::size_t g = 0; g < kGatheringCount; ++g) {
    for (std::uint64_t step = 0; step < request.options.steps; ++step) {
      GuidedPoint point{static_cast<Gathering>(g), 0, {}, 0, 0, 0};
      double found = 0, duplicates = 0;
      for (std::size_t r = 0; r < repeats; ++r) {
        const Record& record = records[r][g][step];
        auc[r] = record.auc;
        point.examples += record.examples / static_cast<double>(repeats);
        point.items += record.items / static_cast<double>(repeats);
        found += record.found;
        duplicates += record.duplicates;
      }
      point.spent = request.options.budget * static_cast<double>(step + 1) / static_cast<double>(request.options.steps);
      point.auc = mean_interval(auc, request.interval);
      point.duplicates = found > 0 ? duplicates / found : 0;
      out.push_back(point);
    }
  }
  return out;
}

}  // namespace assay::planning
