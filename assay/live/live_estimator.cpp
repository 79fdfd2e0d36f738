#include "assay/live/live_estimator.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "assay/base/error.h"
#include "assay/base/numerics.h"
#include "assay/core/label_store_builder.h"
#include "assay/models/registry.h"

namespace assay::live {
namespace {

// As models::LabelPass: factors under this count as this, and a product of so many of them needs no rescaling.
constexpr double kSmallestFactor = 1e-30;
constexpr std::size_t kLabelsPerRescale = 8;

void check_index(std::string_view what, std::uint64_t index, std::uint64_t count) {
  if (index <= count) return;
  throw bad_input("found " + std::string(what) + " " + std::to_string(index) + ", allowed is 0 to " +
                  std::to_string(count) + ", which is the next new one");
}

void check_limit(std::string_view what, std::uint64_t found, std::uint64_t most, std::string_view option) {
  if (found <= most) return;
  throw Error(ErrorCode::limit_exceeded,
              "found " + std::to_string(found) + " " + std::string(what) + ", allowed are " + std::to_string(most),
              std::string(option));
}

// Returns the number of classes when all is allowed.
std::size_t checked(std::size_t class_count, const LiveOptions& options) {
  if (class_count < 1 || class_count >= kNoClass)
    throw bad_input("found " + std::to_string(class_count) + " classes, allowed are 1 to 65534");
  if (!(options.lean_labels > 0) || !std::isfinite(options.lean_labels))
    throw bad_input("found " + std::to_string(options.lean_labels) + ", allowed is a number above 0", "lean_labels");
  check_limit("cells for one worker", class_count * class_count, options.max_cells, "max_cells");
  if (options.prior.empty()) return class_count;
  double sum = 0;
  for (const double p : options.prior) sum += p >= 0 ? p : 2;
  if (options.prior.size() != class_count || !(std::abs(sum - 1) < 1e-6))
    throw bad_input("found a prior of " + std::to_string(options.prior.size()) + " numbers, allowed are " +
                        std::to_string(class_count) + " numbers from 0 to 1 with sum 1",
                    "prior");
  return class_count;
}

}  // namespace

const OptionTable<LiveOptions>& live_options() {
  static const auto table = [] {
    OptionTable<LiveOptions> t;
    t.text("model", &LiveOptions::model, "the name of a model", "the model that settles the state");
    t.number("lean_labels", &LiveOptions::lean_labels, 1e-3, 1e6, "labels",
             "labels that the last settling, or the crowd for a new worker, adds to a worker's own");
    t.integer("max_items", &LiveOptions::max_items, 1, (1LL << 32) - 2, "items", "more are an error");
    t.integer("max_cells", &LiveOptions::max_cells, 1, 1LL << 40, "", "workers x classes^2; more are an error");
    return t;
  }();
  return table;
}

LiveEstimator::LiveEstimator(std::size_t class_count, LiveOptions options)
    : class_count_(checked(class_count, options)),
      options_(std::move(options)),
      model_(models::find_model(options_.model).make(options_.model_options)),
      rates_(class_count, options_.lean_labels),
      classes_(class_count),
      prior_base_(options_.prior),
      own_(class_count),
      change_(class_count),
      fresh_(class_count) {
  if (!prior_is_fixed()) prior_base_.assign(class_count, 1.0 / static_cast<double>(class_count));
}

void LiveEstimator::check_class(ClassIndex label) const {
  if (label >= class_count_)
    throw bad_input("found class " + std::to_string(label) + ", allowed is 0 to " + std::to_string(class_count_ - 1));
}

void LiveEstimator::grow(std::size_t item_count, std::size_t worker_count) {
  constexpr std::uint64_t kMostIndices = (1ULL << 32) - 2;
  check_limit("items", item_count, std::min(options_.max_items, kMostIndices), "max_items");
  check_limit("workers", worker_count, options_.max_cells / (class_count_ * class_count_), "max_cells");
  check_limit("workers", worker_count, kMostIndices / class_count_, "workers x classes");
  if (worker_count > rates_.worker_count()) rates_.grow(worker_count);
  const std::size_t before = gold_.size();
  if (item_count <= before) return;
  lists_.grow(item_count);
  posterior_.resize(item_count * class_count_);
  gold_.resize(item_count, kNoClass);
  const auto p = prior();
  for (std::size_t o = before; o < item_count; ++o) std::ranges::copy(p, stored(static_cast<ItemIndex>(o)).begin());
}

void LiveEstimator::make_room(std::uint64_t item_count, std::uint64_t worker_count) {
  if (item_count > gold_.size() || worker_count > rates_.worker_count()) grow(item_count, worker_count);
}

LiveEstimator::Place LiveEstimator::find(WorkerIndex worker, ItemIndex item) const {
  // Whoever looks for a label needs the posterior next: fetch it while the list is on its way.
  __builtin_prefetch(posterior_.data() + std::size_t{item} * class_count_);
  const auto rows = lists_.rows(item);
  const auto first = static_cast<std::uint64_t>(worker) * class_count_;
  const auto at = std::ranges::lower_bound(rows, first, {}, [](std::uint32_t row) { return std::uint64_t{row}; });
  return {static_cast<std::size_t>(at - rows.begin()), at != rows.end() && *at < first + class_count_};
}

std::optional<ClassIndex> LiveEstimator::observe(WorkerIndex worker, ItemIndex item, ClassIndex label) {
  check_class(label);
  check_index("item", item, item_count());
  check_index("worker", worker, worker_count());
  make_room(item + std::uint64_t{1}, worker + std::uint64_t{1});
  const auto row = static_cast<std::uint32_t>(worker * class_count_ + label);
  const auto place = find(worker, item);
  std::optional<ClassIndex> before;
  if (place.found) {
    const std::uint32_t old_row = lists_.rows(item)[place.index];
    before = static_cast<ClassIndex>(old_row % class_count_);
    if (before == label) return before;
    to_units(stored(item), own_);
    count_label(old_row, own_, -1);
    count_label(row, own_, 1);
    lists_.set(item, place.index, row);
  } else {
    if (lists_.rows(item).empty()) {
      reset_unlabelled(item);
      to_units(stored(item), own_);
      count_class(item, own_, 1);
    } else {
      to_units(stored(item), own_);
    }
    count_label(row, own_, 1);
    lists_.insert(item, place.index, row);
    ++label_count_;
  }
  ++changes_;
  judge(item);
  return before;
}

std::optional<ClassIndex> LiveEstimator::forget(WorkerIndex worker, ItemIndex item) {
  if (item >= item_count() || worker >= worker_count()) return std::nullopt;
  const auto place = find(worker, item);
  if (!place.found) return std::nullopt;
  const std::uint32_t row = lists_.rows(item)[place.index];
  to_units(stored(item), own_);
  count_label(row, own_, -1);
  lists_.erase(item, place.index);
  --label_count_;
  ++changes_;
  if (lists_.rows(item).empty()) {
    count_class(item, own_, -1);
    reset_unlabelled(item);
  } else {
    judge(item);
  }
  return static_cast<ClassIndex>(row % class_count_);
}

void LiveEstimator::add_gold(ItemIndex item, ClassIndex gold) {
  check_class(gold);
  check_index("item", item, item_count());
  make_room(item + std::uint64_t{1}, worker_count());
  if (gold_[item] == gold) return;
  ++changes_;
  if (!lists_.rows(item).empty()) {
    to_units(stored(item), own_);
    count_class(item, own_, -1);
  }
  if (!has_gold(item)) ++gold_count_;
  gold_[item] = gold;
  judge(item);
}

std::optional<ClassIndex> LiveEstimator::drop_gold(ItemIndex item) {
  if (item >= item_count() || !has_gold(item)) return std::nullopt;
  const ClassIndex before = std::exchange(gold_[item], kNoClass);
  --gold_count_;
  ++changes_;
  if (lists_.rows(item).empty()) {
    reset_unlabelled(item);
  } else {
    to_units(stored(item), own_);
    count_class(item, own_, 1);
    judge(item);
  }
  return before;
}

void LiveEstimator::refresh(std::size_t count) {
  for (std::size_t i = 0; i < std::min(count, item_count()); ++i) {
    if (next_refresh_ >= item_count()) next_refresh_ = 0;
    const auto item = static_cast<ItemIndex>(next_refresh_++);
    if (!has_gold(item) && !lists_.rows(item).empty()) judge(item);
  }
}

void LiveEstimator::wake_prior() {
  if (prior_awake_ || prior_is_fixed()) return;
  prior_awake_ = true;
  double mass = static_cast<double>(class_count_);
  for (const Units c : classes_) mass += static_cast<double>(c) * kLabelsPerUnit;
  for (std::size_t t = 0; t < class_count_; ++t) {
    prior_base_[t] = std::max(mass * prior_base_[t] - static_cast<double>(classes_[t]) * kLabelsPerUnit, 0.0);
  }
}

void LiveEstimator::count_class(ItemIndex item, const std::vector<Units>& part, Units sign) {
  if (has_gold(item)) return;
  wake_prior();
  for (std::size_t t = 0; t < class_count_; ++t) classes_[t] += sign * part[t];
}

void LiveEstimator::count_label(std::uint32_t row, const std::vector<Units>& part, Units sign) {
  const WorkerIndex worker = worker_of(row);
  rates_.wake(worker);
  for (std::size_t t = 0; t < class_count_; ++t) change_[t] = sign * part[t];
  rates_.shift(worker, row, change_.data());
}

void LiveEstimator::reset_unlabelled(ItemIndex item) {
  const auto p = stored(item);
  if (has_gold(item)) {
    std::ranges::fill(p, 0.0);
    p[gold_[item]] = 1;
  } else {
    std::ranges::copy(prior(), p.begin());
  }
}

void LiveEstimator::judge(ItemIndex item) {
  if (lists_.rows(item).empty()) return reset_unlabelled(item);
  for (const auto row : lists_.rows(item)) rates_.wake(worker_of(row));
  to_units(stored(item), own_);
  if (has_gold(item)) {
    std::ranges::fill(fresh_, 0.0);
    fresh_[gold_[item]] = 1;
  } else {
    wake_prior();
    judge_into_fresh(item);
  }
  move_to_fresh(item);
}

// Both need the item's old part in own_.
void LiveEstimator::judge_into_fresh(ItemIndex item) {
  double* p = fresh_.data();
  for (std::size_t t = 0; t < class_count_; ++t) {
    const double others = prior_awake_ ? static_cast<double>(classes_[t] - own_[t]) * kLabelsPerUnit : 0;
    p[t] = std::max(others + prior_base_[t], kSmallestFactor);
  }
  std::size_t until_rescale = kLabelsPerRescale;
  for (const auto row : lists_.rows(item)) {
    if (until_rescale-- == 0) {
      const double scale = 1 / *std::max_element(p, p + class_count_);
      for (std::size_t t = 0; t < class_count_; ++t) p[t] *= scale;
      until_rescale = kLabelsPerRescale - 1;
    }
    rates_.multiply(worker_of(row), row, own_.data(), p);
  }
  normalize(fresh_);
}

void LiveEstimator::move_to_fresh(ItemIndex item) {
  to_units(fresh_, change_);
  for (std::size_t t = 0; t < class_count_; ++t) change_[t] -= own_[t];
  for (const auto row : lists_.rows(item)) rates_.shift(worker_of(row), row, change_.data());
  if (!has_gold(item)) {
    for (std::size_t t = 0; t < class_count_; ++t) classes_[t] += change_[t];
  }
  std::ranges::copy(fresh_, stored(item).begin());
}

void LiveEstimator::count_anew() {
  std::ranges::fill(classes_, 0);
  for (ItemIndex item = 0; item < item_count(); ++item) {
    const auto rows = lists_.rows(item);
    if (rows.empty()) continue;
    to_units(stored(item), own_);
    for (const auto row : rows) rates_.shift(worker_of(row), row, own_.data());
    if (has_gold(item)) continue;
    for (std::size_t t = 0; t < class_count_; ++t) classes_[t] += own_[t];
  }
}

LabelStore LiveEstimator::labels() const {
  LabelStoreBuilder builder;
  builder.reserve(label_count_);
  for (ItemIndex item = 0; item < item_count(); ++item) {
    for (const auto row : lists_.rows(item)) {
      builder.add(item, worker_of(row), static_cast<ClassIndex>(row % class_count_));
    }
  }
  return builder.finish(item_count(), worker_count(), class_count_);
}

Estimate LiveEstimator::settle(const models::Context& context) {
  const LabelStore store = labels();
  models::Problem problem{.labels = store};
  if (gold_count_ > 0) problem.gold = gold_;
  if (prior_is_fixed()) {
    problem.prior_mode = models::PriorMode::fixed;
    problem.prior = options_.prior;
  }
  Estimate out = model_->fit(problem, context);
  adopt(out);
  return out;
}

void LiveEstimator::adopt(const Estimate& estimate) {
  std::ranges::copy(estimate.posterior.values(), posterior_.begin());
  prior_base_ = estimate.prior;
  prior_awake_ = false;
  rates_.settle(estimate.confusion);
  count_anew();
  rates_.learn_crowd();
  changes_ = 0;
}

}  // namespace assay::live
