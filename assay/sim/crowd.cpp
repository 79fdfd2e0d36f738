#include "assay/sim/crowd.h"

#include <algorithm>
#include <cmath>

#include "assay/base/error.h"
#include "assay/core/label_store_builder.h"
#include "assay/sim/worker_matrices.h"

namespace assay::sim {
namespace {

constexpr double kCopyProbability = 0.9;
constexpr double kHardConfusion = 0.5;
constexpr std::size_t kColludingGroup = 3;
constexpr double kFirstTime = 1767225600;  // 2026-01-01T00:00:00Z
constexpr double kItemSeconds = 10;
constexpr double kTimeSpread = 600;

// Streams of the generator: workers first, then one a block; a leader's answers, which others copy, have their own.
constexpr std::uint64_t kWorkerStream = 0;
constexpr std::uint64_t kFirstBlockStream = 1;
constexpr std::uint64_t kLeaderSeed = 0x5deece66dULL;

// Largest remainders, so that the shares are met as nearly as whole workers allow; kinds come in random order.
std::vector<WorkerKind> draw_kinds(const CrowdOptions& options, Random& random) {
  const auto shares = parse_mix(options.mix);
  std::vector<WorkerKind> kinds;
  double cumulative = 0;
  for (std::size_t i = 0; i < kWorkerKindCount; ++i) {
    cumulative += shares[i];
    const auto end = static_cast<std::uint64_t>(std::llround(cumulative * double(options.workers)));
    while (kinds.size() < end) kinds.push_back(static_cast<WorkerKind>(i));
  }
  kinds.resize(options.workers, kinds.empty() ? WorkerKind::good : kinds.back());
  random.shuffle(std::span(kinds));
  return kinds;
}

// Colluding workers form groups in worker order; the first of each leads. One left over copies the last group's leader.
std::vector<WorkerIndex> find_leaders(const std::vector<WorkerKind>& kinds) {
  std::vector<WorkerIndex> leaders(kinds.size());
  std::vector<WorkerIndex> colluding;
  for (WorkerIndex w = 0; w < kinds.size(); ++w) {
    leaders[w] = w;
    if (kinds[w] == WorkerKind::colluding) colluding.push_back(w);
  }
  for (std::size_t i = 0; i < colluding.size(); ++i) {
    const std::size_t last_group = colluding.size() >= kColludingGroup ? colluding.size() / kColludingGroup - 1 : 0;
    leaders[colluding[i]] = colluding[std::min(i / kColludingGroup, last_group) * kColludingGroup];
  }
  return leaders;
}

void accumulate(std::span<const double> row, float* out) {
  double sum = 0;
  for (std::size_t g = 0; g < row.size(); ++g) out[g] = static_cast<float>(sum += row[g]);
  out[row.size() - 1] = 2;  // beyond any draw, whatever the rounding
}

ClassIndex draw(const float* cumulative, double u) {
  ClassIndex g = 0;
  while (u >= static_cast<double>(cumulative[g])) ++g;
  return g;
}

std::string numbered(const std::string& letters, std::size_t least_digits, std::uint64_t count, std::uint64_t index) {
  const auto number = std::to_string(index + 1);
  const std::size_t digits = std::max(least_digits, std::to_string(count).size());
  return letters + std::string(digits - number.size(), '0') + number;
}

}  // namespace

struct Crowd::Item {
  ItemIndex index;
  ClassIndex truth;
  ClassIndex looks_like;  // another class for a hard item
  float progress;         // 0 when the work starts, 1 when it ends
};

Crowd::Crowd(const CrowdOptions& options, CostMatrix costs)
    : options_(options),
      class_names_(parse_classes(options.classes)),
      prior_(parse_priors(options.priors, class_names_.size())),
      costs_(std::move(costs)) {
  if (options_.labels_per_item > static_cast<double>(options_.workers)) {
    throw bad_input("more labels per item than workers", "--labels-per-item");
  }
  if (options_.items > 0xffffffffULL) throw bad_input("too many items", "--items");
  if (options_.workers * class_names_.size() > 0xffffffffULL) throw bad_input("too many workers", "--workers");
  prior_cumulative_.resize(prior_.size());
  accumulate(prior_, prior_cumulative_.data());
  draw_workers();
}

// The answer that costs least when it is always given; under 0/1 costs that is the most common class.
ClassIndex Crowd::lazy_answer() const {
  const std::size_t k = prior_.size();
  std::vector<double> saved(prior_);
  for (std::size_t j = 0; j < k && costs_.class_count() > 0; ++j) {
    saved[j] = 0;
    for (std::size_t t = 0; t < k; ++t) saved[j] -= prior_[t] * costs_(t, j);
  }
  return static_cast<ClassIndex>(std::max_element(saved.begin(), saved.end()) - saved.begin());
}

void Crowd::draw_workers() {
  Random random(options_.seed, kWorkerStream);
  const std::size_t k = prior_.size();
  const std::size_t w_count = options_.workers;
  kinds_ = draw_kinds(options_, random);
  leaders_ = find_leaders(kinds_);
  const bool changes = std::any_of(kinds_.begin(), kinds_.end(), [](WorkerKind kind) {
    return kind == WorkerKind::drifting || kind == WorkerKind::learning;
  });
  early_.resize(w_count * k * k);
  if (changes) late_.resize(w_count * k * k);
  confusion_ = Confusions(w_count, k);
  activity_.resize(w_count);
  const ClassIndex lazy = lazy_answer();
  for (WorkerIndex w = 0; w < w_count; ++w) {
    const auto matrices = draw_worker(kinds_[w], k, lazy, random);
    for (std::size_t t = 0; t < k; ++t) {
      accumulate(matrices.early.row(t), &early_[(w * k + t) * k]);
      if (changes) accumulate(matrices.late.row(t), &late_[(w * k + t) * k]);
      for (std::size_t g = 0; g < k; ++g) confusion_.at(w, t, g) = (matrices.early(t, g) + matrices.late(t, g)) / 2;
    }
    activity_[w] = std::exp(options_.activity_skew * random.normal());
  }
  mix_in_hard_items();
  for (WorkerIndex w = 0; w < w_count; ++w) {
    if (leaders_[w] == w) continue;
    const auto own = confusion_.worker(w);
    const auto copied = confusion_.worker(leaders_[w]);
    for (std::size_t i = 0; i < own.size(); ++i) own[i] += kCopyProbability * (copied[i] - own[i]);
  }
  make_alias_table();
}

void Crowd::make_alias_table() {
  const std::size_t n = activity_.size();
  double sum = 0;
  for (const double a : activity_) sum += a;
  std::vector<double> scaled(n);
  std::vector<WorkerIndex> small, large;
  for (WorkerIndex w = 0; w < n; ++w) {
    scaled[w] = activity_[w] * static_cast<double>(n) / sum;
    (scaled[w] < 1 ? small : large).push_back(w);
  }
  keep_.assign(n, 1.0F);
  alias_.resize(n);
  for (WorkerIndex w = 0; w < n; ++w) alias_[w] = w;
  while (!small.empty() && !large.empty()) {
    const auto s = small.back();
    const auto l = large.back();
    small.pop_back();
    keep_[s] = static_cast<float>(scaled[s]);
    alias_[s] = l;
    scaled[l] -= 1 - scaled[s];
    if (scaled[l] < 1) {
      large.pop_back();
      small.push_back(l);
    }
  }
}

// A hard item looks to everybody like one other class, drawn evenly: with probability kHardConfusion a worker labels it
// as if it were of that class.
void Crowd::mix_in_hard_items() {
  const std::size_t k = prior_.size();
  if (options_.hard_items <= 0 || k < 2) return;
  const double misled = options_.hard_items * kHardConfusion;
  for (WorkerIndex w = 0; w < worker_count(); ++w) {
    for (std::size_t g = 0; g < k; ++g) {
      const auto column = confusion_.row(w * k + g);
      double sum = 0;
      for (const double v : column) sum += v;
      for (double& v : column) v = (1 - misled) * v + misled * (sum - v) / static_cast<double>(k - 1);
    }
  }
}

// Without replacement, likelier the more active. Rejection is quick while few of the crowd are asked; else the keys of
// Efraimidis and Spirakis (2006): the largest log(u) / activity win.
void Crowd::pick_workers(Random& random, std::size_t count, std::vector<WorkerIndex>& picked) const {
  picked.clear();
  const std::size_t n = worker_count();
  if (count * 8 > n) {
    std::vector<std::pair<double, WorkerIndex>> keys(n);
    for (WorkerIndex w = 0; w < n; ++w) keys[w] = {random.exponential() / activity_[w], w};
    std::partial_sort(keys.begin(), keys.begin() + std::ptrdiff_t(count), keys.end());
    for (std::size_t i = 0; i < count; ++i) picked.push_back(keys[i].second);
    return;
  }
  while (picked.size() < count) {
    const double u = random.uniform() * static_cast<double>(n);
    auto w = static_cast<WorkerIndex>(u);
    if (static_cast<float>(u - w) >= keep_[w]) w = alias_[w];
    if (std::find(picked.begin(), picked.end(), w) == picked.end()) picked.push_back(w);
  }
}

ClassIndex Crowd::own_label(Random& random, WorkerIndex worker, const Item& item) const {
  const std::size_t k = prior_.size();
  const bool misled = item.looks_like != item.truth && random.uniform() < kHardConfusion;
  const std::size_t seen = misled ? item.looks_like : item.truth;
  const bool changed = !late_.empty() && random.uniform() < static_cast<double>(item.progress);
  return draw((changed ? late_ : early_).data() + (worker * k + seen) * k, random.uniform());
}

ClassIndex Crowd::label(Random& random, WorkerIndex worker, const Item& item) const {
  if (kinds_[worker] != WorkerKind::colluding) return own_label(random, worker, item);
  const auto leader = leaders_[worker];
  if (leader != worker && random.uniform() >= kCopyProbability) return own_label(random, worker, item);
  // The same for whoever asks, whether or not the leader labels the item himself.
  Random answers(options_.seed ^ (kLeaderSeed * (std::uint64_t{item.index} + 1)), leader);
  return own_label(answers, leader, item);
}

void Crowd::make_block(std::uint64_t index, CrowdBlock& block) const {
  Random random(options_.seed, kFirstBlockStream + index);
  const std::size_t k = prior_.size();
  const std::uint64_t first = index * kBlockItems;
  const std::uint64_t count = std::min(kBlockItems, options_.items - first);
  block = CrowdBlock{};
  block.first_item = static_cast<ItemIndex>(first);
  const double whole = std::floor(options_.labels_per_item);
  std::vector<WorkerIndex> picked;
  for (std::uint64_t i = 0; i < count; ++i) {
    Item item{static_cast<ItemIndex>(first + i), draw(prior_cumulative_.data(), random.uniform()), 0,
              static_cast<float>(first + i) / static_cast<float>(options_.items)};
    const bool hard = k > 1 && random.uniform() < options_.hard_items;
    item.looks_like = hard ? static_cast<ClassIndex>((item.truth + 1 + random.below(k - 1)) % k) : item.truth;
    block.truth.push_back(item.truth);
    block.is_hard.push_back(hard);
    block.is_gold.push_back(random.uniform() < options_.gold_share);
    const bool one_more = random.uniform() < options_.labels_per_item - whole;
    pick_workers(random, static_cast<std::size_t>(whole) + (one_more ? 1 : 0), picked);
    for (const auto worker : picked) {
      block.labels.push_back({item.index, worker, label(random, worker, item)});
      if (!options_.times) continue;
      const double start = kFirstTime + kItemSeconds * static_cast<double>(item.index);
      block.times.push_back(std::floor(start + kTimeSpread * random.uniform()));
    }
  }
}

std::string Crowd::worker_name(WorkerIndex worker) const { return numbered("w", 4, worker_count(), worker); }
std::string Crowd::item_name(ItemIndex item) const { return numbered("item", 6, options_.items, item); }

SimulatedCrowd Crowd::make(ThreadPool& threads) const {
  std::vector<CrowdBlock> blocks(block_count());
  threads.run(blocks.size(), [&](std::size_t b) { make_block(b, blocks[b]); });
  SimulatedCrowd out;
  LabelStoreBuilder builder;
  builder.expect(false, options_.times, false);
  for (auto& block : blocks) {
    for (std::size_t i = 0; i < block.truth.size(); ++i) {
      out.truth.push_back(block.truth[i]);
      out.gold.push_back(block.is_gold[i] ? block.truth[i] : kNoClass);
    }
    for (std::size_t i = 0; i < block.labels.size(); ++i) {
      const auto& l = block.labels[i];
      if (!options_.times) {
        builder.add(l.item, l.worker, l.label);
        continue;
      }
      LabelStoreBuilder::Extras extras;
      extras.time = block.times[i];
      builder.add(l.item, l.worker, l.label, extras);
    }
    block = CrowdBlock{};
  }
  for (std::uint64_t i = 0; i < options_.items; ++i) out.table.items.intern(item_name(static_cast<ItemIndex>(i)));
  for (std::uint64_t w = 0; w < worker_count(); ++w) out.table.workers.intern(worker_name(static_cast<WorkerIndex>(w)));
  out.table.classes = ClassSet(class_names_);
  out.table.labels = builder.finish(options_.items, worker_count(), class_names_.size());
  out.table.reading.format = "simulated";
  out.table.reading.row_count = out.table.labels.label_count();
  return out;
}

}  // namespace assay::sim
